// The tables of events and gates: what can be set or observed, and what follows for each.

import { entry } from "../lookup.js";
import { element, nameElement, probabilityBox, setComing, setNumber, setText, stateSwitch } from "./elements.js";
import { sortableTable } from "./tables.js";
import { toldRatio } from "../engine/numbers.js";
import {
  fullText, numberText, ratioText, shareText, SLIDER_STEPS, sliderDecades, sliderPosition, sliderProbability,
  worthText,
} from "../state/format.js";

/** @import { Column, ElementRow, Model, SortableTable } from "./types" */
/** @import { Measures, Payload, Probability, Result, Store, Vertex } from "../types" */

/** @type {(vertex: Vertex) => boolean} */
const IS_EVENT = (vertex) => vertex.name !== "" && vertex.connective === "";
/** @type {(vertex: Vertex) => boolean} */
const IS_GATE = (vertex) => vertex.name !== "" && vertex.connective !== "";

/**
 * Everything about the model that tables look up by name.
 *
 * @param {Payload} payload
 * @returns {Model}
 */
export function readModel(payload) {
  return {
    vertices: new Map(payload.vertices.filter((vertex) => vertex.name).map((vertex) => [vertex.name, vertex])),
    nominal: new Map(Object.entries(payload.events).map(([name, pair]) => [name, pair ? pair[0] : null])),
    houses: new Map(Object.entries(payload.houses)),
    exclusive: new Set(payload.exclusive.flatMap(({ members }) => members)),
    missing: missingOf(payload),
    events: payload.vertices.filter(IS_EVENT).map((vertex) => vertex.name),
    gates: payload.vertices.filter(IS_GATE).map((vertex) => vertex.name),
  };
}

/**
 * The events that have no probability of their own: of a group in which one lacks it, that one.
 *
 * @param {Payload} payload
 * @returns {string[]}
 */
function missingOf({ events, exclusive }) {
  const laws = new Map(exclusive.flatMap(({ members, laws }) => members.map((member, place) => [member, laws[place]])));
  return Object.entries(events).filter(([name, sides]) => (laws.has(name) ? laws.get(name) : sides) === null).map(([name]) => name);
}

/**
 * A row that stands for an element: hovering shows it in the picture, clicking its name selects it. Its tag says what is
 * set and observed, except on the screen what the row's switch shows: "states" or "observed".
 *
 * @param {Model} model
 * @param {Store} store
 * @param {string} name
 * @param {"states" | "observed"} shown
 * @param {readonly HTMLElement[]} cells
 * @returns {{ row: HTMLElement, mark: () => void }}
 */
function elementRow(model, store, name, shown, cells) {
  const vertex = entry(model.vertices, name);
  const choose = vertex.below
    ? element("button", { type: "button", class: "choose", "aria-describedby": "picture-hint", onclick: () => store.select(name) }, nameElement(vertex))
    : element("span", { class: "elsewhere" }, nameElement(vertex), element("small", { class: "label" }, "not below the top, and not in the picture"));
  const tag = element("span", { class: "tag", hidden: true });
  const row = element("tr", { "data-name": name }, element("th", { scope: "row" }, choose, tag), ...cells);
  return {
    row,
    mark() {
      const state = store.states.get(name);
      const seen = store.observed.get(name);
      row.classList.toggle("selected", store.selected === name);
      row.classList.toggle("changed", state !== undefined);
      row.classList.toggle("observed", seen !== undefined);
      const onSwitch = shown === "observed" ? seen !== undefined : seen === undefined && typeof state === "boolean";
      const said = seen !== undefined ? `OBSERVED ${seen ? "TRUE" : "FALSE"}` : state === undefined ? "" : typeof state === "boolean" ? String(state).toUpperCase() : "SET";
      setText(tag, said);
      tag.hidden = said === "";
      tag.className = `tag tag-${seen ?? (typeof state === "boolean" ? state : "set")}${onSwitch ? " on-switch" : ""}`;
    },
  };
}

/** @type {(column: string) => HTMLElement} */
export const numberCell = (column) => element("td", { class: "figure", "data-column": column });

/**
 * Events to set: switch, slider and box, and importance. Sliders are logarithmic.
 *
 * @param {Model} model
 * @param {Store} store
 * @param {(name: string | null) => void} onHover
 * @returns {SortableTable}
 */
