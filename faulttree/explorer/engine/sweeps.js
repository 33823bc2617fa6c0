// Probabilities and slopes of a diagram's functions. Rows are stored children before parents, and modules before what
// decides on them, so each quantity is one loop. Events are independent. What can take long is worked out in steps.

import { Conjunctions } from "./conjunctions.js";
import { TRUE_EDGE } from "./diagram.js";
import { LEAST, told } from "./numbers.js";
import { Pairs } from "./pairs.js";
import { TURNS } from "./slices.js";

/** @import { Diagram, Piece } from "./diagram.js" */
/** @import { Probability, Sides, Steps } from "../types" */

/** A difference this small beside its terms has lost three digits, and is worked out another way. */
const DOUBTFUL_SHARE = 1e-3;
/** Differences that are followed down the diagram; beyond, the plain one is taken, within about 1e-16. */
const MOST_PAIRS = 1 << 18;
/** Rows whose slope is worked out between two pauses. */
const ROWS_OF_SLOPES = 100;

/**
 * Probabilities given that each event occurs, and that it does not; by level, or by place among a piece's levels.
 *
 * @typedef {{ certain: Float64Array, impossible: Float64Array }} Conditionals
 */

/**
 * What is worked out on one diagram at given probabilities; the arrays serve again for the next ones.
 * q, notQ: Float64Array by level, a probability and its complement in [0, 1], each with its own digits; NaN if unknown.
 */
export class Sweeps {
  /**
   * most: what sums are cut at; 1 for sweeps in logic, in which 1 stands for what is possible.
   *
   * @param {Diagram} diagram
   * @param {number} [most]
   */
  constructor(diagram, most = Infinity) {
    this.diagram = diagram;
    this.most = most;
    /** @type {Sweeps | null} */
    this.inLogic = null;
    this.isLogicKnown = false;
    this.mayBeLost = false;
    const [nRows, nLevels] = [diagram.size, diagram.variables.length];
    this.levels = new Map(diagram.variables.map((name, level) => [name, level]));
    this.q = new Float64Array(nLevels);
    this.notQ = new Float64Array(nLevels);
    // Probability of every row's function and of its complement.
    this.p = new Float64Array(nRows);
    this.notP = new Float64Array(nRows);
    // How probably a row is reached, with an even and with an odd number of complements on the way.
    this.even = new Float64Array(nRows);
    this.odd = new Float64Array(nRows);
    this.pairs = new Pairs(MOST_PAIRS);
    // Pairs of edges still to be worked out: at most two for each level.
    this.stack = new Int32Array(4 * nLevels + 8);
    this.conjunctions = new Conjunctions(this);
  }

  /**
   * Probability of an edge's function, in [0, 1], once `probabilities` ran.
   *
   * @param {number} edge
   * @returns {number}
   */
  at(edge) {
    return edge & 1 ? this.notP[edge >> 1] : this.p[edge >> 1];
  }

  /** Probability of every row and of its complement: sums of positive terms, so no digit is lost. */
  probabilities() {
    const { p, notP, q, notQ, most } = this;
    this.isLogicKnown = false;
    const { level, low, high, modules } = this.diagram;
    p[0] = 0;
    notP[0] = 1;
    for (let row = 1; row < level.length; row++) {
      const module = modules[level[row]];
      const fails = module ? this.at(module) : q[level[row]];
      const works = module ? this.at(module ^ 1) : notQ[level[row]];
      const lowRow = low[row] >> 1;
      // What certainly does not occur does not count, even where it has no probability.
      const withHigh = fails === 0 ? 0 : fails * this.at(high[row]);
      const withoutHigh = fails === 0 ? 0 : fails * this.at(high[row] ^ 1);
      p[row] = Math.min(withHigh + (works === 0 ? 0 : works * p[lowRow]), most);
      notP[row] = Math.min(withoutHigh + (works === 0 ? 0 : works * notP[lowRow]), most);
    }
  }

  /**
   * Give variables other probabilities, those that the diagram has no level for passed over. Returns what takes that back.
   *
   * @param {readonly string[]} names
   * @param {readonly Sides[]} sides
   * @returns {() => void}
   */
  assume(names, sides) {
    const { q, notQ } = this;
    const levels = names.map((name) => this.levels.get(name));
    const before = levels.map((level) => (level === undefined ? [0, 1] : [q[level], notQ[level]]));
    /** @type {(those: readonly (readonly number[])[]) => void} */
    const take = (those) => levels.forEach((level, place) => {
      if (level !== undefined) [q[level], notQ[level]] = those[place];
    });
    take(sides);
    this.isLogicKnown = false;
    return () => {
      take(before);
      this.isLogicKnown = false;
    };
  }

