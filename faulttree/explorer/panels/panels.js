// The panel beside the picture: result, scenarios, events, cut sets, gates, comparison.

import { createComparison } from "./comparison.js";
import { createCutSets } from "./cut_sets.js";
import { element, section, setText } from "./elements.js";
import { eventsToSet, gatesToSet, readModel, toObserve } from "./element_tables.js";
import { createSummary } from "./summary.js";
import { countText, shortened } from "../state/format.js";

/** @import { Panel, PanelPart, SortableTable } from "./types" */
/** @import { Mode, Payload, State, Store } from "../types" */

const MOST_PRINTED = 1000; // rows of a table on paper
const MOST_GROUPS = 5; // of events that exclude each other
const MOST_MEMBERS = 20; // of one that are named

/**
 * @param {HTMLElement} container
 * @param {Payload} payload
 * @param {Store} store
 * @returns {Panel}
 */
export function createPanel(container, payload, store) {
  const model = readModel(payload);
  /** @type {(name: string | null) => void} */
  const hover = (name) => store.highlight(name ? [name] : []);
  const summary = createSummary(model, payload, store);
  const named = createNamedSettings(payload, store);
  const events = section("events", "Events");
  const gates = section("gates", "Gates", model.gates.length <= 60);
  const cutSets = createCutSets(store);
  const comparison = createComparison(model, payload, store);
  const tables = {
    set: { events: eventsToSet(model, store, hover), gates: gatesToSet(model, store, hover) },
    observe: { events: toObserve(model, store, "events", hover), gates: toObserve(model, store, "gates", hover) },
  };
  setText(events.note, countText(model.events.length));
  setText(gates.note, countText(model.gates.length));
  /** @type {(text: string, target: HTMLDetailsElement) => HTMLElement} */
  const to = (text, target) => element("button", { type: "button", onclick: () => jumpTo(target) }, text);
  const toCutSets = to("Cut sets", cutSets.node);
  const jump = element("nav", { class: "jump", "aria-label": "Parts of the panel" },
    to("Events", events.node), toCutSets, to("Gates", gates.node), to("Comparison", comparison.node));
  container.append(summary.node, named.node, jump, events.node, cutSets.node, gates.node, comparison.node, provenance(payload));

  const missing = payload.vertices.filter(({ kind, key }) => kind === "gate" && !Object.hasOwn(payload.bdd.roots, key)).length;
  const notAll = element("p", { class: "said", hidden: missing === 0 },
    "As written, only the top event's probability is known here: the diagram of all gates is too large for this page. " +
    "Setting or observing a gate makes the page try it with what is set then.");
  gates.node.insertBefore(notAll, gates.body);
  const groups = element("p", { class: "said", id: "exclusive", hidden: payload.exclusive.length === 0 }, ...exclusionsSaid(payload.exclusive));
  events.node.insertBefore(groups, events.body);
  const filterSays = [events, gates].map((part) => {
    const says = element("p", { class: "filter-says", hidden: true });
    part.node.insertBefore(says, part.body);
    return says;
  });
  /** @type {ReadonlySet<string> | null} */
  let matches = null;
  /** @type {Mode | null} */
  let mode = null;
  /** @type {Set<SortableTable>} */
  let filtered = new Set();
  gates.node.addEventListener("toggle", () => refreshTables());

  function refreshTables() {
    const shown = tables[store.mode];
    if (mode !== store.mode) {
      mode = store.mode;
      events.body.replaceChildren(shown.events.node);
      gates.body.replaceChildren(shown.gates.node);
      filtered = new Set();
    }
    if (events.node.open) refresh(shown.events);
    if (gates.node.open) refresh(shown.gates);
  }

  /** @param {SortableTable} table */
  function refresh(table) {
    if (filtered.has(table)) table.refresh(!store.isComing());
    else {
      filtered.add(table);
      table.filter(matches);
    }
  }

  return {
    model,
    /** Show what has changed: "settings", "result", "mode", "select", "highlight" or "cutSets". */
    update(what) {
      if (what === "highlight") return;
      if (what === "cutSets") {
        cutSets.update();
        comparison.update();
        refreshTables(); // shares come with them, or do not come
        return;
      }
      refreshTables();
      if (what === "select") return;
      summary.update();
      if (what === "result") {
        comparison.update();
        return;
      }
      named.update();
      setText(toCutSets, store.isObserving ? "Explanations" : "Cut sets");
      cutSets.update();
      comparison.update();
    },
    /** Leave the rows of some names only, those that match a text; null: all. A print says so. */
    filter(names, text) {
      matches = names;
      for (const says of filterSays) {
        setText(says, `Only rows that match “${shortened(text, 200)}”`);
        says.hidden = names === null;
      }
      filtered = new Set();
      refreshTables();
    },
    /** Bring the row of an element into sight, where it is among those shown. */
    reveal(name) {
      /** @type {NodeListOf<HTMLElement>} */
      const rows = container.querySelectorAll("tr[data-name]");
      const found = [...rows].find((row) => row.dataset.name === name);
      found?.scrollIntoView({ block: "nearest" });
    },
    /** Before printing: everything open. Returns what closes it again. */
    openAll() {
      /** @type {NodeListOf<HTMLDetailsElement>} */
      const closed = container.querySelectorAll("details:not([open])");
      for (const one of closed) one.open = true;
      const shorten = Object.values(tables[store.mode]).map((table) => table.lengthen(MOST_PRINTED));
      refreshTables();
      comparison.update();
      return () => {
        for (const back of shorten) back();
        for (const one of closed) one.open = false;
      };
    },
  };
}

