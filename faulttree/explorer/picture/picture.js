/* What the picture shows of the results, the lines between its elements, the view from far, and a file of its own. */

import { isSideways } from "./layout.js";
import { DiagramShapes, DiagramSymbols } from "./shapes.js";
import { figureText, FONT, xmlSafe } from "./text.js";

/** Which gates a set of true events reaches; the rules of render/highlight.py. */
const DiagramLogic = (() => {
  /** Whether the input at the position, being true, can help to make the gate true. */
  function counts(connective, position) {
    return !["not", "nand", "nor"].includes(connective) && (connective !== "imply" || position === 1);
  }

  /** Whether a gate is true when its inputs have these values. */
  function holds({ connective, low, high }, values) {
    const count = values.filter(Boolean).length;
    switch (connective) {
      case "and": case "inhibit": return count === values.length;
      case "or": return count > 0;
      case "xor": return count % 2 === 1;
      case "not": case "nor": return count === 0;
      case "nand": return count < values.length;
      case "iff": return values[0] === values[1];
      case "imply": return !values[0] || values[1];
      case "atleast": return count >= low;
      default: return low <= count && count <= high;
    }
  }

  /** Keys with every input before the gate it feeds. */
  function inputsFirst(vertices, top) {
    const order = [];
    const met = new Set();
    const waiting = [[top, 0]];
    while (waiting.length) {
      const last = waiting.at(-1);
      const key = last[0];
      met.add(key);
      const inputs = vertices.get(key).inputs ?? [];
      while (last[1] < inputs.length && met.has(inputs[last[1]])) last[1] += 1;
      if (last[1] < inputs.length) waiting.push([inputs[last[1]], 0]);
      else order.push(waiting.pop()[0]);
    }
    return order;
  }

  /**
   * Keys of the named elements and of every gate and formula the named events reach: a gate is reached when it is true
   * with these events true and all others false, and one of its inputs that count is reached.
   */
  function wayToTop(vertices, order, names, stateOf) {
    const reached = new Set();
    if (!names.size) return reached;
    const isTrue = new Set();
    for (const key of order) {
      const vertex = vertices.get(key);
      const { connective, inputs } = vertex;
      const state = stateOf(vertex);
      const named = names.has(vertex.name);
      let value = named && !connective;
      if (typeof state === "boolean") value = state;
      else if (connective) value = holds(vertex, inputs.map((input) => isTrue.has(input)));
      if (value) isTrue.add(key);
      const isLed = connective && value && inputs.some((input, position) =>
        reached.has(input) && isTrue.has(input) && counts(connective, position));
      if (named || isLed) reached.add(key);
    }
    return reached;
  }

  return { counts, inputsFirst, wayToTop };
})();

/**
 * What every element shows: its state, probability, change against the base, and the words for one who cannot see it.
 *
 * update(changes): new states, observed, result, base, selected, highlighted. reached: keys that the highlighted
 * elements lead through. of(place, ring) -> {classes, tag, observed, figure, was, arrow, said}; ring: a further class.
 */