  /**
   * Probability of a function where some variables have other probabilities, told; the rows' own are left at that.
   *
   * @param {number} edge
   * @param {readonly string[]} names
   * @param {readonly Sides[]} sides
   * @returns {Probability}
   */
  where(edge, names, sides) {
    const back = this.assume(names, sides);
    this.probabilities();
    const found = this.told(edge);
    back();
    return found;
  }

  /**
   * Whether a product of the probabilities may be so small that numbers lose its digits; else what comes to 0 is 0.
   *
   * @returns {boolean}
   */
  get mayUnderflow() {
    this.knowLogic();
    return this.mayBeLost;
  }

  /**
   * Sweeps of the same diagram in logic: what has a probability above 0 has 1 there.
   *
   * @returns {Sweeps}
   */
  get logic() {
    this.knowLogic();
    return (this.inLogic ??= this.ofLogic(new Sweeps(this.diagram, 1)));
  }

  /** Find out again what may be lost where probabilities have changed. */
  knowLogic() {
    if (this.isLogicKnown) return;
    this.isLogicKnown = true;
    let exponent = 0;
    for (let level = 0; level < this.q.length; level++) {
      // What is 0 is no factor of anything; a level without a probability may have any.
      if (!this.diagram.modules[level]) exponent += Math.log10(Math.min(this.q[level] || 1, this.notQ[level] || 1));
    }
    this.mayBeLost = exponent < Math.log10(LEAST);
    if (this.inLogic) this.ofLogic(this.inLogic);
  }

  /**
   * @param {Sweeps} logic
   * @returns {Sweeps}
   */
  ofLogic(logic) {
    const { modules } = this.diagram;
    for (let level = 0; level < this.q.length; level++) {
      logic.q[level] = Number(this.q[level] !== 0);
      logic.notQ[level] = Number(this.notQ[level] !== 0);
    }
    logic.probabilities();
    for (let level = 0; level < this.q.length; level++) {
      if (modules[level]) [logic.q[level], logic.notQ[level]] = [logic.at(modules[level]), logic.at(modules[level] ^ 1)];
    }
    logic.conjunctions.forget();
    return logic;
  }

  /**
   * Whether a function's probability is above 0.
   *
   * @param {number} edge
   * @returns {boolean}
   */
  isPossible(edge) {
    return this.at(edge) >= LEAST || (this.mayUnderflow ? this.logic.at(edge) > 0 : this.at(edge) > 0);
  }

  /**
   * The same at the probabilities that the variables have now, whether they have been swept or not.
   *
   * @param {number} edge
   * @returns {boolean}
   */
  canBe(edge) {
    return this.logic.at(edge) > 0;
  }

  /**
   * Probability of a function, BELOW where it is too small for its digits.
   *
   * @param {number} edge
   * @returns {Probability}
   */
  told(edge) {
    return told(this.at(edge), () => this.isPossible(edge));
  }

  /**
   * Probability of a function given that each event occurs, and that it does not: {certain, impossible}, Float64Array
   * by level, NaN where the function does not depend on it. Of positive terms only, so all keep their digits. In steps.
   *
   * @param {number} root
   * @returns {Steps<Conditionals>}
   */
  *conditionals(root) {
    const { pieces, places } = this.diagram.fallenApart(root);
    const certain = new Float64Array(places.length).fill(NaN);
    const impossible = new Float64Array(places.length).fill(NaN);
    for (const piece of pieces) {
      const occurs = yield* this.conditionalsOf(piece, piece.edge, places);
      if (piece.level < 0) {
        piece.levels.forEach((level, place) => {
          certain[level] = Math.min(occurs.certain[place], 1);
          impossible[level] = Math.min(occurs.impossible[place], 1);
        });
        continue;
      }
      // A module comes after the piece that decides on it, so what its occurrence means is known.
      const absent = yield* this.conditionalsOf(piece, piece.edge ^ 1, places);
      const ifOccurs = certain[piece.level];
      const ifAbsent = impossible[piece.level];
      piece.levels.forEach((level, place) => {
        certain[level] = Math.min(ifOccurs * occurs.certain[place] + ifAbsent * absent.certain[place], 1);
        impossible[level] = Math.min(ifOccurs * occurs.impossible[place] + ifAbsent * absent.impossible[place], 1);
      });
    }
    return { certain, impossible };
  }

