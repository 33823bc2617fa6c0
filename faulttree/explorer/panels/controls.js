// The controls around the picture: buttons, search, mode, keys, theme, files, print and the divider.

import { byId, element, setText } from "./elements.js";
import { amount } from "../state/format.js";

/** @import { Model, Panel } from "./types" */
/** @import { Mode, Payload, Store, Vertex } from "../types" */
/** @import { DiagramPicture } from "../picture/types" */

/** @type {Record<string, string>} */
const THEMES = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" };
/** @type {[string[], string][]} */
const SHORTCUTS = [
  [["/"], "to the search; Enter goes from match to match, Esc leaves it"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+Shift+Z", "Ctrl+Y"], "redo"],
  [["+", "-"], "zoom in and out"],
  [["0"], "fit the whole picture"],
  [["o"], "switch between Set and Observe"],
  [["Tab"], "from control to control"],
  [["← ↑ ↓ →"], "within switches and sliders; in the picture from element to element"],
  [["Enter", "Space"], "in the picture: the element's next state: true, false, as written"],
  [["f"], "in the picture: fold or unfold"],
  [["?"], "this help"],
];

/**
 * Wire the header's controls, which the page's markup holds. announce(text): say it to a screen reader and the eye.
 *
 * @param {Payload} payload
 * @param {Store} store
 * @param {DiagramPicture} diagram
 * @param {Panel} panel
 * @param {(text: string) => void} announce
 * @returns {{ update: () => void }}
 */
export function createControls(payload, store, diagram, panel, announce) {
  /** @type {(id: string, act: () => void) => void} */
  const on = (id, act) => byId(id, HTMLElement).addEventListener("click", act);
  const isFramed = window.parent !== window;

  on("undo", store.undo);
  on("redo", store.redo);
  on("reset", store.reset);
  on("fit", () => diagram.fit());
  on("zoom-in", () => diagram.zoom(1.25));
  on("zoom-out", () => diagram.zoom(0.8));
  on("fold", () => {
    diagram.foldAll();
    diagram.fit();
  });
  on("unfold", () => diagram.unfoldAll());
  on("save-svg", () => download(fileName(payload.name, ".svg"), "image/svg+xml", diagram.toSvg()));
  on("save-scenario", () => download(fileName(payload.name, "-scenario.yaml"), "application/yaml", store.toYaml()));
  on("copy-link", copyLink);
  on("print", () => window.print());
  on("help", openHelp);
  on("skip-picture", () => pictureOrButton().focus());
  on("skip-panel", () => byId("panel", HTMLElement).focus());
  byId("print", HTMLElement).hidden = isFramed; // a notebook's frame may not open the dialog for it
  /** @type {NodeListOf<HTMLInputElement>} */
  const modes = document.querySelectorAll("input[name=mode]");
  for (const input of modes) input.addEventListener("change", () => store.setMode(modeOf(input)));

  // Search: the table is filtered at once; Enter goes through the matches in the picture.
  const search = byId("search", HTMLInputElement);
  /** @type {string[]} */
  let found = [];
  let place = -1;
  search.addEventListener("input", () => {
    const text = search.value.trim();
    found = text ? diagram.search(text) : [];
    place = -1;
    panel.filter(text ? matching(panel.model, text) : null, text);
    setText(byId("matches", HTMLElement), text ? amount(matching(panel.model, text).size, "match").replace("matchs", "matches") : "");
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found.length) {
      place = (place + (event.shiftKey ? found.length - 1 : 1)) % found.length;
      store.select(found[place]);
    } else if (event.key === "Escape") {
      search.value = "";
      search.dispatchEvent(new Event("input"));
      search.blur();
    }
  });

  document.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (document.querySelector("dialog[open]")) return;
    if (command && (key === "z" || key === "y")) {
      const isUnedited = event.target instanceof Element && event.target.matches(".number:not([data-edited])");
      if (isTyping(event.target) && !isUnedited) return; // the field's own undo
      event.preventDefault();
      if (key === "y" || event.shiftKey) store.redo();
      else store.undo();
      return;
    }
    if (command || event.altKey || isTyping(event.target)) return;
    /** @type {Record<string, () => void>} */
    const act = { "/": () => search.focus(), "?": openHelp, "+": () => diagram.zoom(1.25), "-": () => diagram.zoom(0.8), 0: () => diagram.fit(), o: () => store.setMode(store.mode === "set" ? "observe" : "set") };
    if (!Object.hasOwn(act, event.key)) return;
    event.preventDefault();
    act[event.key]();
  });

  function openHelp() {
    const rows = SHORTCUTS.map(([keys, says]) => element("div", {}, element("dt", {}, ...keys.flatMap((key, place) => [place ? " " : "", element("kbd", {}, key)])), element("dd", {}, says)));
    byId("shortcuts", HTMLElement).replaceChildren(...rows);
    byId("help-dialog", HTMLDialogElement).showModal();
  }

  async function copyLink() {
    const link = isFramed ? `#${store.hash()}` : `${location.href.replace(/#.*$/, "")}#${store.hash()}`;
    try {
      if (isFramed) throw new Error("a frame may not write to the clipboard");
      await navigator.clipboard.writeText(link);
      announce("The link is copied.");
    } catch {
      byId("link-says", HTMLElement).textContent = isFramed ? "These settings stand behind the address of a saved page. Copy them with Ctrl+C." : "Copy it with Ctrl+C.";
      byId("link", HTMLInputElement).value = link;
      byId("link-dialog", HTMLDialogElement).showModal();
      byId("link", HTMLInputElement).select();
    }
  }

  const themes = Object.keys(THEMES);
  const nextTheme = () => themes[(themes.indexOf(document.documentElement.dataset.theme ?? "") + 1) % themes.length];
  on("theme", () => showTheme(nextTheme(), true));
  showTheme(remembered("faulttree-theme") ?? "auto", false);
  divide(byId("divider", HTMLElement), byId("panel", HTMLElement));

  return {
    update() {
      byId("undo", HTMLButtonElement).disabled = !store.canUndo;
      byId("redo", HTMLButtonElement).disabled = !store.canRedo;
      byId("reset", HTMLButtonElement).disabled = store.states.size + store.observed.size === 0;
      for (const input of modes) input.checked = modeOf(input) === store.mode;
      document.body.dataset.mode = store.mode;
    },
  };
}