export function createDiagramLooks(payload, vertices) {
  const order = DiagramLogic.inputsFirst(vertices, payload.top);
  const houses = payload.houses ?? {};
  let now = { states: new Map(), observed: new Map(), result: null, base: null, selected: null, highlighted: [] };
  let reached = new Set();

  function update(changes) {
    now = { ...now, ...changes };
    reached = DiagramLogic.wayToTop(vertices, order, new Set(now.highlighted ?? []), stateOf);
  }

  /** True, false, a probability that was set, or undefined: as the model has it. */
  function stateOf({ name, kind }) {
    if (!name) return undefined;
    if (now.observed.has(name)) return now.observed.get(name);
    if (now.states.has(name)) return now.states.get(name) ?? undefined;
    return kind === "house" ? houses[name] : undefined;
  }

  function probabilityIn(result, { key, name, connective }, state) {
    if (!result || !name) return undefined;
    if (key === payload.top && result.top) return result.top.p ?? undefined;
    const known = connective ? result.gates : result.events;
    if (known?.has(name)) return known.get(name);
    return typeof state === "boolean" ? Number(state) : undefined;
  }

  /** 1 where the probability rose against the base, -1 where it fell, 0 else; what is set itself needs no arrow. */
  function arrowOf(value, base, isSetEvent) {
    if (typeof value !== "number" || typeof base !== "number" || isSetEvent) return 0;
    return Math.abs(value - base) > 1e-9 * Math.max(value, base) ? Math.sign(value - base) : 0;
  }

  function classes({ vertex, key }, ring, state = stateOf(vertex)) {
    const found = [];
    if (state !== undefined) found.push(state === true ? "is-true" : state === false ? "is-false" : "is-set");
    if (vertex.name && now.observed.has(vertex.name)) found.push("is-observed");
    if (reached.has(key)) found.push("is-lit");
    if (vertex.name && vertex.name === now.selected) found.push("is-selected");
    if (ring) found.push(ring);
    return found;
  }

  function spoken({ vertex, transfer, times, oval }, tag, observed, figure) {
    const kind = vertex.connective ? `${vertex.connective} gate` : `${vertex.kind}${oval ? "" : " event"}`;
    const parts = [vertex.label || vertex.name, vertex.label ? vertex.name : "", kind];
    if (vertex.connective === "atleast") parts.push(`at least ${vertex.low} of ${vertex.inputs.length}`);
    if (vertex.connective === "cardinality") parts.push(`${vertex.low} to ${vertex.high} of ${vertex.inputs.length}`);
    if (transfer) parts.push("developed elsewhere");
    else if (times > 1) parts.push(`occurs at ${times} places`);
    if (figure) parts.push(`probability ${{ "–": "not known", "…": "being worked out" }[figure] ?? figure}`);
    if (tag) parts.push(`${observed ? "observed" : "set"} ${tag === "SET" ? "to a number" : tag.toLowerCase()}`);
    return parts.filter(Boolean).join(", ");
  }

  function of(place, ring = "") {
    const { vertex, key } = place;
    const state = stateOf(vertex);
    const value = probabilityIn(now.result, vertex, state);
    const base = probabilityIn(now.base, vertex, houses[vertex.name]);
    const arrow = arrowOf(value, base, state !== undefined && !vertex.connective);
    const observed = now.observed.has(vertex.name);
    const tag = state === undefined ? "" : typeof state === "boolean" ? String(state).toUpperCase() : "SET";
    const part = key === payload.top ? "top" : vertex.connective ? "gates" : "events";
    const isComing = value === undefined && Boolean(now.result?.coming?.has(part));
    const figure = vertex.name && now.result ? (isComing ? "…" : figureText(value)) : "";
    const direction = arrow ? [arrow > 0 ? "is-up" : "is-down"] : [];
    return { classes: [...classes(place, ring, state), ...direction], tag, observed, figure, arrow,
             was: arrow ? figureText(base) : "", said: spoken(place, tag, observed, figure) };
  }

  return { update, of, classes, get reached() { return reached; } };
}

