// Probabilities in double-double numbers: an unevaluated sum of two, some 31 decimal digits. For the difference of two
// probabilities that nearly cancel. The same formulas as faulttree/quantification/settled/_kernels.py.
// Sources: T. J. Dekker, Numerische Mathematik 18, 1971; Y. Hida, X. S. Li, D. H. Bailey, ARITH-15, 2001.

import { TURNS } from "./slices.js";

/** @import { Diagram } from "./diagram.js" */
/** @import { Sweeps } from "./sweeps.js" */
/** @import { Steps } from "../types" */

const SPLITTER = 134217729; // 2 ** 27 + 1: splits a number into two halves of 26 bits

/** What rounding took from the last sum or product: it makes the number whole. */
let rest = 0;

/** @type {(a: number, b: number) => number} */
function twoSum(a, b) {
  const total = a + b;
  const ofB = total - a;
  rest = a - (total - ofB) + (b - ofB);
  return total;
}

/** @type {(a: number, b: number) => number} */
function twoProduct(a, b) {
  const product = a * b;
  let scaled = SPLITTER * a;
  const aHigh = scaled - (scaled - a);
  const aLow = a - aHigh;
  scaled = SPLITTER * b;
  const bHigh = scaled - (scaled - b);
  const bLow = b - bHigh;
  rest = aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
  return product;
}

/** @type {(a: number, aRest: number, b: number, bRest: number) => number} */
function add(a, aRest, b, bRest) {
  let total = twoSum(a, b);
  let error = rest;
  const low = twoSum(aRest, bRest);
  const lowError = rest;
  total = twoSum(total, error + low);
  error = rest;
  return twoSum(total, error + lowError);
}

/** @type {(a: number, aRest: number, b: number, bRest: number) => number} */
function times(a, aRest, b, bRest) {
  const product = twoProduct(a, b);
  return twoSum(product, rest + (a * bRest + aRest * b));
}

/**
 * The same where what certainly does not occur does not count, even where nothing else is known.
 *
 * @type {(a: number, aRest: number, b: number, bRest: number) => number}
 */
function weighed(a, aRest, b, bRest) {
  if (a !== 0) return times(a, aRest, b, bRest);
  rest = 0;
  return 0;
}

/** A number and what it lacks. */
export class Precise {
  /**
   * @param {number} value
   * @param {number} lacks
   */
  constructor(value, lacks) {
    this.value = value;
    this.lacks = lacks;
  }

  /**
   * This less another, to a number.
   *
   * @param {Precise} other
   * @returns {number}
   */
  less(other) {
    return add(this.value, this.lacks, -other.value, -other.lacks);
  }
}

/** Probabilities of one function of a diagram, at any probabilities of the events; the arrays serve again. */
export class PreciseSweeps {
  /**
   * @param {Diagram} diagram
   * @param {number} root
   */
  constructor(diagram, root) {
    this.diagram = diagram;
    this.root = root;
    const [nRows, nLevels] = [diagram.size, diagram.variables.length];
    // Probability of every row's function and of its complement, in pairs; of every level's variable, too.
    this.p = new Float64Array(2 * nRows);
    this.notP = new Float64Array(2 * nRows);
    this.q = new Float64Array(2 * nLevels);
    this.notQ = new Float64Array(2 * nLevels);
    this.notP[0] = 1;
    // Rows come after their children and after the modules that they decide on.
    const isNeeded = new Uint8Array(nRows);
    for (const { rows } of diagram.fallenApart(root).pieces) for (const row of rows) isNeeded[row] = 1;
    this.rows = Int32Array.from(isNeeded.keys()).filter((row) => isNeeded[row]);
  }

  /**
   * Probability of the function at the probabilities that plain sweeps of the same diagram have. In steps.
   *
   * @param {Sweeps} sweeps
   * @returns {Steps<Precise>}
   */
  *probability(sweeps) {
    this.takeSides(sweeps);
    const { p, notP, q, notQ, rows } = this;
    const { level, low, high, modules } = this.diagram;
    for (let index = 0; index < rows.length; index++) {
      if ((index + 1) % TURNS === 0) yield;
      const row = rows[index];
      const own = level[row];
      const module = modules[own];
      const [fails, works] = !module ? [q, notQ] : module & 1 ? [notP, p] : [p, notP];
      const at = module ? module & ~1 : 2 * own;
      const onLow = low[row] & ~1;
      const onHigh = high[row] & ~1;
      const [highP, highNotP] = high[row] & 1 ? [notP, p] : [p, notP];
      let whole = weighed(fails[at], fails[at + 1], highP[onHigh], highP[onHigh + 1]);
      let lacks = rest;
      let other = weighed(works[at], works[at + 1], p[onLow], p[onLow + 1]);
      p[2 * row] = add(whole, lacks, other, rest);
      p[2 * row + 1] = rest;
      whole = weighed(fails[at], fails[at + 1], highNotP[onHigh], highNotP[onHigh + 1]);
      lacks = rest;
      other = weighed(works[at], works[at + 1], notP[onLow], notP[onLow + 1]);
      notP[2 * row] = add(whole, lacks, other, rest);
      notP[2 * row + 1] = rest;
    }
    const side = this.root & 1 ? notP : p;
    return new Precise(side[this.root & ~1], side[(this.root & ~1) + 1]);
  }

  /**
   * Both sides of every level: the smaller one as it is, the other what is left to one.
   *
   * @param {Sweeps} sweeps
   */
  takeSides({ q, notQ }) {
    for (let level = 0; level < q.length; level++) {
      const [small, large] = q[level] <= notQ[level] ? [this.q, this.notQ] : [this.notQ, this.q];
      const least = Math.min(q[level], notQ[level]);
      small[2 * level] = least;
      small[2 * level + 1] = 0;
      large[2 * level] = twoSum(1, -least);
      large[2 * level + 1] = rest;
    }
  }
}