/**
 * @param {HTMLInputElement} input
 * @returns {Mode}
 */
const modeOf = (input) => (input.value === "observe" ? "observe" : "set");

/**
 * What of the picture takes the keyboard; before there is any, a button beside it.
 *
 * @returns {HTMLElement | SVGElement}
 */
function pictureOrButton() {
  /** @type {SVGElement | null} */
  const picture = byId("diagram", HTMLElement).querySelector("[tabindex]");
  return picture ?? byId("fit", HTMLElement);
}

/**
 * @param {EventTarget | null} target
 * @returns {boolean}
 */
function isTyping(target) {
  return target instanceof HTMLElement && (target.matches("textarea, input:not([type=radio]):not([type=range])") || target.isContentEditable);
}

/**
 * Names of the elements whose name or label holds the text.
 *
 * @param {Model} model
 * @param {string} text
 * @returns {Set<string>}
 */
function matching(model, text) {
  const wanted = text.toLowerCase();
  /** @type {(vertex: Vertex) => boolean} */
  const holds = (vertex) => vertex.name.toLowerCase().includes(wanted) || vertex.label.toLowerCase().includes(wanted);
  return new Set([...model.vertices.values()].filter(holds).map((vertex) => vertex.name));
}

/**
 * @param {string} theme
 * @param {boolean} isChosen
 */
function showTheme(theme, isChosen) {
  const known = Object.hasOwn(THEMES, theme) ? theme : "auto";
  document.documentElement.dataset.theme = known;
  const button = byId("theme", HTMLButtonElement);
  button.textContent = THEMES[known];
  button.setAttribute("aria-label", `Theme: ${known}`);
  if (isChosen) remember("faulttree-theme", known);
}

/**
 * What the browser keeps under a key. A page from a file or in a sandbox may have no storage; null then.
 *
 * @param {string} key
 * @returns {string | null}
 */
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to remember it in.
  }
}

/**
 * A name that every file system takes, from a model's.
 *
 * @param {string} name
 * @param {string} ending
 * @returns {string}
 */
function fileName(name, ending) {
  return (name.normalize("NFC").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "model") + ending;
}

/**
 * Hand over a text as a file.
 *
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/**
 * The divider between picture and panel: dragged, or moved with the arrow keys.
 *
 * @param {HTMLElement} divider
 * @param {HTMLElement} panel
 */
function divide(divider, panel) {
  /** @type {(width: number) => void} */
  const share = (width) => {
    const limited = Math.min(Math.max(width, 320), window.innerWidth - 240);
    document.documentElement.style.setProperty("--panel", `${Math.round(limited)}px`);
    divider.setAttribute("aria-valuenow", String(Math.round((100 * limited) / window.innerWidth)));
  };
  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
    divider.focus();
  });
  divider.addEventListener("pointermove", (event) => {
    if (divider.hasPointerCapture(event.pointerId)) share(window.innerWidth - event.clientX);
  });
  divider.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    share(panel.getBoundingClientRect().width + step);
  });
}
