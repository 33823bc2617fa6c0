// Families of sets as zero-suppressed decision diagrams: minimal sets, counts, sums and the best first.
//
// A row is level, low row, high row: the sets without the level's element, and those with it, the element taken out.
// Row 0 is the empty family, row 1 the family of the empty set. Rows come after their children.
// Source: S. Minato, DAC 1993; A. Rauzy, Reliability Engineering & System Safety 40, 1993 (minimal sets).

import { BddForest, NodeTable, TRUE_EDGE, TURNS } from "./bdd.js";

const EMPTY_FAMILY = 0;
const UNIT_FAMILY = 1;
const UNION_OPERATION = 0;
const WITHOUT_OPERATION = 1;
const ROWS_COUNTED = 500; // between two pauses; their counts may be large

/** A family of sets, frozen. elements: names by level; root: a row. */
export class Family {
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

  /** Exact number of sets: BigInt. */
  count() {
    const counted = this.sums(new Float64Array(this.elements.length).fill(1))[this.root];
    // Whole numbers up to here are exact in floating point.
    if (counted < 2 ** 53) return BigInt(counted);
    const counts = [0n, 1n];
    for (let row = 2; row < this.size; row++) counts.push(counts[this.low[row]] + counts[this.high[row]]);
    return counts[this.root];
  }

  /** Exact number of sets of each order that occurs: [[order, BigInt], ...], the smallest order first. */
  *countByOrder() {
    // All counts of a row in one integer, `width` bits apiece: no field can hold more than the total count.
    const width = BigInt(this.count().toString(2).length);
    const packed = [0n, 1n];
    for (let row = 2; row < this.size; row++) {
      packed.push(packed[this.low[row]] + (packed[this.high[row]] << width));
      if (row % ROWS_COUNTED === 0) yield;
    }
    const mask = (1n << width) - 1n;
    const found = [];
    for (let fields = packed[this.root], order = 0; fields; fields >>= width, order++) {
      if (fields & mask) found.push([order, fields & mask]);
    }
    return found;
  }

  /** Of every row, the sum over its sets of the product of their elements' weights (by level): Float64Array. */
  sums(weight) {
    const { level, low, high } = this;
    const total = new Float64Array(this.size);
    total[UNIT_FAMILY] = 1;
    for (let row = 2; row < this.size; row++) total[row] = total[low[row]] + weight[level[row]] * total[high[row]];
    return total;
  }

  /** For each level, the summed product of the sets that hold its element over that of all, in [0, 1]; NaN for 0/0. */
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
   * Sets as lists of levels, by falling sum of weights (by level), one at a time without enumerating the rest.
   * Best-first search: a partial set is worth its own weight plus the best that its row can add.
   */
  *ranked(weight) {
    const { level, low, high } = this;
    const best = new Float64Array(this.size);
    best[EMPTY_FAMILY] = -Infinity;
    for (let row = 2; row < this.size; row++) {
      best[row] = Math.max(best[low[row]], weight[level[row]] + best[high[row]]);
    }
    const waiting = new BestFirst();
    const push = (row, worth, taken) => waiting.push({ bound: worth + best[row], row, worth, taken });
    if (this.root !== EMPTY_FAMILY) push(this.root, 0, null);
    while (waiting.size) {
      let { row, worth, taken } = waiting.pop();
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
      const levels = [];
      for (let link = taken; link; link = link.before) levels.push(link.level);
      yield levels.reverse();
    }
  }
}

/** What waits to be looked at, the greatest `bound` first; among equals that which came first. A binary heap. */
class BestFirst {
  constructor() {
    this.heap = [];
    this.arrivals = 0;
  }

  get size() {
    return this.heap.length;
  }

  precedes(one, other) {
    return one.bound > other.bound || (one.bound === other.bound && one.arrival < other.arrival);
  }

  push(item) {
    item.arrival = this.arrivals++;
    const heap = this.heap;
    let place = heap.length;
    for (; place > 0; place = (place - 1) >> 1) {
      const parent = heap[(place - 1) >> 1];
      if (!this.precedes(item, parent)) break;
      heap[place] = parent;
    }
    heap[place] = item;
  }

