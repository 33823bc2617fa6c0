// Text as it is drawn: cleaned, measured, wrapped into lines and cut to fit; and probabilities as figures.
//
// The rules are those of the static drawing: render/text.py.

import { NOT_DRAWN, NOT_XML } from "../characters.js";
import { BELOW } from "../engine/numbers.js";

export const FONT = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";
const MOST_CHARACTERS = 600; // of a label that is wrapped; no box holds more
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\uff00-\uff60]/u;
const OPENING = new Set("([{«‹“‘「『（［｛〈《【");
const CLOSING = new Set(")]}»›”’」』）］｝〉》】、。，．！？：；,.!?:;ー");
const BREAK_AFTER = new Set("-–—/\\_");
const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter() : null;
/** @type {Map<string, number>} */
const regularWidths = new Map();
/** @type {Map<string, number>} */
const boldWidths = new Map();
/** @type {CanvasRenderingContext2D | null} */
let pen = null; // asked for widths only

/**
 * The text without the characters that XML forbids.
 *
 * @param {string | null | undefined} text
 * @returns {string}
 */
export const xmlSafe = (text) => String(text ?? "").replace(NOT_XML, "");

/**
 * The text on one line: forbidden and invisible characters dropped, runs of white space made one space.
 *
 * @param {string | null | undefined} text
 * @returns {string}
 */
export const cleanText = (text) => xmlSafe(text).replace(NOT_DRAWN, " ").replace(/\s+/gu, " ").trim();

/**
 * Width of one character at size 1.
 *
 * @param {string} character
 * @param {boolean} bold
 * @returns {number}
 */
function characterWidth(character, bold) {
  if (NO_WIDTH.test(character)) return 0;
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) throw new Error("This browser cannot measure text.");
  pen.font = `${bold ? "bold " : ""}100px ${FONT}`;
  return pen.measureText(character).width / 100;
}

/**
 * Width of the text on one line, in the unit of size: the sum of its characters' widths, each measured once.
 *
 * @param {string} text
 * @param {number} size
 * @param {boolean} [bold]
 * @returns {number}
 */
export function textWidth(text, size, bold = false) {
  const known = bold ? boldWidths : regularWidths;
  let total = 0;
  for (const character of text) {
    let width = known.get(character);
    if (width === undefined) {
      width = characterWidth(character, bold);
      known.set(character, width);
    }
    total += width;
  }
  return total * size;
}

/**
 * Characters with the marks that sit on them.
 *
 * @param {string} text
 * @returns {string[]}
 */
function clusters(text) {
  if (!segmenter || /^[\x20-\x7e]*$/.test(text)) return [...text];
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {boolean}
 */
function mayBreak(before, after) {
  if (after.startsWith(" ")) return true;
  if (OPENING.has(before) || CLOSING.has(after) || before === " ") return false;
  return BREAK_AFTER.has(before) || WIDE.test(before) || WIDE.test(after);
}

/**
 * The parts between which a line may break; one that follows a space begins with it.
 *
 * @param {string} text
 * @returns {string[]}
 */
function pieces(text) {
  /** @type {string[]} */
  const found = [];
  let before = "";
  for (const cluster of clusters(text)) {
    if (!before || mayBreak(before, cluster)) found.push("");
    found[found.length - 1] += cluster;
    before = cluster;
  }
  return found;
}

/**
 * Greedy lines; a piece that is too wide alone is broken anywhere.
 *
 * @param {readonly string[]} parts
 * @param {number} width
 * @param {number} size
 * @param {boolean} bold
 * @returns {string[]}
 */
function filled(parts, width, size, bold) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const part of parts) {
    if (textWidth(line + part, size, bold) <= width) {
      line += part;
      continue;
    }
    if (line) lines.push(line);
    line = "";
    for (const cluster of clusters(part.trimStart())) {
      if (line && textWidth(line + cluster, size, bold) > width) {
        lines.push(line);
        line = "";
      }
      line += cluster;
    }
  }
  return [...lines, line].map((text) => text.trim()).filter(Boolean);
}

/**
 * The text in lines that fit the width, about equally long; at most so many, the last then cut with an ellipsis.
 *
 * @param {string} text
 * @param {number} width
 * @param {number} size
 * @param {{ bold?: boolean, most?: number }} [options]
 * @returns {string[]}
 */
export function wrapText(text, width, size, { bold = false, most = 5 } = {}) {
  const parts = pieces(cleanText(text).slice(0, MOST_CHARACTERS));
  const lines = filled(parts, width, size, bold);
  if (lines.length > most) {
    const last = clusters(lines[most - 1]);
    while (last.length && textWidth(last.join("") + "…", size, bold) > width) last.pop();
    return [...lines.slice(0, most - 1), last.join("").trimEnd() + "…"];
  }
  if (lines.length < 2) return lines;
  const widest = Math.max(...parts.map((part) => textWidth(part.trim(), size, bold)));
  for (const share of [0.6, 0.7, 0.8, 0.9]) {
    if (widest > share * width) continue;
    const narrower = filled(parts, share * width, size, bold);
    if (narrower.length === lines.length) return narrower;
  }
  return lines;
}

/**
 * [text, size]: the largest of the sizes at which it fits; at the smallest the text's middle is cut out.
 *
 * @param {string} text
 * @param {number} width
 * @param {readonly number[]} sizes
 * @param {boolean} [bold]
 * @returns {[string, number]}
 */
export function fitText(text, width, sizes, bold = false) {
  const whole = cleanText(text);
  for (const size of sizes) if (textWidth(whole, size, bold) <= width) return [whole, size];
  const size = sizes[sizes.length - 1];
  const parts = clusters(whole.length > 400 ? whole.slice(0, 200) + whole.slice(-200) : whole);
  for (let kept = parts.length - 1; kept > 0; kept -= 1) {
    const tail = kept >> 1;
    const [start, end] = [parts.slice(0, kept - tail), parts.slice(parts.length - tail)].map((part) => part.join(""));
    const short = `${start.trimEnd()}…${end.trimStart()}`;
    if (textWidth(short, size, bold) <= width) return [short, size];
  }
  return ["…", size];
}

/**
 * A probability with three significant digits: `2.20e-3` below 0.01, `0.185` from there on; `–`: not known.
 *
 * @param {number | null | undefined} probability
 * @returns {string}
 */
export function figureText(probability) {
  if (probability === null || probability === undefined || Number.isNaN(probability)) return "–";
  if (probability === BELOW) return "<1e-280";
  if (!(probability > 0 && probability < 1)) return String(Number(probability.toPrecision(3)));
  if (probability >= 0.9995) return ">0.999";
  const [digits, exponent] = probability.toExponential(2).split("e");
  if (Number(`${digits}e${exponent}`) < 0.01) return `${digits}e${Number(exponent)}`;
  return probability.toFixed(2 - Number(exponent));
}
