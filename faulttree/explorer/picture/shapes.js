// How an element of the fault tree looks: its description box, the strip with name and probability, its symbol, the tag
// that says its state. Shapes carry classes only; diagram.css gives them colour. Sizes are those of the static drawing:
// render/style.py, symbols.py, cards.py and drawing.py.

import { svgElement } from "./svg.js";
import { markOf, SYMBOL_HEIGHT, symbolOf } from "./symbols.js";
import { cleanText, fitText, textWidth, wrapText, xmlSafe } from "./text.js";

/** @import { Vertex } from "../types" */
/** @import { Card, DrawnCard, Look, OvalCard, Place, Row, SymbolCard } from "./types" */

const BOX_WIDTHS = [136, 158, 184];
const PAD = 9;
const LABEL = { size: 12.5, leading: 16, pad: 6.5, most: 5 };
const CONDITION = { size: 11, leading: 13.5, width: 126, most: 4, gap: 22, overhang: 32, caption: 16 };
const STRIP = { height: 20, tall: 34, leading: 14, pad: 7 };
const NAME_SIZES = [11, 10, 9];
const FIGURE = 11;
const MARK_SIZES = [11, 10, 9, 8, 7];
const TAG = { size: 8.5, height: 14 };
const STUB = 11;
const FOLD_BELOW = 13; // from a symbol's bottom to the middle of the control that folds what hangs beneath
const RISE = 0.36; // of the size: from the middle of a line of text down to its baseline
const EYE = "m-5 0q5 -5.5 10 0q-5 5.5 -10 0zm5 -1.7a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0 -3.4z";

/**
 * @param {number} x
 * @param {number} middle
 * @param {string} content
 * @param {number} size
 * @param {Record<string, string | number>} [attributes]
 * @returns {SVGElement}
 */
const line = (x, middle, content, size, attributes = {}) =>
  svgElement("text", { x, y: middle + RISE * size, "font-size": size, ...attributes }, content);

/**
 * Where the tag that says the state stands: by its right end, or by its middle.
 *
 * @typedef {{ x: number, y: number, isMiddle?: boolean }} Corner
 */
/**
 * The elements that an element is drawn with, and what repaints those that depend on its state.
 *
 * @typedef {{ items: SVGElement[], paint: (look: Look) => void }} Parts
 */

/**
 * The narrowest box in which all labels take at most three lines and all names stand uncut, or else the widest.
 *
 * @param {readonly Vertex[]} vertices
 * @returns {number}
 */
function boxWidth(vertices) {
  /**
   * @param {Vertex} vertex
   * @param {number} room
   * @returns {boolean}
   */
  const comfortable = ({ name, label }, room) =>
    textWidth(cleanText(name), NAME_SIZES[1], true) <= room && wrapText(label || name, room, LABEL.size).length <= 3;
  const named = vertices.filter((vertex) => vertex.name);
  /** @type {(width: number) => boolean} */
  const isWide = (width) => named.every((vertex) => comfortable(vertex, width - 2 * PAD));
  return BOX_WIDTHS.find(isWide) ?? BOX_WIDTHS[BOX_WIDTHS.length - 1];
}

/**
 * The card of every place: what it holds, how far it reaches from its axis, and the heights it needs.
 *
 * @param {readonly Place[]} places
 * @param {string} top
 * @returns {Card[]}
 */
export function measuredCards(places, top) {
  const width = boxWidth([...new Set(places.map((place) => place.vertex))]);
  const figureRoom = textWidth("0.00e-00", FIGURE) + 12;
  /** @type {Map<string, string[]>} */
  const lines = new Map();
  /** @type {(place: Place) => readonly string[]} */
  const linesOf = ({ key, vertex }) => {
    let found = lines.get(key);
    if (found === undefined) {
      const text = cleanText(vertex.label) || cleanText(vertex.name);
      found = wrapText(text, width - 2 * PAD, LABEL.size, { bold: key === top, most: LABEL.most });
      lines.set(key, found);
    }
    return found;
  };
  /** @type {(place: Place) => SymbolCard} */
  const symbolCard = (place) => {
    const { vertex } = place;
    const symbol = symbolOf(place);
    const hasBox = vertex.kind !== "formula";
    const half = hasBox ? width / 2 : symbol.half;
    const own = hasBox ? linesOf(place) : [];
    const name = textWidth(cleanText(vertex.name).slice(0, 200), NAME_SIZES[1], true);
    const crowded = name + figureRoom + PAD > width - 2 * STRIP.pad;
    return {
      kind: "symbol", symbol, hasBox, width, left: half, right: half, sideAxis: 0, lines: own,
      box: hasBox ? own.length * LABEL.leading + 2 * LABEL.pad : 0,
      strip: hasBox ? (crowded ? STRIP.tall : STRIP.height) : 0,
      stub: hasBox ? STUB : 0, body: symbol.height,
    };
  };
  const cards = places.map((place) => (place.oval ? ovalCard(place) : symbolCard(place)));
  for (const { index, side } of places) {
    const [gate, oval] = [cards[index], cards[side]];
    if (side < 0 || gate.kind !== "symbol" || oval.kind !== "oval") continue;
    gate.sideAxis = gate.symbol.half + CONDITION.gap + oval.rx;
    gate.right = Math.max(gate.right, gate.sideAxis + oval.right);
    gate.stub = Math.max(gate.stub, oval.ry - SYMBOL_HEIGHT / 2 + 7);
    gate.body = Math.max(gate.body, SYMBOL_HEIGHT / 2 + oval.ry + oval.captions * CONDITION.caption);
  }
  return cards;
}