  pop() {
    const heap = this.heap;
    const first = heap[0];
    const item = heap.pop();
    if (!heap.length) return first;
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

/** Makes families under one order of elements. Throws NodeBudgetExhausted. */
export class ZbddForest extends NodeTable {
  constructor(elements, budget) {
    super(2, elements.length, budget);
    this.elements = elements;
    this.low[UNIT_FAMILY] = UNIT_FAMILY;
    this.high[UNIT_FAMILY] = UNIT_FAMILY;
  }

  /** The sets of low, and the sets of high with the level's element added. */
  family(level, low, high) {
    return high === EMPTY_FAMILY ? low : this.row(level, low, high);
  }

  /** The sets of both. */
  union(f, g) {
    return this.combine(UNION_OPERATION, f, g);
  }

  /** F less every set that contains a set of g. */
  without(f, g) {
    return this.combine(WITHOUT_OPERATION, f, g);
  }

  /** The minimal sets of two families of minimal sets taken together. */
  *minimalUnion(f, g) {
    // A set of f that holds none of g stays; a set of g can only contain such a one.
    const left = yield* this.without(f, g);
    return yield* this.union(left, yield* this.without(g, left));
  }

  /** The minimal sets of a coherent tree, as a row, with elements settled. states: Int8Array by level, -1 if not. */
  *settled(family, states) {
    const place = new Int32Array(family.size);
    place[UNIT_FAMILY] = UNIT_FAMILY;
    for (let row = 2; row < family.size; row++) {
      const level = family.level[row];
      const low = place[family.low[row]];
      const high = place[family.high[row]];
      if (states[level] === 0) place[row] = low;
      else if (states[level] === 1) place[row] = yield* this.minimalUnion(high, low);
      else place[row] = this.family(level, low, yield* this.without(high, low));
      if (row % TURNS === 0) yield;
    }
    return place[family.root];
  }

  /** The minimal true points of a function without modules, as a row: each by the variables that are true in it. */
  *minimalSets(diagram, root) {
    const needed = new Uint8Array(2 * diagram.size);
    const sets = new Int32Array(2 * diagram.size);
    sets[TRUE_EDGE] = UNIT_FAMILY;
    needed[root] = 1;
    for (let edge = root | 1; edge > TRUE_EDGE; edge--) {
      if (!needed[edge]) continue;
      needed[diagram.low[edge >> 1] ^ (edge & 1)] = 1;
      needed[diagram.high[edge >> 1] ^ (edge & 1)] = 1;
    }
    for (let edge = 2; edge < needed.length; edge++) {
      if (!needed[edge]) continue;
      const low = sets[diagram.low[edge >> 1] ^ (edge & 1)];
      const high = sets[diagram.high[edge >> 1] ^ (edge & 1)];
      sets[edge] = this.family(diagram.level[edge >> 1], low, yield* this.without(high, low));
      if (edge % TURNS === 0) yield;
    }
    return sets[root];
  }

  /** UNION or WITHOUT, with a stack of its own: frames of f, g, result without the element, half of that with it. */
  *combine(operation, f, g) {
    const frames = this.frames;
    let depth = 0;
    let result = -1;
    for (let turn = 1; ; turn++) {
      if (turn % TURNS === 0) yield;
      if (result < 0) {
        if (operation === UNION_OPERATION) {
          if (f === EMPTY_FAMILY || f === g) result = g;
          else if (g === EMPTY_FAMILY) result = f;
          else if (f > g) [f, g] = [g, f];
        } else if (f === EMPTY_FAMILY || f === g || g === UNIT_FAMILY) result = EMPTY_FAMILY;
        else if (g === EMPTY_FAMILY) result = f;
        if (result < 0) result = this.recall(operation, f, g);
        if (result >= 0) continue;
        const frame = 4 * depth++;
        frames[frame] = f;
        frames[frame + 1] = g;
        frames[frame + 2] = -1;
        frames[frame + 3] = -1;
        const levelF = this.level[f];
        const levelG = this.level[g];
        if (levelF <= levelG) f = this.low[f];
        if (levelG <= levelF) g = this.low[g];
        continue;
      }
      if (depth === 0) return result;
      const frame = 4 * (depth - 1);
      f = frames[frame];
      g = frames[frame + 1];
      const levelF = this.level[f];
      const levelG = this.level[g];
      if (frames[frame + 2] < 0) {
        // The sets without the element are done; now those with it.
        frames[frame + 2] = result;
        result = -1;
        f = levelF <= levelG ? this.high[f] : EMPTY_FAMILY;
        g = levelG <= levelF ? this.high[g] : EMPTY_FAMILY;
        continue;
      }
      if (operation === WITHOUT_OPERATION && frames[frame + 3] < 0) {
        // A set with the element also contains a set of g that lacks it.
        frames[frame + 3] = result;
        f = result;
        result = -1;
        if (levelG <= levelF) g = this.low[g];
        continue;
      }
      result = this.family(Math.min(levelF, levelG), frames[frame + 2], result);
      this.remember(operation, f, g, result);
      depth--;
    }
  }

  /** The family of a row and nothing else. */
  freeze(root) {
    const { place, ...columns } = this.compacted([root], 0);
    return new Family(this.elements, columns, place[root]);
  }
}

/** What is settled, by level: Int8Array of 0, 1, or -1 where nothing is. */
export function statesByLevel(names, forced) {
  return Int8Array.from(names, (name) => Number(forced.get(name) ?? -1));
}

/** The minimal true points of a diagram's function once some events are settled. Throws NodeBudgetExhausted. */
export function* minimalFamily(diagram, edge, forced, budget) {
  const { variables } = diagram;
  const sets = new ZbddForest(variables, budget);
  if (forced.size === 0 || edge <= TRUE_EDGE) return sets.freeze(yield* sets.minimalSets(diagram, edge));
  const forest = new BddForest(variables, budget);
  const place = yield* forest.adopt(diagram, statesByLevel(variables, forced));
  const settled = forest.freeze([place[edge >> 1] ^ (edge & 1)]);
  return sets.freeze(yield* sets.minimalSets(settled.diagram, settled.edges[0]));
}

/** Sets as lists of levels: by falling product of probabilities, or by rising order where one is missing. */
export function bestFirst(family, weights) {
  return family.ranked(weights.some(Number.isNaN) ? weights.map(() => -1) : weights.map(Math.log));
}

/** How many sets there are, and of each order, as text. more: events that are in every set besides. */
export function* counted(family, more = 0) {
  const byOrder = yield* family.countByOrder();
  return {
    count: String(family.count()),
    countByOrder: byOrder.map(([order, number]) => [order + more, String(number)]),
  };
}
