// Probabilities of a diagram's functions. Rows are stored children before parents, and modules before what
// decides on them, so each quantity is one loop. Events are independent. What can take long is worked out in steps.

import { Conjunctions } from "./conjunctions.js";
import { told } from "./numbers.js";
import { Slopes } from "./slopes.js";
import { TURNS } from "./slices.js";

/** @import { Diagram, Piece } from "./diagram.js" */
/** @import { Probability, Sides, Steps } from "../types" */

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
    this.hasLost = false;
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
    this.conjunctions = new Conjunctions(this);
    this.slopes = new Slopes(this);
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
    this.isLogicKnown = this.hasLost = false;
    const { level, low, high, modules } = this.diagram;
    p[0] = 0;
    notP[0] = 1;
    for (let row = 1; row < level.length; row++) {
      const module = modules[level[row]];
      const fails = module ? this.at(module) : q[level[row]];
      const works = module ? this.at(module ^ 1) : notQ[level[row]];
      const lowRow = low[row] >> 1;
      // What certainly does not occur does not count, even where it has no probability.
      const withHigh = fails === 0 ? 0 : this.times(fails, this.at(high[row]));
      const withoutHigh = fails === 0 ? 0 : this.times(fails, this.at(high[row] ^ 1));
      p[row] = Math.min(withHigh + (works === 0 ? 0 : this.times(works, p[lowRow])), most);
      notP[row] = Math.min(withoutHigh + (works === 0 ? 0 : this.times(works, notP[lowRow])), most);
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
   * A product. Where it comes to 0 and neither factor is, what is made of it may not be 0: `hasLost` is true from then on,
   * until the next sweep.
   *
   * @param {number} a
   * @param {number} b
   * @returns {number}
   */
  times(a, b) {
    const product = a * b;
    if (product === 0 && a !== 0 && b !== 0) this.hasLost = true;
    return product;
  }

  /**
   * Sweeps of the same diagram in logic: what has a probability above 0 has 1 there.
   *
   * @returns {Sweeps}
   */
  get logic() {
    this.inLogic ??= new Sweeps(this.diagram, 1);
    if (!this.isLogicKnown) this.takeToLogic(this.inLogic);
    this.isLogicKnown = true;
    return this.inLogic;
  }

  /** @param {Sweeps} logic */
  takeToLogic(logic) {
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
  }

  /**
   * Whether a function's probability is above 0.
   *
   * @param {number} edge
   * @returns {boolean}
   */
  isPossible(edge) {
    return this.at(edge) > 0 || (this.hasLost && this.canBe(edge));
  }

  /**
   * The same, by logic, at the probabilities that the variables have now, whether they have been swept or not.
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
        certain[level] = Math.min(this.times(ifOccurs, occurs.certain[place]) + this.times(ifAbsent, absent.certain[place]), 1);
        impossible[level] = Math.min(this.times(ifOccurs, occurs.impossible[place]) + this.times(ifAbsent, absent.impossible[place]), 1);
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
      const onLow = this.times(whole, p[lowRow]) + this.times(negated, notP[lowRow]);
      const onHigh = this.times(whole, this.at(high[row])) + this.times(negated, this.at(high[row] ^ 1));
      impossible[place] += onLow;
      certain[place] += onHigh;
      if (works !== 0) {
        even[lowRow] += this.times(whole, works);
        odd[lowRow] += this.times(negated, works);
        pass(place + 1, lowRow ? places[level[lowRow]] : n, this.times(onLow, works));
      }
      if (fails !== 0) {
        even[highRow] += this.times(crossed ? negated : whole, fails);
        odd[highRow] += this.times(crossed ? whole : negated, fails);
        pass(place + 1, highRow ? places[level[highRow]] : n, this.times(onHigh, fails));
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
}
