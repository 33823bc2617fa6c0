// Probabilities that two functions of a diagram are true together.

import { FALSE_EDGE, TRUE_EDGE } from "./diagram.js";
import { Pairs } from "./pairs.js";
import { TURNS } from "./slices.js";

/** @import { Sweeps } from "./sweeps.js" */
/** @import { Steps } from "../types" */

/** Pairs of functions whose joint probability is worked out for one set of observations: about half a second. */
const MOST_PAIRS_TOGETHER = 1 << 21;

/** Conjunctions of a diagram's functions, with the probabilities that its sweeps have. Not for diagrams with modules. */
export class Conjunctions {
  /** @param {Sweeps} sweeps */
  constructor(sweeps) {
    const { diagram, q, notQ, p, notP, even, odd, most } = sweeps;
    this.sweeps = sweeps;
    this.diagram = diagram;
    this.most = most;
    // The arrays of the sweeps: what is worked out there is seen here.
    this.q = q;
    this.notQ = notQ;
    this.p = p;
    this.notP = notP;
    this.even = even;
    this.odd = odd;
    this.pairs = new Pairs(MOST_PAIRS_TOGETHER);
    // Pairs of edges still to be worked out: at most two for each level.
    this.stack = new Int32Array(4 * q.length + 8);
  }

  /**
   * Probability of an edge's function, in [0, 1].
   *
   * @param {number} edge
   * @returns {number}
   */
  at(edge) {
    return edge & 1 ? this.notP[edge >> 1] : this.p[edge >> 1];
  }

  /** Forget every conjunction, for the probabilities have changed. */
  forget() {
    this.pairs.forget();
  }

  /**
   * Probability that a function and each of others are true together: Map edge -> P, without those for which
   * there is no room. Of positive terms only, in steps. Not for diagrams with modules.
   * The function is cut open above an other's top level, and each part that is reached there is taken together with it.
   * modules: Set of those whose events the function sees through them alone, which is much less work.
   *
   * @param {number} root
   * @param {Iterable<number>} others
   * @param {ReadonlySet<number>} [modules]
   * @returns {Steps<Map<number, number>>}
   */
  *together(root, others, modules = new Set()) {
    const { level, low, high } = this.diagram;
    const { even, odd, q, notQ, most } = this;
    const found = new Map();
    const rows = this.diagram.byLevel(root);
    const waiting = [...new Set(others)].sort((f, g) => level[f >> 1] - level[g >> 1]);
    for (const row of rows) even[row] = odd[row] = 0;
    even[0] = odd[0] = 0;
    (root & 1 ? odd : even)[root >> 1] = 1;
    // Rows that are reached from above; those above the cut are dropped when it is walked.
    let [reached, next] = [[root >> 1], 0];
    for (const other of waiting) {
      for (; next < rows.length && level[rows[next]] < level[other >> 1]; next++) {
        const row = rows[next];
        const own = level[row];
        for (let branch = 0; branch < 2; branch++) {
          const weight = (branch ? q : notQ)[own];
          if (weight === 0) continue;
          const edge = (branch ? high : low)[row];
          const child = edge >> 1;
          const isNew = even[child] === 0 && odd[child] === 0;
          even[child] = Math.min(even[child] + this.sweeps.times((edge & 1 ? odd : even)[row], weight), most);
          odd[child] = Math.min(odd[child] + this.sweeps.times((edge & 1 ? even : odd)[row], weight), most);
          if (isNew && (even[child] !== 0 || odd[child] !== 0)) reached.push(child);
        }
      }
      reached = reached.filter((row) => level[row] >= level[other >> 1]);
      const both = modules.has(other) ? this.bothOfModule : this.both;
      let sum = 0;
      for (const row of reached) {
        if (even[row] > 0) sum += this.sweeps.times(even[row], yield* both.call(this, row << 1, other));
        if (odd[row] > 0) sum += this.sweeps.times(odd[row], yield* both.call(this, (row << 1) | 1, other));
      }
      yield;
      if (!this.pairs.hasRoom()) break;
      found.set(other, Math.min(sum, most));
    }
    return found;
  }

  /**
   * Whether two functions differ in a state that is possible; of no meaning once there is no room.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<boolean>}
   */
  *differ(f, g) {
    return (yield* this.both(f, g ^ 1)) > 0 || (yield* this.both(f ^ 1, g)) > 0;
  }

  /**
   * P(f and g), or -1 where that is to be found on the rows below.
   *
   * @param {number} f
   * @param {number} g
   * @returns {number}
   */
  bothAtOnce(f, g) {
    if (f === FALSE_EDGE || g === FALSE_EDGE || f === (g ^ 1)) return 0;
    if (f === g || g === TRUE_EDGE) return this.at(f);
    if (f === TRUE_EDGE) return this.at(g);
    const { level, deepest } = this.diagram;
    // Functions of different events are independent.
    if (deepest[f >> 1] < level[g >> 1] || deepest[g >> 1] < level[f >> 1]) return this.sweeps.times(this.at(f), this.at(g));
    return f < g ? this.pairs.recall(f, g) : this.pairs.recall(g, f);
  }

  /**
   * P(f and g) where f sees the events of g through g alone: what f is once g is true does not depend on how.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
  *bothOfModule(f, g) {
    const { level, low, high } = this.diagram;
    const whole = this.at(g);
    if (!(whole > 0)) return 0 * whole;
    for (;;) {
      // Events of others may stand between those of the module.
      const isDone = level[f >> 1] < level[g >> 1] || this.bothAtOnce(f, g) >= 0;
      if (isDone) return this.sweeps.times((yield* this.both(f, g)) / this.at(g), whole);
      const own = level[g >> 1];
      const ifHigh = high[g >> 1] ^ (g & 1);
      const links = this.q[own] * this.at(ifHigh) > 0 ? high : low;
      g = links[g >> 1] ^ (g & 1);
      if (level[f >> 1] === own) f = links[f >> 1] ^ (f & 1);
    }
  }

  /**
   * P(f and g), with a stack of its own; of no meaning once there is no room.
   *
   * @param {number} f
   * @param {number} g
   * @returns {Steps<number>}
   */
  *both(f, g) {
    const { level, low, high } = this.diagram;
    const { q, notQ, stack, pairs, most } = this;
    let last = this.bothAtOnce(f, g);
    if (last >= 0) return last;
    stack[0] = f;
    stack[1] = g;
    let depth = 1;
    for (let turn = 1; depth > 0 && pairs.hasRoom(); turn++) {
      if (turn % TURNS === 0) yield;
      const one = stack[2 * depth - 2];
      const other = stack[2 * depth - 1];
      const oneRow = one >> 1;
      const otherRow = other >> 1;
      const own = Math.min(level[oneRow], level[otherRow]);
      const before = depth;
      let total = 0;
      for (let branch = 0; branch < 2; branch++) {
        const weight = branch ? q[own] : notQ[own];
        if (weight === 0) continue;
        const links = branch ? high : low;
        const a = level[oneRow] === own ? links[oneRow] ^ (one & 1) : one;
        const b = level[otherRow] === own ? links[otherRow] ^ (other & 1) : other;
        const value = this.bothAtOnce(a, b);
        if (value < 0) {
          stack[2 * depth] = a;
          stack[2 * depth + 1] = b;
          depth++;
        } else total += this.sweeps.times(value, weight);
      }
      if (depth > before) continue;
      last = Math.min(total, most);
      pairs.keep(Math.min(one, other), Math.max(one, other), last);
      depth--;
    }
    return last;
  }
}
