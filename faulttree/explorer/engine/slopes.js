// How much a function's probability changes with each event's: derivatives, and whether there is any.

import { TRUE_EDGE } from "./diagram.js";
import { Pairs } from "./pairs.js";

/** @import { Sweeps } from "./sweeps.js" */
/** @import { Steps } from "../types" */

/** A difference this small beside its terms has lost three digits, and is worked out another way. */
const DOUBTFUL_SHARE = 1e-3;
/** Differences that are followed down the diagram; beyond, the plain one is taken, within about 1e-16. */
const MOST_PAIRS = 1 << 18;
/** Rows whose slope is worked out between two pauses. */
const ROWS_OF_SLOPES = 100;

/** Derivatives on a diagram, at the probabilities that its sweeps have. */
export class Slopes {
  /** @param {Sweeps} sweeps */
  constructor(sweeps) {
    this.sweeps = sweeps;
    this.diagram = sweeps.diagram;
    // The arrays of the sweeps: what is worked out there is seen here.
    this.q = sweeps.q;
    this.notQ = sweeps.notQ;
    this.p = sweeps.p;
    this.notP = sweeps.notP;
    this.reach = sweeps.even;
    this.pairs = new Pairs(MOST_PAIRS);
    // Pairs of edges still to be worked out: at most two for each level.
    this.stack = new Int32Array(4 * this.q.length + 8);
  }

  /**
   * Derivative of a function's probability by every event's, in one sweep down, in steps: Float64Array by level.
   *
   * @param {number} root
   * @returns {Steps<Float64Array>}
   */
  *of(root) {
    const { q, notQ } = this;
    const { level, low, high, modules } = this.diagram;
    const reach = this.reach;
    const slope = new Float64Array(q.length);
    const { pieces } = this.diagram.fallenApart(root);
    for (const { rows } of pieces) for (const row of rows) reach[row] = 0;
    reach[root >> 1] = root & 1 ? -1 : 1;
    this.pairs.forget();
    for (const { rows } of pieces) {
      for (let index = 0; index < rows.length; index++) {
        if ((index + 1) % ROWS_OF_SLOPES === 0) yield;
        const row = rows[index];
        const r = reach[row];
        if (r === 0) continue;
        const own = level[row];
        const module = modules[own];
        const sign = module & 1 ? -1 : 1;
        const step = this.sweeps.times(r, this.difference(high[row], low[row]));
        if (module) reach[module >> 1] += sign * step;
        else slope[own] += step;
        reach[low[row] >> 1] += this.sweeps.times(r, module ? this.sweeps.at(module ^ 1) : notQ[own]);
        reach[high[row] >> 1] += this.sweeps.times(high[row] & 1 ? -r : r, module ? this.sweeps.at(module) : q[own]);
      }
    }
    return slope;
  }

  /**
   * Whether an event makes a difference to a function, in some state of the others that is possible: Uint8Array by level;
   * null where that takes too long. Of sweeps in logic, in steps.
   *
   * @param {number} root
   * @returns {Steps<Uint8Array | null>}
   */
  *decisive(root) {
    const { q, notQ } = this;
    const { conjunctions } = this.sweeps;
    const { level, low, high, modules } = this.diagram;
    const reached = new Uint8Array(this.diagram.size);
    const found = new Uint8Array(q.length);
    reached[root >> 1] = 1;
    for (const { rows } of this.diagram.fallenApart(root).pieces) {
      for (let index = 0; index < rows.length; index++) {
        if ((index + 1) % ROWS_OF_SLOPES === 0) yield;
        const row = rows[index];
        if (!reached[row]) continue;
        const own = level[row];
        if (!found[own] && (yield* conjunctions.differ(high[row], low[row]))) found[own] = 1;
        if (!conjunctions.pairs.hasRoom()) return null;
        if (modules[own] && found[own]) reached[modules[own] >> 1] = 1;
        if (notQ[own] !== 0) reached[low[row] >> 1] = 1;
        if (q[own] !== 0) reached[high[row] >> 1] = 1;
      }
    }
    return found;
  }

  /**
   * P(f) - P(g), in [-1, 1]. Where the two nearly cancel, it is followed down the diagram until they no longer do:
   * P(f) - P(g) = q (P(f1) - P(g1)) + (1 - q) (P(f0) - P(g0)). In a monotone function all terms have one sign.
   *
   * @param {number} f
   * @param {number} g
   * @returns {number}
   */
  difference(f, g) {
    const plain = this.plainDifference(f, g);
    if (!this.isDoubtful(plain, f, g)) return plain;
    const { level, low, high, modules } = this.diagram;
    const { q, notQ, pairs, stack } = this;
    const known = pairs.recall(f, g, NaN);
    if (!Number.isNaN(known)) return known;
    stack[0] = f;
    stack[1] = g;
    let [last, depth] = [plain, 1];
    while (depth > 0 && pairs.hasRoom()) {
      const one = stack[2 * depth - 2];
      const other = stack[2 * depth - 1];
      const oneRow = one >> 1;
      const otherRow = other >> 1;
      const own = Math.min(level[oneRow], level[otherRow]);
      const module = modules[own];
      const before = depth;
      let total = 0;
      for (let branch = 0; branch < 2; branch++) {
        const links = branch ? high : low;
        const a = level[oneRow] === own ? links[oneRow] ^ (one & 1) : one;
        const b = level[otherRow] === own ? links[otherRow] ^ (other & 1) : other;
        const weight = module ? this.sweeps.at(module ^ 1 ^ branch) : branch ? q[own] : notQ[own];
        if (a === b || weight === 0) continue;
        let value = this.plainDifference(a, b);
        if (this.isDoubtful(value, a, b)) value = pairs.recall(a, b, NaN);
        if (Number.isNaN(value)) {
          stack[2 * depth] = a;
          stack[2 * depth + 1] = b;
          depth++;
        } else total += this.sweeps.times(value, weight);
      }
      if (depth > before) continue;
      pairs.keep(one, other, total);
      last = total;
      depth--;
    }
    return depth ? plain : last;
  }

  /**
   * P(f) - P(g), of the two small numbers rather than of the two near one.
   *
   * @param {number} f
   * @param {number} g
   * @returns {number}
   */
  plainDifference(f, g) {
    const { p, notP } = this;
    const pF = f & 1 ? notP[f >> 1] : p[f >> 1];
    const pG = g & 1 ? notP[g >> 1] : p[g >> 1];
    return pF + pG < 1 ? pF - pG : (g & 1 ? p : notP)[g >> 1] - (f & 1 ? p : notP)[f >> 1];
  }

  /**
   * Whether a difference is so small beside its terms that it has lost three digits, and can be had better.
   *
   * @param {number} difference
   * @param {number} f
   * @param {number} g
   * @returns {boolean}
   */
  isDoubtful(difference, f, g) {
    if (f <= TRUE_EDGE || g <= TRUE_EDGE || f === (g ^ 1)) return false;
    const size = Math.abs(difference) / DOUBTFUL_SHARE;
    return size < Math.max(this.sweeps.at(f), this.sweeps.at(g)) && size < Math.max(this.sweeps.at(f ^ 1), this.sweeps.at(g ^ 1));
  }
}
