// Quotients, and numbers that are not known.

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
