// The model as written beside the model as set.

import { BELOW } from "../engine/numbers.js";
import { countText, ratioText } from "../state/format.js";
import { numberCell } from "./element_tables.js";
import { element, section, setComing, setNumber } from "./elements.js";

/** @import { Model, PanelSection } from "./types" */
/** @import { Payload, Probability, SetList, Store } from "../types" */

/**
 * The model as written beside the model as set: top, number of cut sets, the likeliest ones, gates.
 *
 * @param {Model} model
 * @param {Payload} payload
 * @param {Store} store
 * @returns {PanelSection}
 */
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
    const gates = isComing ? [] : model.gates.filter((name) => name !== payload.top && (base?.gates.get(name) !== result?.gates.get(name) || result?.gates.get(name) === BELOW));
    body.replaceChildren(
      numbers("P(top)", base?.top?.p ?? null, result?.top?.p ?? null),
      counts(store.isObserving ? "Cut sets, explanations" : "Cut sets", written, cutSets),
      ...gates.slice(0, 40).map((name) => numbers(element("bdi", {}, name), base?.gates.get(name) ?? null, result?.gates.get(name) ?? null)),
      ...(isComing ? [element("tr", {}, element("td", { colspan: 4 }, "… gates"))] : []),
      ...(gates.length > 40 ? [element("tr", {}, element("td", { colspan: 4 }, `and ${gates.length - 40} more gates, in the table of gates`))] : []),
    );
    before.replaceChildren(...listed(written, cutSets));
    after.replaceChildren(...listed(cutSets, written));
  }

  /**
   * @param {Node | string} heading
   * @param {Probability} was
   * @param {Probability} is
   * @returns {HTMLElement}
   */
  function numbers(heading, was, is) {
    const cells = [numberCell("base"), numberCell("now")];
    setNumber(cells[0], was);
    setComing(cells[1], is, store.isComing("top"));
    return element("tr", {}, element("th", { scope: "row" }, heading), ...cells, element("td", { class: "figure" }, ratioText(is, was)));
  }

  /**
   * @param {string} heading
   * @param {SetList | null} was
   * @param {SetList | null} is
   * @returns {HTMLElement}
   */
  function counts(heading, was, is) {
    const isSame = was !== null && was.count !== null && was.count === is?.count;
    return element("tr", {}, element("th", { scope: "row" }, heading), counted(was), counted(is), element("td", { class: "figure" }, isSame ? "unchanged" : ""));
  }

  /**
   * How many there are; a dash where that is not known, and not to come.
   *
   * @param {SetList | null} list
   * @returns {HTMLElement}
   */
  function counted(list) {
    const isOver = list !== null || store.cutSetsError !== "";
    const text = list && list.count !== null ? countText(list.count) : isOver ? "–" : "…";
    return element("td", { class: "figure", "data-value": list?.count ?? "" }, text);
  }

  /**
   * @param {SetList | null} found
   * @param {SetList | null} other
   * @returns {HTMLElement[]}
   */
  function listed(found, other) {
    if (!found) return [element("li", { class: "said" }, store.cutSetsError ? "–" : "…")];
    if (found.count === null) return [element("li", { class: "said" }, found.note)];
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
