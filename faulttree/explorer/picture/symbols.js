// The standard symbols of gates and events: paths that start at the middle of their top, `height` tall.
//
// d: filled outlines. line: what is not filled. half: half the width. foot: y at which a line from below meets it.
// markY, markHalf: the middle of the text inside, and half the room it has.
// Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, chapter IV; IEC 61025:2006, annex A.

/** @import { Place, SymbolShape } from "./types" */

export const SYMBOL_HEIGHT = 56;
const BUBBLE = "m0 0a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0 -9z";
const INPUT_CURVE = "c-13.5 -11 -40.5 -11 -54 0";

/**
 * @param {string} d
 * @param {number} half
 * @param {Partial<SymbolShape>} [more]
 * @returns {SymbolShape}
 */
const shape = (d, half, more = {}) =>
  ({ d, line: "", half, height: SYMBOL_HEIGHT, foot: SYMBOL_HEIGHT, markY: SYMBOL_HEIGHT / 2, markHalf: 20, ...more });
/**
 * @param {number} [top]
 * @returns {SymbolShape}
 */
const and = (top = 0) =>
  shape(`m-26 ${SYMBOL_HEIGHT}v${top + 26 - SYMBOL_HEIGHT}a26 26 0 0 1 52 0v${SYMBOL_HEIGHT - 26 - top}z`, 26,
       { markY: top / 2 + 31, markHalf: 21 });
/**
 * @param {number} [top]
 * @param {number} [bottom]
 * @returns {SymbolShape}
 */
const or = (top = 0, bottom = SYMBOL_HEIGHT) => {
  const tall = bottom - top;
  const near = 0.15 * tall;
  const far = 0.52 * tall;
  const d = `m0 ${top}c16 ${near} 27 ${far} 27 ${tall}${INPUT_CURVE}c0 ${far - tall} 11 ${near - tall} 27 ${-tall}z`;
  return shape(d, 27, { foot: bottom - 8.25, markY: top + 0.55 * tall, markHalf: 18.5 });
};
/**
 * @param {number} [top]
 * @returns {SymbolShape}
 */
const xor = (top = 0) => {
  const body = or(top, SYMBOL_HEIGHT - 5);
  return { ...body, line: `m27 ${SYMBOL_HEIGHT}${INPUT_CURVE}`, foot: SYMBOL_HEIGHT - 8.25, markHalf: 18 };
};
/**
 * @param {SymbolShape} body
 * @returns {SymbolShape}
 */
const negated = (body) => ({ ...body, d: BUBBLE + body.d });

/** @type {Record<string, SymbolShape>} */
const SYMBOLS = {
  and: and(), or: or(), atleast: or(), cardinality: or(), xor: xor(),
  not: shape(`${BUBBLE}m0 9l27 47h-54z`, 27, { markY: 45.5, markHalf: 14.5 }),
  nand: negated(and(9)), nor: negated(or(9)), iff: negated(xor(9)),
  imply: shape("m-30 0h60v56h-60z", 30, { markHalf: 26 }),
  inhibit: shape("m-16 0h32l16 28l-16 28h-32l-16 -28z", 32),
  basic: shape("m0 0a27 27 0 1 1 0 54a27 27 0 1 1 0 -54z", 27, { height: 54, foot: 54, markY: 27 }),
  undeveloped: shape("m0 0l36 28l-36 28l-36 -28z", 36),
  conditioning: shape("m0 0a38 23 0 1 1 0 46a38 23 0 1 1 0 -46z", 38, { height: 46, foot: 46, markY: 23 }),
  house: shape("m0 0l27 19v37h-54v-37z", 27, { markY: 37, markHalf: 24 }),
  transfer: shape("m0 0l29 50h-58z", 29, { height: 50, foot: 50, markY: 38, markHalf: 15 }),
};

/**
 * The symbol of a place: of its connective, of its kind of event, or of a transfer.
 *
 * @param {Place} place
 * @returns {SymbolShape}
 */
export const symbolOf = ({ transfer, vertex }) =>
  SYMBOLS[transfer ? "transfer" : vertex.connective || vertex.kind] ?? SYMBOLS.basic;

/**
 * What stands inside the symbol: `OR`, `2/3`, `1..2/4`; for an event that occurs more than once `×2`.
 *
 * @param {Place} place
 * @returns {string}
 */
export function markOf({ transfer, vertex, times }) {
  const { connective, low, high, inputs } = vertex;
  if (transfer || connective === "inhibit") return "";
  if (!connective) return times > 1 ? `×${times}` : "";
  if (connective === "atleast") return `${low}/${inputs.length}`;
  return connective === "cardinality" ? `${low}..${high}/${inputs.length}` : connective.toUpperCase();
}
