// Integer columns from the text of the page.

/** @import { Columns } from "../types" */

/**
 * Numbers from the base64 text of little-endian int32: Int32Array.
 *
 * @param {string} base64
 * @returns {Int32Array}
 */
export function int32From(base64) {
  const bytes = atob(base64);
  const numbers = new Int32Array(bytes.length >> 2);
  for (let place = 0; place < bytes.length; place++) {
    numbers[place >> 2] |= bytes.charCodeAt(place) << (8 * (place & 3));
  }
  return numbers;
}

/**
 * The columns level, low and high of a table written row by row: three Int32Arrays.
 *
 * @param {Int32Array} numbers
 * @returns {Columns}
 */
export function columnsOf(numbers) {
  const [level, low, high] = [0, 1, 2].map((column) => {
    return new Int32Array(numbers.length / 3).map((_, row) => numbers[3 * row + column]);
  });
  return { level, low, high };
}