  /**
   * The same for the levels of one piece, Float64Array by place. An edge that passes levels without deciding on them
   * counts on both sides there; it is added to the few nodes of a segment tree that make up the range it passes.
   *
   * @param {Piece} piece
   * @param {number} root
   * @param {Int32Array} places
   * @returns {Steps<Conditionals>}
   */
  *conditionalsOf({ rows, levels }, root, places) {
    const { p, notP, q, notQ, even, odd, most } = this;
    const { level, low, high, modules } = this.diagram;
    const n = levels.length;
    const certain = new Float64Array(n);
    const impossible = new Float64Array(n);
    const passing = new Float64Array(2 * n);
    /** @type {(start: number, end: number, mass: number) => void} */
    const pass = (start, end, mass) => {
      for (let from = start + n, to = end + n; from < to; from >>= 1, to >>= 1) {
        if (from & 1) passing[from++] += mass;
        if (to & 1) passing[--to] += mass;
      }
    };
    for (const row of rows) even[row] = odd[row] = 0;
    (root & 1 ? odd : even)[root >> 1] = 1;
    for (let index = 0; index < rows.length; index++) {
      if ((index + 1) % TURNS === 0) yield;
      const row = rows[index];
      const whole = Math.min(even[row], most);
      const negated = Math.min(odd[row], most);
      if (whole === 0 && negated === 0) continue;
      const module = modules[level[row]];
      const fails = module ? this.at(module) : q[level[row]];
      const works = module ? this.at(module ^ 1) : notQ[level[row]];
      const place = places[level[row]];
      const lowRow = low[row] >> 1;
      const highRow = high[row] >> 1;
      const crossed = high[row] & 1;
      const onLow = whole * p[lowRow] + negated * notP[lowRow];
      const onHigh = whole * this.at(high[row]) + negated * this.at(high[row] ^ 1);
      impossible[place] += onLow;
      certain[place] += onHigh;
      if (works !== 0) {
        even[lowRow] += whole * works;
        odd[lowRow] += negated * works;
        pass(place + 1, lowRow ? places[level[lowRow]] : n, onLow * works);
      }
      if (fails !== 0) {
        even[highRow] += (crossed ? negated : whole) * fails;
        odd[highRow] += (crossed ? whole : negated) * fails;
        pass(place + 1, highRow ? places[level[highRow]] : n, onHigh * fails);
      }
    }
    for (let place = 0; place < n; place++) {
      let mass = 0;
      for (let node = place + n; node >= 1; node >>= 1) mass += passing[node];
      certain[place] += mass;
      impossible[place] += mass;
    }
    return { certain, impossible };
  }

  /**
   * Derivative of a function's probability by every event's, in one sweep down, in steps: Float64Array by level.
   *
   * @param {number} root
   * @returns {Steps<Float64Array>}
   */
  *slopes(root) {
    const { q, notQ } = this;
    const { level, low, high, modules } = this.diagram;
    const reach = this.even;
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
        const step = r * this.difference(high[row], low[row]);
        if (module) reach[module >> 1] += sign * step;
        else slope[own] += step;
        reach[low[row] >> 1] += r * (module ? this.at(module ^ 1) : notQ[own]);
        reach[high[row] >> 1] += (high[row] & 1 ? -r : r) * (module ? this.at(module) : q[own]);
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
    const { q, notQ, conjunctions } = this;
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
        const weight = module ? this.at(module ^ 1 ^ branch) : branch ? q[own] : notQ[own];
        if (a === b || weight === 0) continue;
        let value = this.plainDifference(a, b);
        if (this.isDoubtful(value, a, b)) value = pairs.recall(a, b, NaN);
        if (Number.isNaN(value)) {
          stack[2 * depth] = a;
          stack[2 * depth + 1] = b;
          depth++;
        } else total += value * weight;
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
    return size < Math.max(this.at(f), this.at(g)) && size < Math.max(this.at(f ^ 1), this.at(g ^ 1));
  }
}
