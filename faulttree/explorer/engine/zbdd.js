// The forest in which families of sets grow: unions, and minimal sets.
//
// Source: A. Rauzy, Reliability Engineering & System Safety 40, 1993 (minimal sets).

import { BddForest } from "./bdd.js";
import { TRUE_EDGE } from "./diagram.js";
import { EMPTY_FAMILY, Family, UNIT_FAMILY } from "./family.js";
import { NodeTable } from "./node_table.js";
import { TURNS } from "./slices.js";

/** @import { Diagram } from "./diagram.js" */
/** @import { Steps } from "../types" */

const UNION_OPERATION = 0;
const WITHOUT_OPERATION = 1;

/** Makes families under one order of elements. Throws NodeBudgetExhausted. */
export class ZbddForest extends NodeTable {
  /**
   * @param {readonly string[]} elements
   * @param {number} budget
   */
  constructor(elements, budget) {
    super(2, elements.length, budget);
    this.elements = elements;
    this.low[UNIT_FAMILY] = UNIT_FAMILY;
    this.high[UNIT_FAMILY] = UNIT_FAMILY;
  }

  /**
   * The sets of low, and the sets of high with the level's element added.
   *
   * @param {number} level
   * @param {number} low
   * @param {number} high
   * @returns {number}
   */
  family(level, low, high) {
    return high === EMPTY_FAMILY ? low : this.row(level, low, high);
  }

  /**
   * The sets of both.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
  union(f, g) {
    return this.combine(UNION_OPERATION, f, g);
  }

  /**
   * F less every set that contains a set of g.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
  without(f, g) {
    return this.combine(WITHOUT_OPERATION, f, g);
  }

  /**
   * The minimal sets of two families of minimal sets taken together.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
  *minimalUnion(f, g) {
    // A set of f that holds none of g stays; a set of g can only contain such a one.
    const left = yield* this.without(f, g);
    return yield* this.union(left, yield* this.without(g, left));
  }

  /**
   * The minimal sets of a coherent tree, as a row, with elements settled. states: Int8Array by level, -1 if not.
   *
   * @param {Family} family
   * @param {Int8Array} states
   * @returns {Steps<number>}
   */
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

  /**
   * The minimal true points of a function without modules, as a row: each by the variables that are true in it.
   *
   * @param {Diagram} diagram
   * @param {number} root
   * @returns {Steps<number>}
   */
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

  /**
   * UNION or WITHOUT, with a stack of its own: frames of f, g, result without the element, half of that with it.
   *
   * @param {number} operation
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
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

  /**
   * The family of a row and nothing else.
   *
   * @param {number} root
   * @returns {Family}
   */
  freeze(root) {
    const { place, ...columns } = this.compacted([root], 0);
    return new Family(this.elements, columns, place[root]);
  }
}

/**
 * What is settled, by level: Int8Array of 0, 1, or -1 where nothing is.
 *
 * @param {readonly string[]} names
 * @param {ReadonlyMap<string, boolean>} forced
 * @returns {Int8Array}
 */
export function statesByLevel(names, forced) {
  return Int8Array.from(names, (name) => Number(forced.get(name) ?? -1));
}

/**
 * The minimal true points of a diagram's function once some events are settled. Throws NodeBudgetExhausted.
 *
 * @param {Diagram} diagram
 * @param {number} edge
 * @param {ReadonlyMap<string, boolean>} forced
 * @param {number} budget
 * @returns {Steps<Family>}
 */
export function* minimalFamily(diagram, edge, forced, budget) {
  const { variables } = diagram;
  const sets = new ZbddForest(variables, budget);
  if (forced.size === 0 || edge <= TRUE_EDGE) return sets.freeze(yield* sets.minimalSets(diagram, edge));
  const forest = new BddForest(variables, budget);
  const place = yield* forest.adopt(diagram, statesByLevel(variables, forced));
  const settled = forest.freeze([place[edge >> 1] ^ (edge & 1)]);
  return sets.freeze(yield* sets.minimalSets(settled.diagram, settled.edges[0]));
}
