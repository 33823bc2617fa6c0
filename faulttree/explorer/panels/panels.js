// The panel beside the picture: result, scenarios, events, cut sets, gates, comparison.

import { createComparison, createCutSets } from "./cutsets.js";
import { element, section, setText } from "./elements.js";
import { eventsToSet, gatesToSet, readModel, toObserve } from "./measures.js";
import { createSummary } from "./summary.js";
import { countText, shortened } from "../state/format.js";

const MOST_PRINTED = 1000; // rows of a table on paper

export function createPanel(container, payload, store) {
  const model = readModel(payload);
  const hover = (name) => store.highlight(name ? [name] : []);
  const summary = createSummary(model, payload, store);
  const named = createNamedSettings(payload, store);
  const events = section("events", "Events");
  const gates = section("gates", "Gates", model.gates.length <= 60);
  const cutSets = createCutSets(model, store);
  const comparison = createComparison(model, payload, store);
  const tables = {
    set: { events: eventsToSet(model, store, hover), gates: gatesToSet(model, store, hover) },
    observe: { events: toObserve(model, store, "events", hover), gates: toObserve(model, store, "gates", hover) },
  };
  setText(events.note, countText(model.events.length));
  setText(gates.note, countText(model.gates.length));
  const jump = element("nav", { class: "jump", "aria-label": "Parts of the panel" },
    ...[["Events", events.node], ["Cut sets", cutSets.node], ["Gates", gates.node], ["Comparison", comparison.node]].map(([text, target]) =>
      element("button", { type: "button", onclick: () => jumpTo(target) }, text)));
  const toCutSets = jump.children[1];
  container.append(summary.node, named.node, jump, events.node, cutSets.node, gates.node, comparison.node, provenance(payload));

  const missing = payload.vertices.filter(({ kind, key }) => kind === "gate" && !Object.hasOwn(payload.bdd.roots, key)).length;
  const notAll = element("p", { class: "said", hidden: missing === 0 },
    "As written, only the top event's probability is known here: the diagram of all gates is too large for this page. " +
    "Setting or observing a gate makes the page try it with what is set then.");
  gates.node.insertBefore(notAll, gates.body);
  const filterSays = [events, gates].map((part) => {
    const says = element("p", { class: "filter-says", hidden: true });
    part.node.insertBefore(says, part.body);
    return says;
  });
  let [matches, mode, filtered] = [null, null, new Set()];
  gates.node.addEventListener("toggle", () => refreshTables());

  function refreshTables() {
    if (mode !== store.mode) {
      mode = store.mode;
      events.body.replaceChildren(tables[mode].events.node);
      gates.body.replaceChildren(tables[mode].gates.node);
      filtered = new Set();
    }
    for (const [part, table] of [[events, tables[mode].events], [gates, tables[mode].gates]]) {
      if (part.node.open && filtered.has(table)) table.refresh(!store.isComing());
      else if (part.node.open) {
        filtered.add(table);
        table.filter(matches);
      }
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
        if (store.cutSets?.fussellVesely) refreshTables();
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
      const found = [...container.querySelectorAll("tr[data-name]")].find((row) => row.dataset.name === name);
      found?.scrollIntoView({ block: "nearest" });
    },
    /** Before printing: everything open. Returns what closes it again. */
    openAll() {
      const closed = [...container.querySelectorAll("details:not([open])")];
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

function jumpTo(target) {
  target.open = true;
  target.scrollIntoView({ block: "start" });
  target.querySelector("summary").focus({ preventScroll: true });
}

/** Scenarios and evidence that the model names, as buttons. */
function createNamedSettings(payload, store) {
  const groups = [];
  const buttons = [];
  const group = (heading, list, settings, apply) => {
    if (!list.length) return;
    const made = list.map((one) => {
      const button = element("button", { type: "button", "aria-pressed": "false", title: shortened([one.label, one.description].filter(Boolean).join("\n") || one.name, 600), onclick: () => apply(one.name) }, element("bdi", {}, one.name));
      buttons.push(() => button.setAttribute("aria-pressed", String(settings(one))));
      return button;
    });
    groups.push(element("div", { class: "named-settings", role: "group", "aria-label": heading }, element("span", { class: "heading" }, heading), ...made));
  };
  const isSame = (settings, given) => settings.size > 0 && settings.size === Object.keys(given).length && Object.entries(given).every(([name, value]) => settings.get(name) === value);
  group("Scenarios", payload.scenarios, (one) => isSame(store.states, one.states) && !store.isObserving, store.applyScenario);
  group("Evidence", payload.evidence, (one) => isSame(store.observed, one.observe), store.applyEvidence);
  return {
    node: element("section", { class: "all-named", "aria-label": "Scenarios and evidence of the model", hidden: groups.length === 0 }, ...groups),
    update: () => buttons.forEach((show) => show()),
  };
}

/** Where the page comes from, so that a print can be traced. */
function provenance(payload) {
  return element("p", { class: "provenance" }, `faulttree ${payload.version} · model SHA-256 ${payload.sha256}`);
}