/**
 * A condition's oval, whose text fits inside, with its name and probability beneath.
 *
 * @param {Place} place
 * @returns {OvalCard}
 */
function ovalCard({ vertex, times }) {
  const lines = wrapText(cleanText(vertex.label) || vertex.name, CONDITION.width, CONDITION.size, { most: CONDITION.most });
  const ry = Math.max(21, lines.length * CONDITION.leading * 0.66 + 7);
  const rx = lines.reduce((widest, text, index) => {
    const top = (Math.abs(index - (lines.length - 1) / 2) + 0.5) * CONDITION.leading;
    return Math.max(widest, (textWidth(text, CONDITION.size) / 2 + 5) / Math.sqrt(1 - (top / ry) ** 2));
  }, 48);
  const room = 2 * rx + CONDITION.overhang;
  const name = cleanText(vertex.name) + (times > 1 ? ` ×${times}` : "");
  const captions = textWidth(`${name.slice(0, 200)} · 0.00e-00`, FIGURE) <= room ? 1 : 2;
  return {
    kind: "oval", hasBox: false, lines, rx, ry, name, captions, left: room / 2, right: room / 2,
    box: 0, strip: 0, stub: 0, body: 0,
  };
}

/**
 * The parts every drawn element has: its group, and the painting of its state.
 *
 * @param {Place} place
 * @param {Corner} corner
 * @param {Parts} parts
 * @returns {DrawnCard}
 */
function drawn(place, corner, parts) {
  const { vertex, index, oval, transfer } = place;
  const kinds = [vertex.kind, vertex.connective, oval ? "oval" : "", transfer ? "transfer" : ""].filter(Boolean);
  const base = ["ft-card", ...kinds.map((kind) => `ft-${kind}`), ...(index ? [] : ["ft-top"])].join(" ");
  const group = svgElement("g", { role: "treeitem", "data-place": index, "data-name": vertex.name });
  const said = [...(vertex.said ?? [])];
  if (!said.length) said.push(vertex.label || vertex.name || vertex.connective);
  if (transfer) said.push("Developed elsewhere: double click goes there");
  else if (place.times > 1) said.push(`Shared: occurs at ${place.times} places`);
  group.append(svgElement("title", {}, xmlSafe(said.join("\n"))), ...parts.items);
  const badge = svgElement("g", { class: "ft-badge", "data-toggle": "" });
  group.append(badge);
  let before = "";
  /** @type {string | null} */
  let tagBefore = null;

  /**
   * look: {classes, tag, observed, figure, was, arrow, said}; draws only what changed.
   *
   * @type {(look: Look) => void}
   */
  const paint = (look) => {
    const now = JSON.stringify(look);
    if (now === before) return;
    before = now;
    group.setAttribute("class", [base, ...look.classes].join(" "));
    group.setAttribute("aria-label", cleanText(look.said));
    group.setAttribute("aria-selected", String(look.classes.includes("is-selected")));
    parts.paint(look);
    const tag = `${look.observed ? "OBS " : ""}${look.tag}`;
    if (tag === tagBefore) return;
    tagBefore = tag;
    badge.replaceChildren(...badgeItems(tag, look.observed, corner, Boolean(vertex.connective && vertex.name)));
  };
  return { group, paint };
}

/**
 * @param {string} tag
 * @param {boolean} observed
 * @param {Corner} corner
 * @param {boolean} isGate
 * @returns {SVGElement[]}
 */
