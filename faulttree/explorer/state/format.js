// Numbers and states as text: as Python writes them (`number_text`, `share_text`), and read back.

const SLIDER_DECADES = 9; // a probability slider spans 1e-9 to 1, or further down where an event needs it
export const SLIDER_STEPS = 1000;

/** A probability or measure to four digits: 0.1855, 2.200e-05, inf; an en dash where there is none. */
export function numberText(value) {
  if (value === null || value === undefined) return "–";
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

/** An importance worth to four digits: 1 exactly, and 1.000 for what is next to it. */
export function worthText(value) {
  return value !== 1 && Number.isFinite(value) && Number(value.toPrecision(4)) === 1 ? "1.000" : numberText(value);
}

function scientific(value) {
  const [digits, exponent] = value.toExponential(3).split("e");
  const sign = exponent[0] === "-" ? "-" : "+";
  return `${digits}e${sign}${exponent.slice(1).padStart(2, "0")}`;
}

/** A part of a whole in per cent, to one place; an en dash where it is not known or not defined. */
export function shareText(share) {
  return share === null || share === undefined || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(1)}%`;
}

/** How many times one number is another: "× 0.57"; in words where there is no such number. */
export function ratioText(now, before) {
  if (now === null || before === null || now === undefined || before === undefined) return "";
  if (now === before) return "unchanged";
  if (before === 0) return "from impossible";
  return `× ${numberText(now / before)}`;
}

/** All digits of a number, for a tooltip or a screen reader. */
export function fullText(value) {
  return value === null || value === undefined ? "not known" : String(value);
}

/** A whole number, given as a number or as text, with commas between thousands. */
export function countText(count) {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** "1 gate", "2,000 gates". */
export function amount(count, thing) {
  return `${countText(count)} ${thing}${String(count) === "1" ? "" : "s"}`;
}

/** Milliseconds to two digits. */
export function millisecondsText(milliseconds) {
  return milliseconds < 0.1 ? "below 0.1 ms" : `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/** A state in words: certainly true, certainly false, set to 0.02. */
function stateText(state) {
  if (state === undefined || state === null) return "as written";
  return typeof state === "boolean" ? `certainly ${state}` : `set to ${numberText(state)}`;
}

/** The probability that a text means, NaN where it means none; numbers only as Python and YAML read them too. */
export function probabilityFrom(text) {
  const trimmed = text.trim().replace(",", ".");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return value >= 0 && value <= 1 ? value : NaN;
}

/** Decades below 1 that the slider of an event spans, so that its nominal probability has room on both sides. */
export function sliderDecades(nominal) {
  return nominal > 0 ? Math.max(SLIDER_DECADES, Math.ceil(-Math.log10(nominal)) + 2) : SLIDER_DECADES;
}

export function sliderPosition(probability, decades) {
  if (!(probability > 0)) return 0;
  return Math.max(0, Math.round(SLIDER_STEPS * (1 + Math.log10(probability) / decades)));
}

/** The probability at a place of the slider, to three digits; its right end is 1. */
export function sliderProbability(position, decades) {
  return Number((10 ** (decades * (position / SLIDER_STEPS - 1))).toPrecision(3));
}

export function shortened(text, most) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