export function eventsToSet(model, store, onHover) {
  /** @type {(key: keyof Measures) => (name: string) => number | null} */
  const measure = (key) => (name) => store.importanceOf(name)?.[key] ?? null;
  /** @type {Column[]} */
  const columns = [
    { key: "event", heading: "Event", text: true, value: (name) => name },
    { key: "state", heading: "State", class: "switch", title: "Sort by what is set", value: (name) => (store.states.has(name) ? 1 : 0) },
    { key: "probability", heading: "Probability", value: (name) => probabilityNow(model, store, name) },
    { key: "birnbaum", heading: "Birnbaum", class: "figure", title: "Birnbaum importance: P(top) with the event certain, less P(top) with it impossible", value: measure("birnbaum") },
    { key: "fussellVesely", heading: "F-V", class: "figure", title: "Fussell-Vesely importance: part of P(top) that goes through cut sets with the event", value: measure("fussellVesely") },
    { key: "raw", heading: "RAW", class: "figure", title: "Risk achievement worth: how many times P(top) would be if the event were certain", value: measure("raw") },
    { key: "rrw", heading: "RRW", class: "figure", title: "Risk reduction worth: P(top) divided by what it would be if the event were impossible", value: measure("rrw") },
  ];
  /** @type {(name: string) => ElementRow} */
  const row = (name) => {
    const isHouse = model.houses.has(name);
    const nominal = model.nominal.get(name) ?? null;
    const decades = sliderDecades(nominal);
    const state = stateSwitch(`State of ${name}`, isHouse ? (model.houses.get(name) ? "on" : "off") : "nom", (value) => store.set(name, value));
    let isSliding = false; // while the slider itself is what changes the state
    const slider = element("input", {
      type: "range", min: 0, max: SLIDER_STEPS, step: 1, "aria-label": `Probability of ${name}, logarithmic`,
      oninput: () => {
        isSliding = true;
        store.set(name, sliderProbability(Number(slider.value), decades), true);
        isSliding = false;
      },
      onchange: () => store.endMerge(),
    });
    const box = probabilityBox(`Probability of ${name}`, (value) => store.set(name, value));
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    const [birnbaum, share, raw, rrw] = ["birnbaum", "fussellVesely", "raw", "rrw"].map(numberCell);
    const shareNumber = element("span");
    share.append(shareNumber, bar);
    const probability = element("td", { class: "probability" }, ...(isHouse ? [element("span", { class: "quiet" }, "house")] : [slider, box.node, box.wrong]));
    const { row: node, mark } = elementRow(model, store, name, "states", [element("td", { class: "switch" }, state.node), probability, birnbaum, share, raw, rrw]);
    return {
      node,
      update() {
        mark();
        state.show(store.states.get(name));
        const now = probabilityNow(model, store, name);
        if (!isHouse) {
          if (!isSliding) slider.value = String(sliderPosition(now, decades));
          const lacking = nominal === null ? "no probability given" : "not worked out";
          slider.setAttribute("aria-valuetext", now === null ? lacking : numberText(now));
          slider.classList.toggle("certain", typeof store.states.get(name) === "boolean");
          box.show(now, lacking);
        }
        const found = store.importanceOf(name);
        const isComing = store.isComing("importance");
        setComing(birnbaum, found?.birnbaum ?? null, isComing);
        setComing(shareNumber, found?.fussellVesely ?? null, !store.isObserving && !store.isSettled, shareText(found?.fussellVesely));
        bar.hidden = !Number.isFinite(found?.fussellVesely);
        bar.style.setProperty("--share", String(Math.min(1, Math.max(0, found?.fussellVesely || 0))));
        setComing(raw, found?.raw ?? null, isComing, worthText(found?.raw ?? null));
        setComing(rrw, found?.rrw ?? null, isComing, worthText(found?.rrw ?? null));
      },
    };
  };
  return sortableTable({ caption: "Events: state, probability and importance", names: model.events, columns, row, onHover });
}

/**
 * What an event's probability is under the states; null where none is known.
 *
 * @param {Model} model
 * @param {Store} store
 * @param {string} name
 * @returns {Probability}
 */
function probabilityNow(model, store, name) {
  const state = store.states.get(name);
  if (state !== undefined) return Number(state);
  if (model.houses.has(name)) return Number(model.houses.get(name));
  if (model.exclusive.has(name)) return (store.isObserving ? store.prior : store.result)?.events.get(name) ?? null;
  return model.nominal.get(name) ?? null;
}

