// Ranked minimal cut sets, or explanations of what is observed; and the model as written beside the one as set.

import { element, section, setComing, setNumber, setText } from "./elements.js";
import { numberCell } from "./measures.js";
import { amount, countText, ratioText, shareText } from "../state/format.js";

export function createCutSets(model, store) {
  const part = section("cut-sets", "Minimal cut sets");
  const said = element("p", { class: "said" });
  const body = element("tbody");
  const heading = (text, title, kind = null) => element("th", { scope: "col", class: kind, title }, text);
  const caption = element("caption", { class: "unseen" });
  const table = element("table", { class: "ranked" }, caption,
    element("thead", {}, element("tr", {}, heading("Rank", "By probability", "figure"), heading("Events", "All of them together"),
      heading("Probability", "All events of the set happen", "figure"), heading("Share", "Part of the sum of all cut sets' probabilities", "figure"), heading("Sum", "Shares added up to here", "figure"))), body);
  const more = element("button", { type: "button", class: "more", onclick: () => store.showMoreCutSets() });
  part.body.append(said, element("div", { class: "scroller" }, table), more);
  let pinned = null;

  function update() {
    const found = store.cutSets;
    table.classList.toggle("explanations", store.isObserving);
    setText(part.node.querySelector("h2"), store.isObserving ? "Explanations" : "Minimal cut sets");
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

  function ranked(set, rank, sum) {
    const names = set.events.length ? set.events.flatMap((name, place) => [...(place ? [" · "] : []), element("bdi", {}, name)]) : ["nothing needs to happen"];
    const button = element("button", { type: "button", class: "choose events", "aria-pressed": "false", "aria-describedby": "picture-hint", onclick: () => pin(row, set.events) }, ...names);
    const [probability, share, total] = ["probability", "share", "sum"].map(numberCell);
    setNumber(probability, set.probability);
    setNumber(share, set.share, shareText(set.share));
    setNumber(total, Number.isNaN(sum) ? null : sum, shareText(sum));
    const row = element("tr", { "data-events": set.events.join("\n"), onpointerenter: () => store.highlight(set.events), onpointerleave: () => store.highlight(pinned?.events ?? []) },
      element("td", { class: "figure" }, String(rank)), element("td", {}, button), probability, share, total);
    button.addEventListener("focus", () => store.highlight(set.events));
    button.addEventListener("blur", () => store.highlight(pinned?.events ?? []));
    if (pinned && pinned.key === set.events.join("\n")) {
      pinned.row = row;
      row.classList.add("pinned");
      button.setAttribute("aria-pressed", "true");
    }
    return row;
  }

  function pin(row, events) {
    const isSame = pinned?.row === row;
    unpin();
    if (!isSame) {
      pinned = { row, events, key: events.join("\n") };
      row.classList.add("pinned");
      row.querySelector("button").setAttribute("aria-pressed", "true");
    }
    store.highlight(pinned?.events ?? []);
  }

  function unpin() {
    pinned?.row.classList.remove("pinned");
    pinned?.row.querySelector("button").setAttribute("aria-pressed", "false");
    pinned = null;
  }

  return { node: part.node, update };
}

/** How many there are, by order, and what is not there. */
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

/** The model as written beside the model as set: top, number of cut sets, the likeliest ones, gates. */
export function createComparison(model, payload, store) {
  const part = section("comparison", "As written and now");
  const body = element("tbody");
  const table = element("table", { class: "comparison" }, element("caption", { class: "unseen" }, "The model as written against the model now"),
    element("thead", {}, element("tr", {}, ...["", "As written", "Now", "Change"].map((text, place) => element("th", { scope: "col", class: place ? "figure" : null }, text || element("span", { class: "unseen" }, "Quantity"))))), body);
  const [before, after] = [element("ol"), element("ol")];
  const now = element("section", {}, element("h3", {}, "Likeliest now"), after);
  const lists = element("div", { class: "beside" },
    element("section", { "aria-label": "Cut sets as written" }, element("h3", {}, "Likeliest as written"), before),
    now);
  const hint = element("p", { class: "said" }, "Nothing is set or observed: the model is as written. Set an event to see both side by side.");
  part.body.append(hint, element("div", { class: "scroller" }, table), lists);

  function update() {
    const isChanged = store.states.size > 0 || store.observed.size > 0;
    hint.hidden = isChanged;
    table.hidden = lists.hidden = !isChanged;
    if (!isChanged || !part.node.open) return;
    const { base, result, cutSets, baseCutSets: written } = store;
    const isComing = store.isComing("gates");
    now.setAttribute("aria-label", store.isObserving ? "Explanations now" : "Cut sets now");
    const gates = isComing ? [] : model.gates.filter((name) => name !== payload.top && base?.gates.get(name) !== result?.gates.get(name));
    body.replaceChildren(
      numbers("P(top)", base?.top?.p ?? null, result?.top?.p ?? null),
      counts(store.isObserving ? "Cut sets, explanations" : "Cut sets", written?.count ?? null, cutSets?.count ?? null),
      ...gates.slice(0, 40).map((name) => numbers(element("bdi", {}, name), base?.gates.get(name) ?? null, result?.gates.get(name) ?? null)),
      ...(isComing ? [element("tr", {}, element("td", { colspan: 4 }, "… gates"))] : []),
      ...(gates.length > 40 ? [element("tr", {}, element("td", { colspan: 4 }, `and ${gates.length - 40} more gates, in the table of gates`))] : []),
    );
    before.replaceChildren(...listed(written, cutSets));
    after.replaceChildren(...listed(cutSets, written));
  }

  function numbers(heading, was, is) {
    const cells = [numberCell("base"), numberCell("now")];
    setNumber(cells[0], was);
    setComing(cells[1], is, store.isComing("top"));
    return element("tr", {}, element("th", { scope: "row" }, heading), ...cells, element("td", { class: "figure" }, ratioText(is, was)));
  }

  function counts(heading, was, is) {
    const text = (count) => element("td", { class: "figure", "data-value": count ?? "" }, count === null ? "…" : countText(count));
    return element("tr", {}, element("th", { scope: "row" }, heading), text(was), text(is), element("td", { class: "figure" }, was === is ? "unchanged" : ""));
  }

  function listed(found, other) {
    if (!found) return [element("li", { class: "said" }, "…")];
    const known = new Set(other ? other.sets.map((set) => set.events.join("\n")) : []);
    return found.sets.slice(0, 5).map((set) => {
      const isOnlyHere = other !== null && other.sets.length === Number(other.count) && !known.has(set.events.join("\n"));
      const number = element("span", { class: "figure" });
      setNumber(number, set.probability);
      return element("li", { class: isOnlyHere ? "only" : null, title: isOnlyHere ? "only on this side" : null }, element("bdi", {}, set.events.join(" · ") || "nothing needs to happen"), " ", number);
    });
  }

  part.node.addEventListener("toggle", update);
  return { node: part.node, update };
}
