// The forest in which binary decision diagrams grow: connectives applied to functions.

import { Diagram, FALSE_EDGE, TRUE_EDGE } from "./diagram.js";
import { NodeTable } from "./node_table.js";
import { TURNS } from "./slices.js";

/** @import { Steps } from "../types" */

const AND_OPERATION = 0;
const XOR_OPERATION = 1;

/** Makes edges under one variable order. Negation is `edge ^ 1`. Throws NodeBudgetExhausted. */
export class BddForest extends NodeTable {
  /**
   * @param {readonly string[]} variables
   * @param {number} budget
   * @param {number} [expected]
   */
  constructor(variables, budget, expected = 0) {
    super(1, variables.length, budget, expected);
    this.variables = variables;
  }

  /**
   * A forest that holds a diagram without modules, its edges unchanged. more: variables to follow the diagram's.
   *
   * @param {Diagram} diagram
   * @param {number} budget
   * @param {readonly string[]} more
   * @returns {Steps<BddForest>}
   */
  static *holding(diagram, budget, more) {
    const forest = new BddForest([...diagram.variables, ...more], budget, 1.5 * diagram.size);
    yield* forest.adopt(diagram);
    return forest;
  }

  /**
   * The edge here of every row of a diagram without modules. states: Int8Array by level, 0 or 1 where settled.
   *
   * @param {Diagram} diagram
   * @param {Int8Array} [states]
   * @returns {Steps<Int32Array>}
   */
  *adopt(diagram, states = new Int8Array(this.nLevels).fill(-1)) {
    const place = new Int32Array(diagram.size);
    for (let row = 1; row < diagram.size; row++) {
      const level = diagram.level[row];
      const low = place[diagram.low[row] >> 1] ^ (diagram.low[row] & 1);
      const high = place[diagram.high[row] >> 1] ^ (diagram.high[row] & 1);
      place[row] = states[level] < 0 ? this.choice(level, low, high) : states[level] ? high : low;
      if (row % TURNS === 0) yield;
    }
    return place;
  }

  /**
   * The function that is `high` where the level's variable is true, else `low`; both lie below that level.
   *
   * @param {number} level
   * @param {number} low
   * @param {number} high
   * @returns {number}
   */
  choice(level, low, high) {
    if (low === high) return low;
    const complement = low & 1;
    return (this.row(level, low ^ complement, high ^ complement) << 1) | complement;
  }

  /**
   * The function that is the variable at a level.
   *
   * @param {number} level
   * @returns {number}
   */
  variable(level) {
    return this.choice(level, FALSE_EDGE, TRUE_EDGE);
  }

  /**
   * AND of any number of functions.
   *
   * @param {readonly number[]} edges
   * @returns {Steps<number>}
   */
  *all(edges) {
    let all = TRUE_EDGE;
    for (const edge of this.deepestFirst(edges)) all = yield* this.combine(AND_OPERATION, all, edge);
    return all;
  }

  /**
   * OR of any number of functions.
   *
   * @param {readonly number[]} edges
   * @returns {Steps<number>}
   */
  *any(edges) {
    return (yield* this.all(edges.map((edge) => edge ^ 1))) ^ 1;
  }

  /**
   * Whether an odd number of the functions is true.
   *
   * @param {readonly number[]} edges
   * @returns {Steps<number>}
   */
  *parity(edges) {
    let odd = FALSE_EDGE;
    for (const edge of this.deepestFirst(edges)) odd = yield* this.combine(XOR_OPERATION, odd, edge);
    return odd;
  }

  /**
   * Whether at least k of the functions are true: one threshold at a time.
   *
   * @param {number} k
   * @param {readonly number[]} edges
   * @returns {Steps<number>}
   */
  *atLeast(k, edges) {
    const reached = [TRUE_EDGE, ...new Array(k).fill(FALSE_EDGE)];
    const n = edges.length;
    for (const [seen, edge] of this.deepestFirst(edges).entries()) {
      for (let j = Math.min(k, seen + 1); j > Math.max(0, k - (n - seen)); j--) {
        reached[j] = yield* this.any([reached[j], yield* this.all([edge, reached[j - 1]])]);
      }
    }
    return reached[k];
  }

  /**
   * New rows then come on top of what is there, and each step walks the smaller operand.
   *
   * @param {readonly number[]} edges
   * @returns {number[]}
   */
  deepestFirst(edges) {
    return [...edges].sort((f, g) => this.level[g >> 1] - this.level[f >> 1]);
  }

  /**
   * AND or XOR of two functions, with a stack of its own: frames of f, g, low result (-1 at first), complement.
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
        // Going down: the answer is plain, or remembered, or two smaller questions.
        let complement = 0;
        if (operation === AND_OPERATION) {
          if (f === g || g === TRUE_EDGE) result = f;
          else if (f === TRUE_EDGE) result = g;
          else if (f === FALSE_EDGE || g === FALSE_EDGE || f === (g ^ 1)) result = FALSE_EDGE;
        } else {
          complement = (f ^ g) & 1;
          f &= ~1;
          g &= ~1;
          if (f === g) result = complement;
          else if (f === FALSE_EDGE) result = g ^ complement;
          else if (g === FALSE_EDGE) result = f ^ complement;
        }
        if (result >= 0) continue;
        if (f > g) [f, g] = [g, f];
        const known = this.recall(operation, f, g);
        if (known >= 0) {
          result = known ^ complement;
          continue;
        }
        const frame = 4 * depth++;
        frames[frame] = f;
        frames[frame + 1] = g;
        frames[frame + 2] = -1;
        frames[frame + 3] = complement;
        const levelF = this.level[f >> 1];
        const levelG = this.level[g >> 1];
        if (levelF <= levelG) f = this.low[f >> 1] ^ (f & 1);
        if (levelG <= levelF) g = this.low[g >> 1] ^ (g & 1);
        continue;
      }
      // Coming up: hand the result to the question on top of the stack.
      if (depth === 0) return result;
      const frame = 4 * (depth - 1);
      f = frames[frame];
      g = frames[frame + 1];
      const levelF = this.level[f >> 1];
      const levelG = this.level[g >> 1];
      if (frames[frame + 2] < 0) {
        frames[frame + 2] = result;
        result = -1;
        if (levelF <= levelG) f = this.high[f >> 1] ^ (f & 1);
        if (levelG <= levelF) g = this.high[g >> 1] ^ (g & 1);
        continue;
      }
      const edge = this.choice(Math.min(levelF, levelG), frames[frame + 2], result);
      this.remember(operation, f, g, edge);
      result = edge ^ frames[frame + 3];
      depth--;
    }
  }

  /**
   * A diagram of these functions and nothing else, and their edges in it: {diagram, edges}.
   *
   * @param {readonly number[]} edges
   * @returns {{ diagram: Diagram, edges: number[] }}
   */
  freeze(edges) {
    const { place, ...columns } = this.compacted(edges.map((edge) => edge >> 1), 1);
    const renamed = edges.map((edge) => (place[edge >> 1] << 1) | (edge & 1));
    return { diagram: new Diagram(this.variables, columns), edges: renamed };
  }
}
