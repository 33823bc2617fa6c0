// Rows of decision diagrams, none twice, with a memory of what was worked out; and the limit of their number.

/** @import { Columns } from "../types" */

const BOTTOM_LEVEL = 0x7fffffff;
const FIRST_ROWS = 1 << 10;
const MOST_REMEMBERED = 1 << 19;

/** A diagram would have more rows than the page may use. */
export class NodeBudgetExhausted extends Error {
  /** @param {number} budget */
  constructor(budget) {
    super(
      `This needs a decision diagram of more than ${budget.toLocaleString("en")} nodes, more than this page may use. ` +
        "Take the last setting or observation back, or ask the faulttree program, which has more room.",
    );
    this.name = "NodeBudgetExhausted";
  }
}

/** Rows of level, low and high, none twice, with a memory of what was worked out. Throws NodeBudgetExhausted. */
export class NodeTable {
  /**
   * nConstants: rows that are no decision. budget: most rows. expected: rows to have room for at once.
   *
   * @param {number} nConstants
   * @param {number} nLevels
   * @param {number} budget
   * @param {number} [expected]
   */
  constructor(nConstants, nLevels, budget, expected = 0) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(FIRST_ROWS, expected)));
    this.nLevels = nLevels;
    this.budget = budget;
    this.size = nConstants;
    this.nConstants = nConstants;
    /** @type {Int32Array} */
    this.level = new Int32Array(room).fill(BOTTOM_LEVEL, 0, nConstants);
    /** @type {Int32Array} */
    this.low = new Int32Array(room);
    /** @type {Int32Array} */
    this.high = new Int32Array(room);
    /** @type {Int32Array} */
    this.next = new Int32Array(room);
    /** @type {Int32Array} */
    this.buckets = new Int32Array(room);
    /** @type {Int32Array} */
    this.remembered = new Int32Array(4 * Math.min(room, MOST_REMEMBERED)).fill(-1);
    /** @type {Int32Array} */
    this.frames = new Int32Array(4 * (nLevels + 2));
  }

  /**
   * The row with these parts, found or added.
   *
   * @param {number} level
   * @param {number} low
   * @param {number} high
   * @returns {number}
   */
  row(level, low, high) {
    let bucket = this.bucketOf(level, low, high, this.buckets.length);
    for (let row = this.buckets[bucket]; row !== 0; row = this.next[row]) {
      if (this.level[row] === level && this.low[row] === low && this.high[row] === high) return row;
    }
    if (this.size === this.level.length) {
      this.grow();
      bucket = this.bucketOf(level, low, high, this.buckets.length);
    }
    if (this.size >= this.budget) throw new NodeBudgetExhausted(this.budget);
    const row = this.size++;
    this.level[row] = level;
    this.low[row] = low;
    this.high[row] = high;
    this.next[row] = this.buckets[bucket];
    this.buckets[bucket] = row;
    return row;
  }

  /** Twice the room for rows; what was worked out is forgotten as long as its memory grows too. */
  grow() {
    const room = 2 * this.level.length;
    this.level = lengthened(this.level, room);
    this.low = lengthened(this.low, room);
    this.high = lengthened(this.high, room);
    this.next = lengthened(this.next, room);
    this.buckets = new Int32Array(room);
    for (let row = this.nConstants; row < this.size; row++) {
      const bucket = this.bucketOf(this.level[row], this.low[row], this.high[row], room);
      this.next[row] = this.buckets[bucket];
      this.buckets[bucket] = row;
    }
    if (room <= MOST_REMEMBERED) this.remembered = new Int32Array(4 * room).fill(-1);
  }

  /**
   * Take back every row but the first ones, and what was worked out.
   *
   * @param {number} size
   */
  shrink(size) {
    if (this.size === size) return;
    // The latest row of a bucket comes first in it.
    for (let row = this.size - 1; row >= size; row--) {
      this.buckets[this.bucketOf(this.level[row], this.low[row], this.high[row], this.buckets.length)] = this.next[row];
    }
    this.size = size;
    this.remembered.fill(-1);
  }

  /**
   * Where three numbers hash to, in a table whose length is a power of two.
   *
   * @param {number} a
   * @param {number} b
   * @param {number} c
   * @param {number} length
   * @returns {number}
   */
  bucketOf(a, b, c, length) {
    const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (length - 1);
  }

  /**
   * What an operation on two operands gave, or -1 when that is not remembered.
   *
   * @param {number} operation
   * @param {number} f
   * @param {number} g
   * @returns {number}
   */
  recall(operation, f, g) {
    const place = 4 * this.bucketOf(operation, f, g, this.remembered.length >> 2);
    const memory = this.remembered;
    const known = memory[place] === f && memory[place + 1] === g && memory[place + 2] === operation;
    return known ? memory[place + 3] : -1;
  }

  /**
   * Keep what an operation gave; it may take another's place.
   *
   * @param {number} operation
   * @param {number} f
   * @param {number} g
   * @param {number} result
   */
  remember(operation, f, g, result) {
    const place = 4 * this.bucketOf(operation, f, g, this.remembered.length >> 2);
    this.remembered[place] = f;
    this.remembered[place + 1] = g;
    this.remembered[place + 2] = operation;
    this.remembered[place + 3] = result;
  }

  /**
   * The rows that some rows need, in their order, with links renumbered. shift: 1 where a link is row << 1.
   *
   * @param {Iterable<number>} rows
   * @param {number} shift
   * @returns {Columns & { place: Int32Array }}
   */
  compacted(rows, shift) {
    const place = new Int32Array(this.size).fill(-1);
    for (const row of rows) place[row] = 0;
    for (let row = 0; row < this.nConstants; row++) place[row] = row;
    let n = this.nConstants;
    for (let row = this.size - 1; row >= this.nConstants; row--) {
      if (place[row] < 0) continue;
      place[this.low[row] >> shift] = Math.max(place[this.low[row] >> shift], 0);
      place[this.high[row] >> shift] = Math.max(place[this.high[row] >> shift], 0);
      n++;
    }
    const [level, low, high] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
    const complement = (1 << shift) - 1;
    level.fill(BOTTOM_LEVEL, 0, this.nConstants);
    n = this.nConstants;
    for (let row = this.nConstants; row < this.size; row++) {
      if (place[row] < 0) continue;
      place[row] = n;
      level[n] = this.level[row];
      low[n] = (place[this.low[row] >> shift] << shift) | (this.low[row] & complement);
      high[n] = (place[this.high[row] >> shift] << shift) | (this.high[row] & complement);
      n++;
    }
    return { level, low, high, place };
  }
}

/**
 * The numbers, with zeros after them.
 *
 * @param {Int32Array} numbers
 * @param {number} length
 * @returns {Int32Array}
 */
function lengthened(numbers, length) {
  const longer = new Int32Array(length);
  longer.set(numbers);
  return longer;
}