function badgeItems(tag, observed, corner, isGate) {
  if (!tag.trim()) {
    if (!isGate) return [];
    return [svgElement("title", {}, "Set the gate: true, false, as computed"),
            svgElement("circle", { class: "ft-knob", cx: corner.x, cy: corner.y, r: 7.5 }),
            svgElement("path", { class: "ft-knob-half", d: `M${corner.x} ${corner.y - 4.5}a4.5 4.5 0 0 1 0 9z` })];
  }
  const eye = observed ? 14 : 0;
  const width = textWidth(tag, TAG.size, true) + 12 + eye;
  const left = corner.isMiddle ? corner.x - width / 2 : corner.x + 6 - width;
  const { height } = TAG;
  const items = [svgElement("rect", { class: "ft-tag", x: left, y: corner.y - height / 2, width, height, rx: 4 })];
  if (observed) items.push(svgElement("path", { class: "ft-eye", d: `M${left + 11} ${corner.y}${EYE}` }));
  items.push(line(left + eye + (width - eye) / 2, corner.y, tag, TAG.size, { class: "ft-tag-text" }));
  return items;
}

/**
 * One element at its own axis, y from its row's top: {group, paint}.
 *
 * @param {Place} place
 * @param {Card} card
 * @param {Row} row
 * @param {{ isTop: boolean, isFolded: boolean }} how
 * @returns {DrawnCard}
 */
export function drawCard(place, card, row, { isTop, isFolded }) {
  if (card.kind === "oval") return drawOval(place, card, row);
  const { vertex, transfer } = place;
  const { symbol, width } = card;
  const symbolTop = row.box + row.strip + row.stub;
  /** @type {SVGElement[]} */
  const items = [];
  /** @type {Parts["paint"]} */
  let paint = () => {};
  if (card.hasBox) {
    const height = row.box + row.strip;
    items.push(ring(width / 2, 0, height));
    items.push(svgElement("path", { class: "ft-edge", d: `M0 ${height}V${symbolTop}` }));
    items.push(svgElement("rect", { class: "ft-label-box", x: -width / 2, y: 0, width, height: row.box }));
    const first = (row.box - (card.lines.length - 1) * LABEL.leading) / 2;
    const kind = { class: isTop ? "ft-label ft-bold" : "ft-label" };
    items.push(...card.lines.map((text, index) => line(0, first + index * LABEL.leading, text, LABEL.size, kind)));
    const figure = strip(vertex, width, row);
    paint = figure.paint;
    items.push(...figure.items);
    const outline = `M${-width / 2} 0h${width}v${height}h${-width}zM${-width / 2} ${row.box}h${width}`;
    items.push(svgElement("path", { class: "ft-frame", d: outline }));
  } else items.push(ring(symbol.half, symbolTop, symbol.height));
  if (!transfer && vertex.connective && place.times > 1) items.push(...wanted(width, symbolTop));
  items.push(svgElement("path", { class: "ft-symbol", d: `M0 ${symbolTop}${symbol.d}` }));
  if (symbol.line) items.push(svgElement("path", { class: "ft-symbol-line", d: `M0 ${symbolTop}${symbol.line}` }));
  const mark = markOf(place);
  const [markText, markSize] = fitText(mark, 2 * symbol.markHalf, MARK_SIZES, true);
  items.push(strike(0, symbolTop + symbol.height / 2, symbol.half + 4, symbol.height / 2 - 3, mark ? 0.42 : 0));
  if (mark) items.push(line(0, symbolTop + symbol.markY, markText, markSize, { class: "ft-mark" }));
  if (place.children.length) items.push(foldControl(place, isFolded, symbolTop));
  return drawn(place, { x: width / 2 - 2, y: -2 }, { items, paint });
}

/**
 * Name on the left, probability on the right; in a tall strip beneath the name, with the base's beside it.
 *
 * @param {Vertex} vertex
 * @param {number} width
 * @param {Row} row
 * @returns {Parts}
 */
function strip(vertex, width, row) {
  const pad = STRIP.pad;
  const tall = row.strip > STRIP.height;
  const lower = row.box + row.strip / 2 + (tall ? STRIP.leading / 2 : 0);
  const room = width - 2 * pad - (tall ? 0 : textWidth("0.00e-00", FIGURE) + 12 + PAD / 2);
  const [name, size] = fitText(vertex.name, room, NAME_SIZES, true);
  const value = line(width / 2 - pad, lower, "", FIGURE, { class: "ft-figure" });
  const was = line(-width / 2 + pad, lower, "", 9, { class: "ft-was" });
  const arrow = svgElement("path", { class: "ft-arrow" });
  const items = [
    svgElement("rect", { class: "ft-strip", x: -width / 2, y: row.box, width, height: row.strip }),
    line(-width / 2 + pad, lower - (tall ? STRIP.leading : 0), name, size, { class: "ft-name" }), was, arrow, value,
  ];
  /** @type {(look: Look) => void} */
  const paint = (look) => {
    const text = tall && look.figure ? `P = ${look.figure}` : look.figure;
    value.textContent = text;
    was.textContent = tall && look.was ? `was ${look.was}` : "";
    const x = width / 2 - pad - textWidth(text, FIGURE) - 7.5;
    const up = look.arrow > 0;
    arrow.setAttribute("d", look.arrow ? `M${x} ${lower + (up ? -4 : 4)}l4.2 ${up ? 7.5 : -7.5}h-8.4z` : "");
  };
  return { items, paint };
}

