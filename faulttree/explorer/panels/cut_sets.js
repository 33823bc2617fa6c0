// Ranked minimal cut sets, or explanations of what is observed.

import { element, section, setNumber, setText } from "./elements.js";
import { numberCell } from "./element_tables.js";
import { amount, countText, shareText } from "../state/format.js";

/** @import { PanelSection } from "./types" */
/** @import { RankedSet, SetList, Store } from "../types" */

/**
 * The row that a click keeps shown in the picture. key: its events as one text.
 *
 * @typedef {{ row: HTMLElement, button: HTMLElement, events: readonly string[], key: string }} Pinned
 */

/**
 * @param {Store} store
 * @returns {PanelSection}
 */
export function createCutSets(store) {
  const part = section("cut-sets", "Minimal cut sets");
  const said = element("p", { class: "said" });
  const body = element("tbody");
  /** @type {(text: string, title: string, kind?: string | null) => HTMLElement} */
  const heading = (text, title, kind = null) => element("th", { scope: "col", class: kind, title }, text);
  const caption = element("caption", { class: "unseen" });
  const table = element("table", { class: "ranked" }, caption,
    element("thead", {}, element("tr", {}, heading("Rank", "By probability", "figure"), heading("Events", "All of them together"),
      heading("Probability", "All events of the set happen", "figure"), heading("Share", "Part of the sum of all cut sets' probabilities", "figure"), heading("Sum", "Shares added up to here", "figure"))), body);
  const more = element("button", { type: "button", class: "more", onclick: () => store.showMoreCutSets() });
  part.body.append(said, element("div", { class: "scroller" }, table), more);
  /** @type {Pinned | null} */
  let pinned = null;

  function update() {
    const found = store.cutSets;
    table.classList.toggle("explanations", store.isObserving);
    setText(part.heading, store.isObserving ? "Explanations" : "Minimal cut sets");
    setText(caption, `${store.isObserving ? "Explanations" : "Cut sets"}, the likeliest first`);
    setText(more, `Show more ${store.isObserving ? "explanations" : "cut sets"}`);
    if (found === null) {
      setText(part.note, store.cutSetsError ? "" : "…");
      said.className = store.cutSetsError ? "said problem" : "said";
      setText(said, store.cutSetsError ? `Not worked out: ${store.cutSetsError}` : "Being worked out …");
      table.classList.toggle("outdated", !store.cutSetsError);
      if (store.cutSetsError) body.replaceChildren();
      more.hidden = true;
      return;
    }
    table.classList.remove("outdated");
    said.className = found.count === null ? "said problem" : "said";
    setText(part.note, found.count === null ? "" : countText(found.count));
    part.note.dataset.value = found.count ?? "";
    setText(said, cutSetsText(found, store.isObserving));
    let sum = 0;
    body.replaceChildren(...found.sets.map((set, place) => {
      sum += set.share ?? NaN;
      return ranked(set, place + 1, sum);
    }));
    more.hidden = found.count === null || BigInt(found.count) <= BigInt(found.sets.length) || found.sets.length < store.most;
  }

  /**
   * @param {RankedSet} set
   * @param {number} rank
   * @param {number} sum
   * @returns {HTMLElement}
   */
  function ranked(set, rank, sum) {
    const names = set.events.length ? set.events.flatMap((name, place) => [...(place ? [" · "] : []), element("bdi", {}, name)]) : ["nothing needs to happen"];
    const button = element("button", { type: "button", class: "choose events", "aria-pressed": "false", "aria-describedby": "picture-hint", onclick: () => pin(row, button, set.events) }, ...names);
    const [probability, share, total] = ["probability", "share", "sum"].map(numberCell);
    setNumber(probability, set.probability);
    setNumber(share, set.share, shareText(set.share));
    setNumber(total, Number.isNaN(sum) ? null : sum, shareText(sum));
    const row = element("tr", { "data-events": set.events.join("\n"), onpointerenter: () => store.highlight(set.events), onpointerleave: () => store.highlight(pinned?.events ?? []) },
      element("td", { class: "figure" }, String(rank)), element("td", {}, button), probability, share, total);
    button.addEventListener("focus", () => store.highlight(set.events));
    button.addEventListener("blur", () => store.highlight(pinned?.events ?? []));
    if (pinned && pinned.key === set.events.join("\n")) {
      pinned = { ...pinned, row, button };
      row.classList.add("pinned");
      button.setAttribute("aria-pressed", "true");
    }
    return row;
  }

  /**
   * @param {HTMLElement} row
   * @param {HTMLElement} button
   * @param {readonly string[]} events
   */
  function pin(row, button, events) {
    const isSame = pinned?.row === row;
    unpin();
    if (!isSame) {
      pinned = { row, button, events, key: events.join("\n") };
      row.classList.add("pinned");
      button.setAttribute("aria-pressed", "true");
    }
    store.highlight(pinned?.events ?? []);
  }

  function unpin() {
    pinned?.row.classList.remove("pinned");
    pinned?.button.setAttribute("aria-pressed", "false");
    pinned = null;
  }

  return { node: part.node, update };
}

/**
 * How many there are, by order, and what is not there.
 *
 * @param {SetList} found
 * @param {boolean} isObserving
 * @returns {string}
 */
function cutSetsText(found, isObserving) {
  if (found.count === null) return found.note;
  const what = isObserving ? "explanation" : "cut set";
  if (found.count === "0") return isObserving ? `There is none. ${found.note}`.trim() : "There is none: the top event cannot happen.";
  const byOrder = found.countByOrder.map(([order, count]) => `${countText(count)} of ${amount(order, "event")}`);
  const orders = byOrder.length > 6 ? `${byOrder.slice(0, 6).join(", ")} and larger ones` : byOrder.join(", ");
  const shown = BigInt(found.count) > BigInt(found.sets.length) ? ` The ${countText(found.sets.length)} likeliest are shown.` : "";
  const complete = found.complete ? "" : " The list is not complete.";
  return `${amount(found.count, what)}: ${orders}.${shown}${complete}${found.note ? ` ${found.note}` : ""}`;
}
