// Quotients, and numbers that are not known or too small.

/** A sum of products of probabilities that is at least this has all its digits, whatever was lost below. */
export const LEAST = 1e-300;
/** Stands for a number above 0 and below 1e-280. No number that is worked out, or can be set, is as small as this one. */
export const BELOW = Number.MIN_VALUE;
const ENOUGH = 1e-20; // LEAST divided by this is 1e-280

/**
 * Dividend / divisor; Infinity with the sign of x for x / 0, NaN for 0 / 0.
 *
 * @param {number} dividend
 * @param {number} divisor
 * @returns {number}
 */
export function ratio(dividend, divisor) {
  if (divisor === 0) return dividend === 0 ? NaN : Math.sign(dividend) * Infinity;
  return dividend / divisor;
}

/**
 * The number, or null for one that is not known.
 *
 * @param {number} number
 * @returns {number | null}
 */
export function orNull(number) {
  return Number.isNaN(number) ? null : number;
}

/**
 * A number of positive terms as it can be told: null where it is not known, BELOW where it may have lost its digits.
 *
 * @param {number} number
 * @param {() => boolean} isPossible whether it is above 0
 * @returns {number | null}
 */
export function told(number, isPossible) {
  if (Number.isNaN(number)) return null;
  if (number >= LEAST) return number;
  return isPossible() ? BELOW : 0;
}

/**
 * The quotient of two numbers that were told; null where nothing can be told of it.
 *
 * @param {number | null} dividend
 * @param {number | null} divisor
 * @returns {number | null}
 */
export function toldRatio(dividend, divisor) {
  if (dividend === null || divisor === null) return null;
  if (dividend === 0 || divisor === 0) return ratio(dividend, divisor);
  if (divisor === BELOW) return null;
  if (dividend === BELOW) return divisor >= ENOUGH ? BELOW : null;
  return ratio(dividend, divisor);
}

/**
 * The product of a probability and a positive number that was told.
 *
 * @param {number} q
 * @param {number | null} number
 * @returns {number | null}
 */
export function toldProduct(q, number) {
  return number === null ? null : told(q * number, () => q > 0 && number > 0);
}