/**
 * Which events exclude each other, and what setting one does to the others.
 *
 * @param {Payload["exclusive"]} groups
 * @returns {(Node | string)[]}
 */
function exclusionsSaid(groups) {
  /** @type {(name: string) => HTMLElement} */
  const named = (name) => element("bdi", {}, shortened(name, 100));
  const all = groups.slice(0, MOST_GROUPS).flatMap(({ label, members, exhaustive }) => {
    const shown = members.slice(0, MOST_MEMBERS).flatMap((member, place) => [place ? ", " : "", named(member)]);
    const more = members.length > MOST_MEMBERS ? ` and ${countText(members.length - MOST_MEMBERS)} more` : "";
    return ["Of ", ...shown, `${more} ${exhaustive ? "exactly one" : "at most one"} is true (`, named(label), "). "];
  });
  const more = groups.length > MOST_GROUPS ? `So it is for ${countText(groups.length - MOST_GROUPS)} more groups. ` : "";
  return [...all, more, "Where one is true the others are false; what a false one had, the others share in their proportions."];
}

/** @param {HTMLDetailsElement} target */
function jumpTo(target) {
  target.open = true;
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary")?.focus({ preventScroll: true });
}

/**
 * Scenarios and evidence that the model names, as buttons.
 *
 * @param {Payload} payload
 * @param {Store} store
 * @returns {PanelPart}
 */
function createNamedSettings(payload, store) {
  /** @type {HTMLElement[]} */
  const groups = [];
  /** @type {(() => void)[]} */
  const buttons = [];
  /**
   * A button for each of a list. isOn: whether its settings are those of the page.
   *
   * @template {{ name: string, label: string, description?: string }} T
   * @param {string} heading
   * @param {readonly T[]} list
   * @param {(one: T) => boolean} isOn
   * @param {(name: string) => void} apply
   */
  const group = (heading, list, isOn, apply) => {
    if (!list.length) return;
    const made = list.map((one) => {
      const title = shortened([one.label, one.description].filter(Boolean).join("\n") || one.name, 600);
      const button = element("button", { type: "button", "aria-pressed": "false", title, onclick: () => apply(one.name) },
        element("bdi", {}, one.name));
      buttons.push(() => button.setAttribute("aria-pressed", String(isOn(one))));
      return button;
    });
    groups.push(element("div", { class: "named-settings", role: "group", "aria-label": heading },
      element("span", { class: "heading" }, heading), ...made));
  };
  /** @type {(settings: ReadonlyMap<string, State>, given: Readonly<Record<string, State>>) => boolean} */
  const isSame = (settings, given) => settings.size > 0 && settings.size === Object.keys(given).length && Object.entries(given).every(([name, value]) => settings.get(name) === value);
  group("Scenarios", payload.scenarios, (one) => isSame(store.states, one.states) && !store.isObserving, store.applyScenario);
  group("Evidence", payload.evidence, (one) => isSame(store.observed, one.observe), store.applyEvidence);
  return {
    node: element("section", { class: "all-named", "aria-label": "Scenarios and evidence of the model", hidden: groups.length === 0 }, ...groups),
    update: () => buttons.forEach((show) => show()),
  };
}

/**
 * Where the page comes from, so that a print can be traced.
 *
 * @param {Payload} payload
 * @returns {HTMLElement}
 */
function provenance(payload) {
  return element("p", { class: "provenance" }, `faulttree ${payload.version} · model SHA-256 ${payload.sha256}`);
}