/**
 * @param {Place} place
 * @param {OvalCard} card
 * @param {Row} row
 * @returns {DrawnCard}
 */
function drawOval(place, card, row) {
  const middle = row.box + row.strip + row.stub + SYMBOL_HEIGHT / 2;
  const { rx, ry } = card;
  const first = middle - (card.lines.length - 1) * CONDITION.leading / 2;
  const under = middle + ry + CONDITION.caption / 2 + 2;
  const name = line(0, under, "", FIGURE, { class: "ft-caption" });
  const value = line(0, under + CONDITION.caption, "", FIGURE, { class: "ft-caption" });
  const items = [
    ring(rx, middle - ry, 2 * ry),
    svgElement("path", { class: "ft-edge", d: `M${-CONDITION.gap - rx} ${middle}h${CONDITION.gap}` }),
    svgElement("ellipse", { class: "ft-symbol", cx: 0, cy: middle, rx, ry }),
    strike(0, middle, rx + 4, ry * 0.9, 0),
    ...card.lines.map((text, index) =>
      line(0, first + index * CONDITION.leading, text, CONDITION.size, { class: "ft-condition-text" })),
    name, value,
  ];
  const room = 2 * rx + CONDITION.overhang;
  const shortName = fitText(card.name, room, [FIGURE])[0];
  /** @type {(look: Look) => void} */
  const paint = (look) => {
    name.textContent = card.captions === 1 ? `${shortName} · ${look.figure}` : shortName;
    value.textContent = card.captions === 1 ? "" : look.figure;
  };
  return drawn(place, { x: 0, y: middle - ry, isMiddle: true }, { items, paint });
}

/**
 * A stroke from lower left to upper right; gap: share of it left out in the middle, where text stands.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} half
 * @param {number} rise
 * @param {number} gap
 * @returns {SVGElement}
 */
function strike(x, y, half, rise, gap) {
  return svgElement("path", { class: "ft-strike", d: `M${x - half} ${y + rise}L${x - half * gap} ${y + rise * gap}` +
                                               `M${x + half * gap} ${y - rise * gap}L${x + half} ${y - rise}` });
}

/**
 * A small triangle joined to the gate's side: the gate is transferred to other places.
 *
 * @param {number} width
 * @param {number} symbolTop
 * @returns {SVGElement[]}
 */
function wanted(width, symbolTop) {
  const middle = symbolTop + SYMBOL_HEIGHT / 2;
  const left = -width / 2 + 14;
  return [svgElement("path", { class: "ft-edge", d: `M${left} ${middle}H0` }),
          svgElement("path", { class: "ft-small-transfer", d: `M${left} ${middle - 11}l11 19h-22z` })];
}

/**
 * The rectangle around what is selected, focused or found.
 *
 * @param {number} half
 * @param {number} y
 * @param {number} height
 * @returns {SVGElement}
 */
function ring(half, y, height) {
  return svgElement("rect", { class: "ft-ring", x: -half - 5, y: y - 5, width: 2 * half + 10, height: height + 10, rx: 6 });
}

/**
 * @param {Place} place
 * @param {boolean} isFolded
 * @param {number} symbolTop
 * @returns {SVGElement}
 */
function foldControl(place, isFolded, symbolTop) {
  const symbol = symbolOf(place);
  const control = svgElement("g", { class: isFolded ? "ft-fold ft-folded" : "ft-fold", "data-fold": "" });
  const y = symbolTop + symbol.height + FOLD_BELOW;
  control.append(svgElement("title", {}, isFolded ? `Unfold ${place.below} hidden elements` : "Fold what hangs beneath"));
  if (!isFolded) {
    control.append(svgElement("circle", { class: "ft-fold-shape", cx: 0, cy: y, r: 6.5 }),
                   svgElement("path", { class: "ft-fold-sign", d: `M-3.2 ${y}h6.4` }));
    return control;
  }
  const text = `+${place.below}`;
  const width = textWidth(text, 10, true) + 14;
  control.append(svgElement("path", { class: "ft-edge", d: `M0 ${symbolTop + symbol.foot}V${y}` }),
                 svgElement("rect", { class: "ft-fold-shape", x: -width / 2, y: y - 8, width, height: 16, rx: 8 }),
                 line(0, y, text, 10, { class: "ft-fold-text" }));
  return control;
}
