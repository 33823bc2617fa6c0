// A table of many rows of which some are on the page: sorted by a column, filtered, and longer on request.

import { element, setText } from "./elements.js";
import { countText } from "../state/format.js";

/**
 * columns: [{key, heading, title, class, text (sorts upward first), value(name) -> what to sort by}].
 * row(name) makes {node, update()}, once for each name shown. Returns {node, refresh(isWhole), reorder(), lengthen(most), filter(names or null)}.
 * An order stays while what stands in the rows is being changed, so that no row runs away from the pointer.
 */
export function sortableTable({ caption, names, columns, row, first = 40, more = 200, onHover = () => {} }) {
  const made = new Map();
  let [sorted, descending, wanted, limit, order] = [null, false, null, first, names];

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
  body.addEventListener("pointerover", (event) => onHover(event.target.closest("tr")?.dataset.name ?? null));
  body.addEventListener("pointerleave", () => onHover(null));

  function sortBy(column) {
    descending = sorted === column ? !descending : !column.text;
    sorted = column;
    reorder();
  }

  function reorder() {
    order = wanted ? names.filter((name) => wanted.has(name)) : [...names];
    if (sorted) {
      const values = new Map(order.map((name) => [name, sorted.value(name)]));
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
      if (!made.has(name)) made.set(name, row(name));
      return made.get(name);
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

/** Order of two values, numbers or texts; what is not known or not defined comes last either way. */
function compareValues(a, b, descending) {
  const [missingA, missingB] = [a, b].map((value) => value === null || value === undefined || Number.isNaN(value));
  if (missingA || missingB) return (missingA - missingB) * (descending ? -1 : 1);
  return typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : Number(a > b) - Number(a < b);
}
