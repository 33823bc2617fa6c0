// The controls around the picture: buttons, search, mode, keys, theme, files, print and the divider.

import { element } from "./elements.js";
import { amount } from "../state/format.js";

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

/** Wire the header's controls, which the page's markup holds. announce(text): say it to a screen reader and the eye. */
export function createControls(payload, store, diagram, panel, announce) {
  const byId = (id) => document.getElementById(id);
  const on = (id, act) => byId(id).addEventListener("click", act);
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
  on("skip-picture", () => (byId("diagram").querySelector("[tabindex]") ?? byId("fit")).focus());
  on("skip-panel", () => byId("panel").focus());
  byId("print").hidden = isFramed; // a notebook's frame may not open the dialog for it
  for (const input of document.querySelectorAll("input[name=mode]")) input.addEventListener("change", () => store.setMode(input.value));

  // Search: the table is filtered at once; Enter goes through the matches in the picture.
  const search = byId("search");
  let [found, place] = [[], -1];
  search.addEventListener("input", () => {
    const text = search.value.trim();
    found = text ? diagram.search(text) : [];
    place = -1;
    panel.filter(text ? matching(panel.model, text) : null, text);
    byId("matches").textContent = text ? amount(matching(panel.model, text).size, "match").replace("matchs", "matches") : "";
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
      if (isTyping(event.target) && !event.target.matches(".number:not([data-edited])")) return; // the field's own undo
      event.preventDefault();
      if (key === "y" || event.shiftKey) store.redo();
      else store.undo();
      return;
    }
    if (command || event.altKey || isTyping(event.target)) return;
    const act = { "/": () => search.focus(), "?": openHelp, "+": () => diagram.zoom(1.25), "-": () => diagram.zoom(0.8), 0: () => diagram.fit(), o: () => store.setMode(store.mode === "set" ? "observe" : "set") };
    if (!Object.hasOwn(act, event.key)) return;
    event.preventDefault();
    act[event.key]();
  });

  function openHelp() {
    const rows = SHORTCUTS.map(([keys, says]) => element("div", {}, element("dt", {}, ...keys.flatMap((key, place) => [place ? " " : "", element("kbd", {}, key)])), element("dd", {}, says)));
    byId("shortcuts").replaceChildren(...rows);
    byId("help-dialog").showModal();
  }

  async function copyLink() {
    const link = isFramed ? `#${store.hash()}` : `${location.href.replace(/#.*$/, "")}#${store.hash()}`;
    try {
      if (isFramed) throw new Error("a frame may not write to the clipboard");
      await navigator.clipboard.writeText(link);
      announce("The link is copied.");
    } catch {
      byId("link-says").textContent = isFramed ? "These settings stand behind the address of a saved page. Copy them with Ctrl+C." : "Copy it with Ctrl+C.";
      byId("link").value = link;
      byId("link-dialog").showModal();
      byId("link").select();
    }
  }

  const themes = ["auto", "light", "dark"];
  on("theme", () => showTheme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % 3], true));
  showTheme(remembered("faulttree-theme") ?? "auto", false);
  divide(byId("divider"), byId("panel"));

  return {
    update() {
      byId("undo").disabled = !store.canUndo;
      byId("redo").disabled = !store.canRedo;
      byId("reset").disabled = store.states.size + store.observed.size === 0;
      for (const input of document.querySelectorAll("input[name=mode]")) input.checked = input.value === store.mode;
      document.body.dataset.mode = store.mode;
    },
  };
}

function isTyping(target) {
  return target instanceof HTMLElement && (target.matches("textarea, input:not([type=radio]):not([type=range])") || target.isContentEditable);
}

/** Names of the elements whose name or label holds the text. */
function matching(model, text) {
  const wanted = text.toLowerCase();
  const holds = (vertex) => vertex.name.toLowerCase().includes(wanted) || vertex.label.toLowerCase().includes(wanted);
  return new Set([...model.vertices.values()].filter(holds).map((vertex) => vertex.name));
}

function showTheme(theme, isChosen) {
  const known = ["auto", "light", "dark"].includes(theme) ? theme : "auto";
  document.documentElement.dataset.theme = known;
  const button = document.getElementById("theme");
  button.textContent = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" }[known];
  button.setAttribute("aria-label", `Theme: ${known}`);
  if (isChosen) remember("faulttree-theme", known);
}

// A page from a file or in a sandbox may have no storage; the choice then lasts as long as the page.
function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing to remember it in.
  }
}

/** A name that every file system takes, from a model's. */
function fileName(name, ending) {
  return (name.normalize("NFC").replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 80) || "model") + ending;
}

/** Hand over a text as a file. */
function download(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** The divider between picture and panel: dragged, or moved with the arrow keys. */
function divide(divider, panel) {
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
