// Families of sets as zero-suppressed decision diagrams, frozen: counts, sums, shares and the best sets first.
//
// A row is level, low row, high row: the sets without the level's element, and those with it, the element taken out.
// Row 0 is the empty family, row 1 the family of the empty set. Rows come after their children.
// Source: S. Minato, DAC 1993.

/** @import { Columns, Steps } from "../types" */

export const EMPTY_FAMILY = 0;
export const UNIT_FAMILY = 1;
const ROWS_COUNTED = 500; // between two pauses; their counts may be large

/** A family of sets, frozen. elements: names by level; root: a row. */
export class Family {
  /**
   * @param {readonly string[]} elements
   * @param {Columns} columns
   * @param {number} root
   */
  constructor(elements, { level, low, high }, root) {
    this.elements = elements;
    this.level = level;
    this.low = low;
    this.high = high;
    this.root = root;
  }

  /** Number of rows, the two constants among them. */
  get size() {
    return this.level.length;
  }

  /**
   * Exact number of sets: BigInt.
   *
   * @returns {bigint}
   */
  count() {
    const counted = this.sums(new Float64Array(this.elements.length).fill(1))[this.root];
    // Whole numbers up to here are exact in floating point.
    if (counted < 2 ** 53) return BigInt(counted);
    const counts = [0n, 1n];
    for (let row = 2; row < this.size; row++) counts.push(counts[this.low[row]] + counts[this.high[row]]);
    return counts[this.root];
  }

  /**
   * Exact number of sets of each order that occurs: [[order, BigInt], ...], the smallest order first.
   *
   * @returns {Steps<[number, bigint][]>}
   */
  *countByOrder() {
    // All counts of a row in one integer, `width` bits apiece: no field can hold more than the total count.
    const width = BigInt(this.count().toString(2).length);
    const packed = [0n, 1n];
    for (let row = 2; row < this.size; row++) {
      packed.push(packed[this.low[row]] + (packed[this.high[row]] << width));
      if (row % ROWS_COUNTED === 0) yield;
    }
    const mask = (1n << width) - 1n;
    /** @type {[number, bigint][]} */
    const found = [];
    for (let fields = packed[this.root], order = 0; fields; fields >>= width, order++) {
      if (fields & mask) found.push([order, fields & mask]);
    }
    return found;
  }

  /**
   * Of every row, the sum over its sets of the product of their elements' weights (by level): Float64Array.
   *
   * @param {Float64Array} weight
   * @returns {Float64Array}
   */
  sums(weight) {
    const { level, low, high } = this;
    const total = new Float64Array(this.size);
    total[UNIT_FAMILY] = 1;
    for (let row = 2; row < this.size; row++) total[row] = total[low[row]] + weight[level[row]] * total[high[row]];
    return total;
  }

  /**
   * For each level, the summed product of the sets that hold its element over that of all, in [0, 1]; NaN for 0/0.
   *
   * @param {Float64Array} weight
   * @returns {Float64Array}
   */
  shares(weight) {
    const { level, low, high, root } = this;
    const total = this.sums(weight);
    const reach = new Float64Array(this.size);
    const part = new Float64Array(this.elements.length);
    reach[root] = 1;
    for (let row = root; row > UNIT_FAMILY; row--) {
      part[level[row]] += reach[row] * total[high[row]];
      reach[low[row]] += reach[row];
      reach[high[row]] += reach[row] * weight[level[row]];
    }
    return part.map((derivative, place) => Math.min((weight[place] * derivative) / total[root], 1));
  }

  /**
   * Whether some set has only elements with a weight above 0: any, and by level, whether one that holds it has.
   *
   * @param {Float64Array} weight
   * @returns {{ any: boolean, levels: Uint8Array }}
   */
  occurring(weight) {
    const { level, low, high, root } = this;
    const can = new Uint8Array(this.size);
    const reached = new Uint8Array(this.size);
    const levels = new Uint8Array(this.elements.length);
    can[UNIT_FAMILY] = 1;
    for (let row = 2; row < this.size; row++) can[row] = can[low[row]] | (weight[level[row]] === 0 ? 0 : can[high[row]]);
    reached[root] = 1;
    for (let row = root; row > UNIT_FAMILY; row--) {
      if (!reached[row]) continue;
      reached[low[row]] = 1;
      if (weight[level[row]] === 0) continue;
      reached[high[row]] = 1;
      levels[level[row]] |= can[high[row]];
    }
    return { any: can[root] === 1, levels };
  }

