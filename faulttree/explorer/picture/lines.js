// The lines between the elements of the picture, and the view from far: few long paths.

import { inputHelps } from "./highlight.js";
import { isSideways } from "./layout.js";
import { svgElement } from "./svg.js";
import { SYMBOL_HEIGHT } from "./symbols.js";

/** @import { Card, Layout, OvalCard, Place, Row } from "./types" */

const ELBOW = 14; // from an inhibit gate's side to where its line turns down
/**
 * @param {number} value
 * @returns {number}
 */
const round = (value) => Math.round(value * 10) / 10;

/**
 * The lines from a gate's symbol by one bus to its inputs: a path for each, sharing what they share.
 *
 * @param {Place} place
 * @param {Layout} layout
 * @param {readonly Card[]} cards
 * @returns {string[]}
 */
function linesBelow(place, { x, rows }, cards) {
  const row = rows[place.depth];
  const next = rows[place.depth + 1];
  const card = cards[place.index];
  if (card.kind === "oval") return [];
  const { symbol } = card;
  const [axis, foot, bus] = [round(x[place.index]), round(row.symbolY + symbol.foot), round(row.bus)];
  return place.children.map((child, position) => {
    const [end, endY] = [round(x[child]), round(cards[child].hasBox ? next.y : next.symbolY)];
    if (position === 1 && isSideways(place)) {
      const side = round(row.symbolY + SYMBOL_HEIGHT / 2);
      return `M${axis + symbol.half} ${side}h${ELBOW}V${bus}H${end}V${endY}`;
    }
    return `M${axis} ${foot}V${bus}H${end}V${endY}`;
  });
}

/**
 * The path of all lines between the places shown: each gate's stem and bus once, and a drop to each input.
 *
 * @param {readonly Place[]} places
 * @param {Layout} layout
 * @param {readonly Card[]} cards
 * @param {(place: Place) => boolean} isFolded
 * @returns {string}
 */
export function treeLines(places, layout, cards, isFolded) {
  /** @type {string[]} */
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
    parts.push(each[0], ...drops, each[each.length - 1]);
  }
  return parts.join("");
}

/**
 * The path of the lines along which highlighted elements reach the top.
 *
 * @param {readonly Place[]} places
 * @param {Layout} layout
 * @param {readonly Card[]} cards
 * @param {(place: Place) => boolean} isFolded
 * @param {ReadonlySet<string>} reached
 * @returns {string}
 */
export function litLines(places, layout, cards, isFolded, reached) {
  /** @type {string[]} */
  const parts = [];
  if (!reached.size) return "";
  for (const index of layout.visible) {
    const place = places[index];
    if (!reached.has(place.key) || !place.children.length || isFolded(place)) continue;
    linesBelow(place, layout, cards).forEach((path, position) => {
      const isReached = reached.has(places[place.children[position]].key);
      if (isReached && inputHelps(place.vertex.connective, position)) parts.push(path);
    });
  }
  return parts.join("");
}

/**
 * Boxes and symbols alone, for when text is too small to read: one path element for all of a kind.
 *
 * @param {readonly Place[]} places
 * @param {Layout} layout
 * @param {readonly Card[]} cards
 * @param {readonly number[]} indices
 * @param {string} [classes]
 * @returns {SVGElement[]}
 */
export function farShapes(places, layout, cards, indices, classes = "") {
  /** @type {Map<string, string[]>} */
  const paths = new Map([["ft-far-box", []], ["ft-far-strip", []]]);
  /** @type {(kind: string, path: string) => void} */
  const add = (kind, path) => {
    const known = paths.get(kind);
    if (known) known.push(path);
    else paths.set(kind, [path]);
  };
  for (const index of indices) {
    const [place, card] = [places[index], cards[index]];
    const row = layout.rows[place.depth];
    const x = round(layout.x[index]);
    const kind = place.transfer ? "transfer" : place.vertex.connective ? "gate" : place.vertex.kind;
    const symbols = `ft-far-symbol ft-far-${kind}`;
    add(symbols, card.kind === "oval" ? farOval(x, row, card) : `M${x} ${round(row.symbolY)}${card.symbol.d}`);
    if (!card.hasBox) continue;
    const left = x - card.width / 2;
    add("ft-far-box", `M${left} ${round(row.y)}h${card.width}v${row.box}h${-card.width}z`);
    add("ft-far-strip", `M${left} ${round(row.y + row.box)}h${card.width}v${row.strip}h${-card.width}z`);
  }
  return Array.from(paths, ([kind, parts]) =>
    svgElement("path", { class: `${kind} ${classes}`.trim(), d: parts.join("") }));
}

/**
 * @param {number} x
 * @param {Row} row
 * @param {OvalCard} card
 * @returns {string}
 */
function farOval(x, row, { rx, ry }) {
  const top = round(row.symbolY + SYMBOL_HEIGHT / 2 - ry);
  return `M${x} ${top}a${rx} ${ry} 0 1 1 0 ${2 * ry}a${rx} ${ry} 0 1 1 0 ${-2 * ry}z`;
}
