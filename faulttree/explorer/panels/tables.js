// A table of many rows of which some are on the page: sorted by a column, filtered, and longer on request.

import { element, setText } from "./elements.js";
import { countText } from "../state/format.js";

/** @import { Column, ElementRow, SortableTable, SortKey, TableOptions } from "./types" */

/**
 * A table of the names. Its order stays while what stands in the rows is being changed, so that no row runs away from the pointer.
 *
 * @param {TableOptions} options
 * @returns {SortableTable}
 */
export function sortableTable({ caption, names, columns, row, first = 40, more = 200, onHover = () => {} }) {
  /** @type {Map<string, ElementRow>} */
  const made = new Map();
  /** @type {Column | null} */
  let sorted = null;
  /** @type {ReadonlySet<string> | null} */
  let wanted = null;
  let descending = false;
  let limit = first;
  let order = [...names];

  const headings = columns.map((column) => {
    const button = element("button", { type: "button", title: column.title ?? `Sort by ${column.heading}`, onclick: () => sortBy(column) }, column.heading);
    return element("th", { scope: "col", class: column.class ?? null }, button);
  });
  const body = element("tbody");
  const rest = element("button", { type: "button", class: "more", onclick: () => { limit += more; draw(); } });
  const beyond = element("p", { class: "beyond" });
  const none = element("p", { class: "none", hidden: true }, "Nothing matches the search.");
  const node = element("div", { class: "scroller" },
    element("table", {}, element("caption", { class: "unseen" }, caption), element("thead", {}, element("tr", {}, ...headings)), body), none, rest, beyond);
  body.addEventListener("pointerover", (event) => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    onHover(row?.dataset.name ?? null);
  });
  body.addEventListener("pointerleave", () => onHover(null));

  /** @param {Column} column */
  function sortBy(column) {
    descending = sorted === column ? !descending : !column.text;
    sorted = column;
    reorder();
  }

  function reorder() {
    const [some, by] = [wanted, sorted];
    order = names.filter((name) => !some || some.has(name));
    if (by) {
      const values = new Map(order.map((name) => [name, by.value(name)]));
      order.sort((a, b) => (descending ? -1 : 1) * compareValues(values.get(a), values.get(b), descending));
    }
    headings.forEach((heading, place) => {
      if (columns[place] === sorted) heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    });
    draw();
  }

  function draw() {
    const shown = order.slice(0, limit).map((name) => {
      const known = made.get(name);
      if (known) return known;
      const one = row(name);
      made.set(name, one);
      return one;
    });
    for (const one of shown) one.update();
    const nodes = shown.map((one) => one.node);
    if (nodes.length !== body.children.length || nodes.some((one, place) => one !== body.children[place])) body.replaceChildren(...nodes);
    const left = order.length - nodes.length;
    rest.hidden = beyond.hidden = left <= 0;
    setText(beyond, `and ${countText(left)} more`);
    setText(rest, `Show ${countText(Math.min(more, left))} more of ${countText(left)}`);
    none.hidden = order.length > 0;
  }

  return {
    node,
    reorder,
    /** Show what has changed. isWhole: whether all is there to sort by. */
    refresh(isWhole) {
      if (isWhole && sorted && !sorted.text && !body.contains(document.activeElement)) reorder();
      else draw();
    },
    /** Up to so many rows, as for a print. Returns what takes that back. */
    lengthen(most) {
      const before = limit;
      limit = Math.max(limit, most);
      return () => {
        limit = before;
        draw();
      };
    },
    filter(some) {
      [wanted, limit] = [some, first];
      reorder();
    },
  };
}

/**
 * Order of two values, numbers or texts; what is not known or not defined comes last either way.
 *
 * @param {SortKey} a
 * @param {SortKey} b
 * @param {boolean} descending
 * @returns {number}
 */
function compareValues(a, b, descending) {
  if (!isKnown(a) || !isKnown(b)) return (Number(isKnown(b)) - Number(isKnown(a))) * (descending ? -1 : 1);
  if (typeof a === "string" || typeof b === "string") return String(a).localeCompare(String(b), "en", { numeric: true });
  return Number(a > b) - Number(a < b);
}

/**
 * @param {SortKey} key
 * @returns {key is number | string}
 */
function isKnown(key) {
  return key !== null && key !== undefined && !Number.isNaN(key);
}
