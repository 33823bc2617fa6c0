// Numbers and states as text: as Python writes them (`number_text`, `share_text`), and read back.

import { BELOW } from "../engine/numbers.js";

const BELOW_TEXT = "below 1e-280";
const LEAST_SET = 2.2250738585072014e-308; // the least number that has all its digits
const MOST_DECADES = 307;
const SLIDER_DECADES = 9; // a probability slider spans 1e-9 to 1, or further down where an event needs it
export const SLIDER_STEPS = 1000;

/**
 * A probability or measure to four digits: 0.1855, 2.200e-05, inf; an en dash where there is none.
 *
 * @param {number | null | undefined} value
 * @returns {string}
 */
export function numberText(value) {
  if (value === null || value === undefined) return "–";
  if (value === BELOW) return BELOW_TEXT;
  if (Number.isNaN(value)) return "undefined";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "-∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e4) return scientific(value);
  let digits = 4;
  while (value !== 1 && digits < 17 && Number(value.toPrecision(digits)) === 1) digits += 1; // only certainty may look like it
  const text = value.toPrecision(digits);
  if (text.includes("e")) return "1e+04"; // 9999.9 rounds up to it
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/**
 * An importance worth to four digits: 1 exactly, and 1.000 for what is next to it.
 *
 * @param {number | null} value
 * @returns {string}
 */
export function worthText(value) {
  const isNextToOne = value !== null && value !== 1 && Number.isFinite(value) && Number(value.toPrecision(4)) === 1;
  return isNextToOne ? "1.000" : numberText(value);
}

/**
 * @param {number} value
 * @returns {string}
 */
function scientific(value) {
  const [digits, exponent] = value.toExponential(3).split("e");
  const sign = exponent[0] === "-" ? "-" : "+";
  return `${digits}e${sign}${exponent.slice(1).padStart(2, "0")}`;
}

/**
 * A part of a whole in per cent, to one place; an en dash where it is not known or not defined.
 *
 * @param {number | null | undefined} share
 * @returns {string}
 */
export function shareText(share) {
  return share === null || share === undefined || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(1)}%`;
}

/**
 * How many times one number is another: "× 0.57"; in words where there is no such number, and nothing where one is too
 * small to be told.
 *
 * @param {number | null | undefined} now
 * @param {number | null | undefined} before
 * @returns {string}
 */
export function ratioText(now, before) {
  if (now === null || before === null || now === undefined || before === undefined) return "";
  if (now === BELOW || before === BELOW) return "";
  if (now === before) return "unchanged";
  if (before === 0) return "from impossible";
  return `× ${numberText(now / before)}`;
}

/**
 * All digits of a number, for a tooltip or a screen reader.
 *
 * @param {number | null | undefined} value
 * @returns {string}
 */
export function fullText(value) {
  if (value === BELOW) return `above 0 and ${BELOW_TEXT}`;
  return value === null || value === undefined ? "not known" : String(value);
}

/**
 * A whole number, given as a number or as text, with commas between thousands.
 *
 * @param {number | string} count
 * @returns {string}
 */
export function countText(count) {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * "1 gate", "2,000 gates".
 *
 * @param {number | string} count
 * @param {string} thing
 * @returns {string}
 */
export function amount(count, thing) {
  return `${countText(count)} ${thing}${String(count) === "1" ? "" : "s"}`;
}

/**
 * Milliseconds to two digits.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function millisecondsText(milliseconds) {
  return milliseconds < 0.1 ? "below 0.1 ms" : `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/**
 * The probability that a text means, NaN where it means none; numbers only as Python and YAML read them too.
 *
 * @param {string} text
 * @returns {number}
 */
export function probabilityFrom(text) {
  const trimmed = text.trim().replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return value >= 0 && value <= 1 && !isTooSmall(text) ? value : NaN;
}

/**
 * Whether a text means a number above 0 that is too small for its digits.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isTooSmall(text) {
  const value = Number(text.trim().replace(",", "."));
  return value >= 0 && value < LEAST_SET && /^[^e]*[1-9]/i.test(text);
}

/**
 * What is wrong with a text that means no probability.
 *
 * @param {string} text
 * @returns {string}
 */
export function wrongText(text) {
  return isTooSmall(text)
    ? "is smaller than 2.2e-308, the least that has all its digits. Give 0, or more."
    : "is not a probability. A probability is a number from 0 to 1, such as 0.02.";
}

/**
 * Decades below 1 that the slider of an event spans, so that its nominal probability has room on both sides.
 *
 * @param {number | null} nominal
 * @returns {number}
 */
export function sliderDecades(nominal) {
  return nominal !== null && nominal > 0 ? Math.min(Math.max(SLIDER_DECADES, Math.ceil(-Math.log10(nominal)) + 2), MOST_DECADES) : SLIDER_DECADES;
}

/**
 * @param {number | null} probability
 * @param {number} decades
 * @returns {number}
 */
export function sliderPosition(probability, decades) {
  if (probability === null || !(probability > 0)) return 0;
  return Math.max(0, Math.round(SLIDER_STEPS * (1 + Math.log10(probability) / decades)));
}

/**
 * The probability at a place of the slider, to three digits; its right end is 1.
 *
 * @param {number} position
 * @param {number} decades
 * @returns {number}
 */
export function sliderProbability(position, decades) {
  return Number((10 ** (decades * (position / SLIDER_STEPS - 1))).toPrecision(3));
}

/**
 * @param {string} text
 * @param {number} most
 * @returns {string}
 */
export function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