  /**
   * Sets as lists of levels, by falling sum of weights (by level), one at a time without enumerating the rest.
   * Best-first search: a partial set is worth its own weight plus the best that its row can add.
   *
   * @param {Float64Array} weight
   * @returns {Generator<number[], void, undefined>}
   */
  *ranked(weight) {
    const { level, low, high } = this;
    const best = new Float64Array(this.size);
    best[EMPTY_FAMILY] = -Infinity;
    for (let row = 2; row < this.size; row++) {
      best[row] = Math.max(best[low[row]], weight[level[row]] + best[high[row]]);
    }
    const waiting = new BestFirst();
    /** @type {(row: number, worth: number, taken: Link | null) => void} */
    const push = (row, worth, taken) => waiting.push(worth + best[row], row, worth, taken);
    if (this.root !== EMPTY_FAMILY) push(this.root, 0, null);
    for (let first = waiting.pop(); first !== undefined; first = waiting.pop()) {
      let { row, worth, taken } = first;
      // Straight down to a set, the better branch each time: equally good ones are not all begun before one is done.
      while (row !== UNIT_FAMILY) {
        const added = worth + weight[level[row]];
        const withIt = { level: level[row], before: taken };
        if (low[row] === EMPTY_FAMILY || added + best[high[row]] >= worth + best[low[row]]) {
          if (low[row] !== EMPTY_FAMILY) push(low[row], worth, taken);
          [row, worth, taken] = [high[row], added, withIt];
        } else {
          push(high[row], added, withIt);
          row = low[row];
        }
      }
      /** @type {number[]} */
      const levels = [];
      for (let link = taken; link; link = link.before) levels.push(link.level);
      yield levels.reverse();
    }
  }
}

/**
 * A partial set in the search for the best: its elements, from the last one backward.
 *
 * @typedef {{ level: number, before: Link | null }} Link
 */
/**
 * A partial set and the row that may still add to it. worth: of what it holds. bound: the most it can come to.
 *
 * @typedef {{ bound: number, row: number, worth: number, taken: Link | null, arrival: number }} Waiting
 */

/** What waits to be looked at, the greatest `bound` first; among equals that which came first. A binary heap. */
class BestFirst {
  constructor() {
    /** @type {Waiting[]} */
    this.heap = [];
    this.arrivals = 0;
  }

  /**
   * @param {Waiting} one
   * @param {Waiting} other
   * @returns {boolean}
   */
  precedes(one, other) {
    return one.bound > other.bound || (one.bound === other.bound && one.arrival < other.arrival);
  }

  /**
   * @param {number} bound
   * @param {number} row
   * @param {number} worth
   * @param {Link | null} taken
   */
  push(bound, row, worth, taken) {
    const item = { bound, row, worth, taken, arrival: this.arrivals++ };
    const heap = this.heap;
    let place = heap.length;
    for (; place > 0; place = (place - 1) >> 1) {
      const parent = heap[(place - 1) >> 1];
      if (!this.precedes(item, parent)) break;
      heap[place] = parent;
    }
    heap[place] = item;
  }

  /** @returns {Waiting | undefined} */
  pop() {
    const heap = this.heap;
    const first = heap[0];
    const item = heap.pop();
    if (!heap.length || item === undefined) return item;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.precedes(heap[child + 1], heap[child])) child++;
      if (!this.precedes(heap[child], item)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = item;
    return first;
  }
}

/**
 * Sets as lists of levels: by falling product of probabilities, or by rising order where one is missing.
 *
 * @param {Family} family
 * @param {Float64Array} weights
 * @returns {Generator<number[], void, undefined>}
 */
export function bestFirst(family, weights) {
  return family.ranked(weights.some(Number.isNaN) ? weights.map(() => -1) : weights.map(Math.log));
}

/**
 * How many sets there are, and of each order, as text. more: events that are in every set besides.
 *
 * @param {Family} family
 * @param {number} [more]
 * @returns {Steps<{ count: string, countByOrder: [number, string][] }>}
 */
export function* counted(family, more = 0) {
  const byOrder = yield* family.countByOrder();
  return {
    count: String(family.count()),
    countByOrder: byOrder.map(([order, number]) => [order + more, String(number)]),
  };
}