/**
 * Gates to set: switch and box, probability as written and now.
 *
 * @param {Model} model
 * @param {Store} store
 * @param {(name: string | null) => void} onHover
 * @returns {SortableTable}
 */
export function gatesToSet(model, store, onHover) {
  /** @type {(name: string) => Probability} */
  const before = (name) => store.base?.gates.get(name) ?? null;
  /** @type {(name: string) => Probability} */
  const now = (name) => store.result?.gates.get(name) ?? null;
  /** @type {Column[]} */
  const columns = [
    { key: "gate", heading: "Gate", text: true, value: (name) => name },
    { key: "state", heading: "State", class: "switch", title: "Sort by what is set", value: (name) => (store.states.has(name) ? 1 : 0) },
    { key: "set", heading: "Set to", title: "Sort by the probability set", value: (name) => (store.states.has(name) ? Number(store.states.get(name)) : null) },
    { key: "base", heading: "As written", class: "figure", value: before },
    { key: "now", heading: "Now", class: "figure", value: now },
    { key: "ratio", heading: "Change", class: "figure", value: (name) => toldRatio(now(name), before(name)) },
  ];
  /** @type {(name: string) => ElementRow} */
  const row = (name) => {
    const state = stateSwitch(`State of ${name}`, "nom", (value) => store.set(name, value));
    const box = probabilityBox(`Set ${name} to a probability`, (value) => store.set(name, value));
    const [was, is, ratio] = ["base", "now", "ratio"].map(numberCell);
    const { row: node, mark } = elementRow(model, store, name, "states", [element("td", { class: "switch" }, state.node), element("td", { class: "probability" }, box.node, box.wrong), was, is, ratio]);
    return {
      node,
      update() {
        mark();
        const set = store.states.get(name);
        state.show(set);
        box.show(set === undefined ? null : Number(set));
        box.node.title = set === undefined ? "as the inputs have it; give a number to set the gate" : fullText(Number(set));
        setNumber(was, before(name));
        setComing(is, now(name), store.isComing("gates"));
        setText(ratio, ratioText(now(name), before(name)));
      },
    };
  };
  return sortableTable({ caption: "Gates: state and probability", names: model.gates, columns, row, onHover });
}

/**
 * Events or gates to observe: prior, posterior and their ratio. kind: "events" or "gates".
 *
 * @param {Model} model
 * @param {Store} store
 * @param {"events" | "gates"} kind
 * @param {(name: string | null) => void} onHover
 * @returns {SortableTable}
 */
export function toObserve(model, store, kind, onHover) {
  /** @type {(result: Result | null, name: string) => Probability} */
  const valueOf = (result, name) => result?.[kind].get(name) ?? null;
  /** @type {(name: string) => Probability} */
  const prior = (name) => valueOf(store.prior, name);
  /** @type {(name: string) => Probability} */
  const posterior = (name) => valueOf(store.result, name);
  const thing = kind === "events" ? "Event" : "Gate";
  /** @type {Column[]} */
  const columns = [
    { key: "name", heading: thing, text: true, value: (name) => name },
    { key: "observed", heading: "Observed", class: "switch", title: "Sort by what is observed", value: (name) => (store.observed.has(name) ? 1 : 0) },
    { key: "prior", heading: "Prior", class: "figure", title: "Probability before anything was observed", value: prior },
    { key: "posterior", heading: "Posterior", class: "figure", title: "Probability given what was observed", value: posterior },
    { key: "ratio", heading: "Ratio", class: "figure", title: "Posterior divided by prior", value: (name) => toldRatio(posterior(name), prior(name)) },
  ];
  /** @type {(name: string) => ElementRow} */
  const row = (name) => {
    const state = stateSwitch(`Observation of ${name}`, "–", (value) => store.observe(name, value));
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    const [was, is, ratio] = ["prior", "posterior", "ratio"].map(numberCell);
    const number = element("span");
    is.append(number, bar);
    const { row: node, mark } = elementRow(model, store, name, "observed", [element("td", { class: "switch" }, state.node), was, is, ratio]);
    return {
      node,
      update() {
        mark();
        state.show(store.observed.get(name));
        setNumber(was, prior(name));
        setComing(number, posterior(name), store.isComing(kind));
        bar.style.setProperty("--share", String(posterior(name) ?? 0));
        setText(ratio, ratioText(posterior(name), prior(name)));
      },
    };
  };
  return sortableTable({ caption: `${thing}s: observation, prior and posterior probability`, names: kind === "events" ? model.events : model.gates, columns, row, onHover });
}
