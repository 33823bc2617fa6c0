// Elements of the page, made by DOM calls only: what a model says is text, never markup.

import { BELOW } from "../engine/numbers.js";
import { fullText, numberText, probabilityFrom, shortened, wrongText } from "../state/format.js";

/** @import { Vertex } from "../types" */
/** @import { Attributes, ProbabilityBox, Section, StateSwitch } from "./types" */

/**
 * An element. attributes: `class`, `data-…`, `aria-…` and so on; `on…` a listener; false or null leaves one out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/**
 * The element of the page's markup that has an id.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} '${id}'.`);
  return found;
}

/**
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Show a number: as an engineer writes it, all digits in the tooltip and in `data-value`, which is `below` for one that is
 * too small to be told.
 *
 * @param {HTMLElement} node
 * @param {number | null | undefined} value
 * @param {string} [text]
 */
export function setNumber(node, value, text = numberText(value)) {
  setText(node, text);
  const full = value === null || value === undefined ? "" : value === BELOW ? "below" : String(value);
  if (node.dataset.value === full) return;
  node.dataset.value = full;
  node.title = fullText(value);
}

/**
 * The same of a number that is still to come, as long as isComing.
 *
 * @param {HTMLElement} node
 * @param {number | null | undefined} value
 * @param {boolean} isComing
 * @param {string} [text]
 */
export function setComing(node, value, isComing, text) {
  setNumber(node, value, isComing && (value === null || value === undefined) ? "…" : text);
}

/**
 * A name as it stands, apart from the direction of the text around it; its label beneath, where it has one.
 *
 * @param {Vertex} vertex
 * @returns {HTMLElement}
 */
export function nameElement(vertex) {
  const label = vertex.label && vertex.label !== vertex.name ? [element("small", { class: "label" }, element("bdi", {}, shortened(vertex.label, 300)))] : [];
  return element("span", { class: "named", title: shortened(vertex.said.join("\n"), 2000) }, element("bdi", { class: "name" }, ...breakable(vertex.name)), " ", ...label);
}

/**
 * A name that may break after its separators, not within a word.
 *
 * @param {string} name
 * @returns {(Node | string)[]}
 */
function breakable(name) {
  return name.split(/(?<=[_./:-])/).flatMap((part, place) => (place ? [element("wbr"), part] : [part]));
}

let radioGroups = 0;
let boxes = 0;

/**
 * The three-state switch of one element: radio buttons nominal, T and F. choose(value) with null, true or false.
 * No button is on for a state that is a probability.
 *
 * @param {string} what
 * @param {string} nominal
 * @param {(value: boolean | null) => void} choose
 * @returns {StateSwitch}
 */
export function stateSwitch(what, nominal, choose) {
  radioGroups += 1;
  /** @type {Map<boolean | null, HTMLInputElement>} */
  const inputs = new Map();
  /** @type {[boolean | null, string, string][]} */
  const options = [[null, nominal, "as written"], [true, "T", "true"], [false, "F", "false"]];
  const labels = options.map(([value, text, spoken]) => {
    const input = element("input", { type: "radio", name: `state-${radioGroups}`, "aria-label": spoken, onchange: () => choose(value) });
    inputs.set(value, input);
    return element("label", { class: `state state-${value}` }, input, element("span", { "aria-hidden": "true" }, text));
  });
  return {
    node: element("fieldset", { class: "states" }, element("legend", { class: "unseen" }, what), ...labels),
    show(state) {
      for (const [value, input] of inputs) input.checked = value === (state ?? null);
    },
  };
}

/**
 * A box for a probability. enter(value or null) once it is left or Enter is pressed; what is no probability is marked, and
 * `wrong`, to stand beside it, says so.
 *
 * @param {string} label
 * @param {(value: number | null) => void} enter
 * @returns {ProbabilityBox}
 */
export function probabilityBox(label, enter) {
  boxes += 1;
  const wrong = element("span", { class: "wrong", id: `wrong-${boxes}`, role: "alert" });
  const input = element("input", {
    type: "text", class: "number", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label,
    oninput: () => {
      input.dataset.edited = "yes";
    },
    onchange: () => {
      const text = input.value.trim();
      const value = text === "" ? null : probabilityFrom(text);
      const isWrong = value !== null && Number.isNaN(value);
      input.setAttribute("aria-invalid", String(isWrong));
      input.title = isWrong ? "Not a probability: give a number from 0 to 1, such as 0.02 or 1e-5" : "";
      say(isWrong ? `“${shortened(text, 20)}” ${wrongText(text)}` : "");
      if (isWrong) return;
      delete input.dataset.edited;
      enter(value);
    },
  });
  /** @type {(text: string) => void} */
  const say = (text) => {
    setText(wrong, text);
    if (text) input.setAttribute("aria-describedby", wrong.id);
    else input.removeAttribute("aria-describedby");
  };
  return {
    node: input,
    wrong,
    show(value, lacking = "no probability given") {
      if (document.activeElement === input && input.dataset.edited) return; // somebody is writing
      delete input.dataset.edited;
      input.value = value === null || value === undefined ? "" : numberText(value);
      input.dataset.value = String(value ?? "");
      input.title = value === null || value === undefined ? lacking : fullText(value);
      input.removeAttribute("aria-invalid");
      say("");
    },
  };
}

/**
 * A section of the panel that opens and closes.
 *
 * @param {string} id
 * @param {string} heading
 * @param {boolean} [isOpen]
 * @returns {Section}
 */
export function section(id, heading, isOpen = true) {
  const note = element("span", { class: "note" });
  const body = element("div", { class: "body" });
  const title = element("h2", {}, heading);
  const node = element("details", { id, open: isOpen }, element("summary", {}, title, note), body);
  return { node, heading: title, body, note };
}