/** Lines, the far view, and the picture as a file. */
export const DiagramPicture = (() => {
  const ELBOW = 14; // from an inhibit gate's side to where its line turns down
  const round = (value) => Math.round(value * 10) / 10;

  /** The lines from a gate's symbol by one bus to its inputs: a path for each, sharing what they share. */
  function linesBelow(place, { x, rows }, cards) {
    const row = rows[place.depth];
    const next = rows[place.depth + 1];
    const { symbol } = cards[place.index];
    const [axis, foot, bus] = [round(x[place.index]), round(row.symbolY + symbol.foot), round(row.bus)];
    return place.children.map((child, position) => {
      const [end, endY] = [round(x[child]), round(cards[child].hasBox ? next.y : next.symbolY)];
      if (position === 1 && isSideways(place)) {
        const side = round(row.symbolY + DiagramSymbols.HEIGHT / 2);
        return `M${axis + symbol.half} ${side}h${ELBOW}V${bus}H${end}V${endY}`;
      }
      return `M${axis} ${foot}V${bus}H${end}V${endY}`;
    });
  }

  /** The path of all lines between the places shown: each gate's stem and bus once, and a drop to each input. */
  function lines(places, layout, cards, isFolded) {
    const parts = [];
    for (const index of layout.visible) {
      const place = places[index];
      if (!place.children.length || isFolded(place)) continue;
      const each = linesBelow(place, layout, cards);
      if (each.length < 3 || isSideways(place)) {
        parts.push(...each);
        continue;
      }
      const bus = round(layout.rows[place.depth].bus);
      const drops = each.slice(1, -1).map((path) => {
        const [end, endY] = path.slice(path.lastIndexOf("H") + 1).split("V");
        return `M${end} ${bus}V${endY}`;
      });
      parts.push(each[0], ...drops, each.at(-1));
    }
    return parts.join("");
  }

  /** The path of the lines along which highlighted elements reach the top. */
  function litLines(places, layout, cards, isFolded, reached) {
    const parts = [];
    if (!reached.size) return "";
    for (const index of layout.visible) {
      const place = places[index];
      if (!reached.has(place.key) || !place.children.length || isFolded(place)) continue;
      linesBelow(place, layout, cards).forEach((path, position) => {
        const isReached = reached.has(places[place.children[position]].key);
        if (isReached && DiagramLogic.counts(place.vertex.connective, position)) parts.push(path);
      });
    }
    return parts.join("");
  }

  /** Boxes and symbols alone, for when text is too small to read: one path element for all of a kind. */
  function farShapes(places, layout, cards, indices, classes = "") {
    const paths = new Map([["ft-far-box", []], ["ft-far-strip", []]]);
    for (const index of indices) {
      const [place, card] = [places[index], cards[index]];
      const row = layout.rows[place.depth];
      const x = round(layout.x[index]);
      const kind = place.transfer ? "transfer" : place.vertex.connective ? "gate" : place.vertex.kind;
      const symbols = `ft-far-symbol ft-far-${kind}`;
      if (!paths.has(symbols)) paths.set(symbols, []);
      paths.get(symbols).push(place.oval ? farOval(x, row, card) : `M${x} ${round(row.symbolY)}${card.symbol.d}`);
      if (!card.hasBox) continue;
      const left = x - card.width / 2;
      paths.get("ft-far-box").push(`M${left} ${round(row.y)}h${card.width}v${row.box}h${-card.width}z`);
      paths.get("ft-far-strip").push(`M${left} ${round(row.y + row.box)}h${card.width}v${row.strip}h${-card.width}z`);
    }
    return Array.from(paths, ([kind, parts]) =>
      DiagramShapes.make("path", { class: `${kind} ${classes}`.trim(), d: parts.join("") }));
  }

  function farOval(x, row, { rx, ry }) {
    const top = round(row.symbolY + DiagramSymbols.HEIGHT / 2 - ry);
    return `M${x} ${top}a${rx} ${ry} 0 1 1 0 ${2 * ry}a${rx} ${ry} 0 1 1 0 ${-2 * ry}z`;
  }

  /** A sheet that holds the parts of a picture of that size, in light colours whatever the page's are. */
  function sheet(parts, title, { width, height }) {
    const margin = 26;
    const { make } = DiagramShapes;
    const [wide, high] = [Math.ceil(width + 2 * margin), Math.ceil(height + 2 * margin)];
    const svg = make("svg", { class: "ft-diagram ft-light ft-sheet", width: wide, height: high,
                              viewBox: `0 0 ${wide} ${high}` });
    const moved = make("g", { transform: `translate(${margin} ${margin})` });
    moved.append(...parts);
    svg.append(make("title", {}, title), make("rect", { class: "ft-paper", width: wide, height: high }), moved);
    return svg;
  }

  // What an element's style is written out for, and what holds where nothing is written.
  const INLINE = {
    fill: "none", stroke: "none", "stroke-width": "1", "stroke-dasharray": "none", "stroke-linejoin": "miter",
    "stroke-linecap": "butt", "font-weight": "400", "text-anchor": "start", opacity: "1",
  };

  /**
   * A drawn picture as the text of an SVG file: what the style sheet gives is written on every element, what it hides
   * is left out. svg: must stand in the document, so that styles apply to it. Valid XML whatever the labels hold.
   */
  function standalone(svg) {
    const known = new Map();
    const styleOf = (element, key) => {
      if (!known.has(key)) {
        const computed = getComputedStyle(element);
        const styles = Object.keys(INLINE).map((name) => [name, computed.getPropertyValue(name).replaceAll("px", "")]);
        known.set(key, { hidden: computed.display === "none", styles });
      }
      return known.get(key);
    };
    const walk = (element, path) => {
      if (["title", "desc"].includes(element.tagName)) return;
      const key = `${path}>${element.tagName}.${element.getAttribute("class") ?? ""}`;
      const { hidden, styles } = styleOf(element, key);
      const isEmpty = element.getAttribute("d") === "" || (element.tagName === "text" && !element.textContent);
      if (hidden || isEmpty) {
        element.remove();
        return;
      }
      for (const child of [...element.children]) walk(child, key);
      for (const name of element.getAttributeNames()) {
        if (/^(class|role|id|aria-.*|data-.*)$/.test(name)) element.removeAttribute(name);
      }
      if (["g", "svg"].includes(element.tagName)) return;
      for (const [name, value] of styles) {
        if (/^(font|text)/.test(name) && element.tagName !== "text") continue;
        if (name === "fill" || value !== INLINE[name]) element.setAttribute(name, value);
      }
    };
    walk(svg, "");
    svg.setAttribute("font-family", FONT);
    svg.setAttribute("role", "img");
    const text = xmlSafe(new XMLSerializer().serializeToString(svg));
    return `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
  }

  return { farShapes, lines, litLines, sheet, standalone };
})();
