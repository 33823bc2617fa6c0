// What it comes to: the top event's probability, what is set and observed, and what could not be worked out.

import { entry } from "../lookup.js";
import { element, setComing, setNumber, setText } from "./elements.js";
import { BELOW } from "../engine/numbers.js";
import { amount, millisecondsText, numberText, ratioText } from "../state/format.js";

/** @import { Model, PanelPart } from "./types" */
/** @import { Mode, Payload, Result, Store } from "../types" */

/** @type {Record<Mode, string>} */
const MODES = {
  set: "Set asks “what if”: the event or gate is made so, whatever its causes, and everything above it follows. Nothing is concluded about its causes.",
  observe: "Observe asks “given that”: the event or gate was seen to be so. Nothing in the plant is changed, and every probability becomes the one given what was seen, causes included.",
};

/**
 * @param {Model} model
 * @param {Payload} payload
 * @param {Store} store
 * @returns {PanelPart}
 */
export function createSummary(model, payload, store) {
  const top = entry(model.vertices, payload.top);
  const heading = element("h2", { class: "about" });
  const number = element("output", { class: "large", id: "top-probability" });
  const nominal = element("p", { class: "nominal" });
  const evidence = element("p", { class: "evidence", hidden: true });
  const evidenceNumber = element("strong", { id: "evidence-probability" });
  evidence.append("P(evidence) ", evidenceNumber);
  const nominalNumber = element("span", { id: "nominal-probability" });
  const ratio = element("strong", { id: "ratio" });
  const method = element("p", { class: "method" });
  const problem = element("div", { class: "problem", role: "alert", hidden: true });
  const mode = element("p", { class: "mode-says", id: "mode-says" });
  const settings = element("ul", { class: "settings", "aria-label": "What is set and observed" });
  const node = element("section", { class: "summary", "aria-label": "Result" }, heading, number, nominal, evidence, method, problem, mode, settings);

  function update() {
    const { result, base, prior, isObserving } = store;
    const isImpossible = isObserving && result !== null && result.evidence === 0;
    heading.replaceChildren(isObserving ? "P(top given what is observed) – " : "P(top) – ", element("bdi", {}, top.label || top.name));
    setComing(number, result?.top?.p ?? null, store.isComing("top"));
    const before = isObserving ? prior : base;
    nominal.replaceChildren(isObserving ? "before the observations " : "as written ", nominalNumber, " ", ratio);
    setNumber(nominalNumber, before?.top?.p ?? null);
    const change = ratioText(result?.top?.p, before?.top?.p);
    setText(ratio, change && change !== "unchanged" ? `→ ${change}` : change);
    evidence.hidden = !isObserving && store.mode !== "observe"; // its place is kept for the first observation
    setComing(evidenceNumber, isObserving ? result?.evidence ?? null : null, isObserving && store.isComing("events"));
    setText(method, methodText(payload, result));
    setText(mode, MODES[store.mode]);
    showSettings();
    problem.replaceChildren(...(isImpossible ? impossible() : problems()));
    problem.hidden = problem.childNodes.length === 0;
  }

  function showSettings() {
    const chips = [
      ...[...store.states].map(([name, state]) => chip(name, typeof state === "boolean" ? String(state).toUpperCase() : numberText(state), "set", () => store.set(name, null))),
      ...[...store.observed].map(([name, state]) => chip(name, `observed ${String(state).toUpperCase()}`, "observed", () => store.observe(name, null))),
    ];
    if (chips.length === 0) chips.push(element("li", { class: "quiet" }, "Nothing is set or observed."));
    settings.replaceChildren(...chips.slice(0, 60), ...(chips.length > 60 ? [element("li", {}, `and ${chips.length - 60} more`)] : []));
  }

  /**
   * @param {string} name
   * @param {string} text
   * @param {string} kind
   * @param {() => void} back
   * @returns {HTMLElement}
   */
  function chip(name, text, kind, back) {
    const takeBack = element("button", { type: "button", "aria-label": `Take back ${name}`, onclick: back }, "×");
    return element("li", { class: `chip ${kind}` }, element("bdi", {}, name), ` = ${text} `, takeBack);
  }

  /** @returns {HTMLElement[]} */
  function problems() {
    if (store.error) return [element("p", {}, `Not worked out: ${store.error}`), undoButton()];
    const small = tooSmall();
    if (small) return [element("p", {}, small)];
    const missing = model.missing.filter((name) => !store.states.has(name));
    if (!missing.length || store.isComing("top") || store.result?.top?.p !== null) return [];
    const some = missing.slice(0, 3).map((name) => `“${name}”`).join(", ");
    const rest = missing.length > 3 ? ` and ${missing.length - 3} more` : "";
    return [element("p", {}, `No probability given for ${some}${rest}, so that there is none for the top event. Cut sets do not need it; set the events to see the rest.`)];
  }

  /**
   * What is left out because a number is too small; empty where nothing is.
   *
   * @returns {string}
   */
  function tooSmall() {
    const { result, isObserving } = store;
    if (result === null || store.isComing("top")) return "";
    const said = "is above 0 and below 1e-280, where this page's numbers end";
    const instead = "The faulttree program has them.";
    if (isObserving && result.evidence === BELOW && result.top.p === null) return `P(evidence) ${said}: the probabilities given what is observed are left out. ${instead}`;
    if (isObserving && result.evidence && [...result.events.values()].includes(null)) return `Beside P(evidence) some probabilities are too small for this page's numbers; they are left out. ${instead}`;
    if (!isObserving && result.top.p === BELOW) return `P(top) ${said}: shares and importances that are ratios to it are left out. ${instead}`;
    return "";
  }

  /** @returns {HTMLElement[]} */
  function impossible() {
    const all = [...store.observed];
    const helping = all.length > 12 ? [] : all.filter(([name]) => isPossibleWithout(name));
    const said = all.length === 1
      ? `“${all[0][0]}” cannot be ${all[0][1]} in this model, so nothing follows from having seen it.`
      : "What is observed cannot happen together in this model, so nothing follows from it.";
    const advice = helping.length ? "It becomes possible when one of these is taken back:" : "Take back more than one observation, or all:";
    const buttons = (helping.length ? helping : all).slice(0, 12).map(([name, state]) =>
      element("button", { type: "button", onclick: () => store.observe(name, null) }, `Take back ${name} = ${state}`));
    return [element("p", {}, said), element("p", {}, advice), ...buttons, undoButton()];
  }

  /**
   * @param {string} name
   * @returns {boolean}
   */
  function isPossibleWithout(name) {
    const fewer = new Map(store.observed);
    fewer.delete(name);
    return store.evidenceOf(fewer) !== 0;
  }

  /** @returns {HTMLElement} */
  function undoButton() {
    return element("button", { type: "button", disabled: !store.canUndo, onclick: store.undo }, "Undo the last change");
  }

  return { node, update };
}

/**
 * @param {Payload} payload
 * @param {Result | null} result
 * @returns {string}
 */
function methodText(payload, result) {
  const kind = payload.coherent ? "coherent" : "not coherent";
  const cost = result && result.nodes !== null ? ` · ${amount(result.nodes, "node")} · ${millisecondsText(result.milliseconds)}` : "";
  return `${kind} · exact, by decision diagram${cost}`;
}
