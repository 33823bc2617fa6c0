// The page comes together: the model is read, and what one part changes, the others show.

import { TreeEngine } from "./engine/engine.js";
import { createControls } from "./panels/controls.js";
import { byId } from "./panels/elements.js";
import { createPanel } from "./panels/panels.js";
import { createDiagram } from "./picture/diagram.js";
import { amount, numberText, ratioText } from "./state/format.js";
import { createStore } from "./state/store.js";

/** @import { Payload, State } from "./types" */

/** @type {Payload} */
const payload = JSON.parse(byId("model", HTMLElement).textContent ?? "");
const engine = new TreeEngine(payload);
/** @type {(work: () => void, delay: number) => void} */
const afterPaint = (work, delay) => {
  if (document.hidden) setTimeout(work, delay);
  else requestAnimationFrame(() => setTimeout(work, delay));
};
const store = createStore(payload, engine, afterPaint);
const diagram = createDiagram(byId("diagram", HTMLElement), payload, {
  onToggle: (name, direction) => toggle(name, direction),
  onSelect: (name) => {
    store.select(name);
    panel.reveal(name);
  },
});
const panel = createPanel(byId("panel", HTMLElement), payload, store);
const controls = createControls(payload, store, diagram, panel, announce);
let announcing = 0;
let lastSaid = { states: store.states, observed: store.observed }; // the settings that were last said
let isResultToCome = false;

/**
 * The next state of an element, as the mode has it: nominal, true, false and around; direction -1 the other way.
 *
 * @param {string} name
 * @param {number} [direction]
 */
function toggle(name, direction = 1) {
  const states = [null, true, false];
  const settings = store.mode === "observe" ? store.observed : store.states;
  const now = settings.get(name) ?? null;
  const place = typeof now === "number" ? (direction > 0 ? 0 : 1) : states.indexOf(now);
  const next = states[(place + (direction < 0 ? 2 : 1)) % 3];
  if (store.mode === "observe") store.observe(name, next);
  else store.set(name, next);
}

/**
 * Say something to a screen reader, and to the eye for a while.
 *
 * @param {string} text
 * @param {boolean} [isShown]
 */
function announce(text, isShown = true) {
  const notice = byId("notice", HTMLElement);
  byId("live", HTMLElement).textContent = text;
  if (!isShown) return;
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(announcing);
  announcing = setTimeout(() => {
    notice.hidden = true;
  }, 8000);
}

/**
 * What has been set or observed since it was last said, in words.
 *
 * @returns {string}
 */
function changesText() {
  /** @type {(state: State | undefined) => string} */
  const word = (state) => (typeof state === "boolean" ? String(state).toUpperCase() : `to ${numberText(state)}`);
  /** @type {(before: ReadonlyMap<string, State>, now: ReadonlyMap<string, State>) => string[]} */
  const differing = (before, now) =>
    [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
  const all = [
    ...differing(lastSaid.states, store.states).map((name) => (store.states.has(name) ? `${name} set ${word(store.states.get(name))}` : `${name} as written`)),
    ...differing(lastSaid.observed, store.observed).map((name) => (store.observed.has(name) ? `${name} observed ${word(store.observed.get(name))}` : `${name} no longer observed`)),
  ];
  lastSaid = { states: store.states, observed: store.observed };
  if (store.states.size + store.observed.size === 0 && all.length > 1) return "Everything as written. ";
  const rest = all.length > 3 ? ` and ${amount(all.length - 3, "more change")}` : "";
  return all.length ? `${all.slice(0, 3).join(", ")}${rest}. ` : "";
}

function announceResult() {
  const changes = changesText();
  isResultToCome = store.isComing("top");
  announce(changes + (isResultToCome ? "Being worked out …" : resultText()), false);
}

/** @returns {string} */
function resultText() {
  const { result, isObserving } = store;
  if (!result || !result.top) return store.error || "Nothing could be worked out.";
  if (isObserving && result.evidence === 0) return "What is observed is impossible.";
  const before = (isObserving ? store.prior : store.base)?.top?.p ?? null;
  const change = ratioText(result.top.p, before);
  return `Probability of the top event ${numberText(result.top.p)}${change ? `, ${change.replace("×", "times")}` : ""}`;
}

function draw() {
  const { states, observed, result, base, selected, highlighted } = store;
  diagram.update({ states, observed, result, base, selected, highlighted });
}

/** Keep the settings in the address, so that a link and the browser's back and forward lead to them. */
function writeHash() {
  const hash = `#${store.hash()}`;
  if (hash === (location.hash || "#")) return;
  try {
    if (window.parent === window) history.pushState(null, "", hash);
    else history.replaceState(null, "", hash);
  } catch {
    location.hash = hash; // where a page may not write its history
  }
}

function readHash() {
  const faults = store.loadHash(location.hash);
  if (!faults.length) return;
  const rest = faults.length > 3 ? ` And ${faults.length - 3} more.` : "";
  announce(`The link has settings that this model does not take: ${faults.slice(0, 3).join("; ")}.${rest}`);
}

let writing = 0;
store.subscribe((what) => {
  draw();
  panel.update(what);
  if (what === "select" && store.selected) diagram.focus(store.selected);
  if (what === "settings" || what === "mode") controls.update();
  if (what === "result" && isResultToCome && !store.isComing("top")) announceResult();
  if (what !== "settings") return;
  clearTimeout(writing); // a slide is one step, not hundreds
  writing = setTimeout(() => {
    writeHash();
    announceResult();
  }, 250);
});
window.addEventListener("hashchange", readHash);

// Printing: the whole picture on a page of its own, and everything open.
/** @type {(() => void) | null} */
let closeAgain = null;
function preparePrint() {
  if (closeAgain) return;
  const picture = new DOMParser().parseFromString(diagram.toSvg(), "image/svg+xml").documentElement;
  const sheet = byId("print-picture", HTMLElement);
  sheet.replaceChildren(document.importNode(picture, true));
  const close = panel.openAll();
  closeAgain = () => {
    sheet.replaceChildren();
    close();
    closeAgain = null;
  };
}
window.addEventListener("beforeprint", preparePrint);
window.addEventListener("afterprint", () => closeAgain?.());
window.matchMedia("print").addEventListener("change", (event) => (event.matches ? preparePrint() : closeAgain?.()));

draw();
panel.update("settings");
controls.update();
readHash();
