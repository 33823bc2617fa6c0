// The fault tree as a page can ask it: probabilities, importance and cut sets under settings and observations.
//
// A gate or house event set to a number is an event of its own. Settings change the tree, observations condition on it;
// both may be in force. All numbers are exact up to rounding, and null where they are unknown; importance is null given
// observations, and without P(top). With observations P(gate) is null, too, where the diagrams of gate and observations
// would take long together; cut sets are then minimal sets of events whose sole occurrence fits all observations, each
// with the posterior probability that all of them occur. The list begins with the likeliest sets, or with the smallest
// where a probability is missing.
//
// Whatever asks throws NodeBudgetExhausted where the tree is too large to be compiled here; `cutSets` says so in its
// note. `evaluating` and `listing` work in steps; of two runs of steps, the one that began first may not go on.

import { CutSets } from "./cut_sets.js";
import { criticality, measuresOfMembers } from "./members.js";
import { NodeBudgetExhausted } from "./node_table.js";
import { Posteriors } from "./posteriors.js";
import { BELOW, LEAST, orNull, told, toldRatio } from "./numbers.js";
import { finished } from "./slices.js";
import { DEFAULT_NODE_BUDGET, Tree } from "./tree.js";

/** @import { Variant } from "./compile.js" */
/** @import { Measures, Observed, Payload, Probability, Result, Setting, SetList, States, Steps } from "../types" */

/** The model of a page, and every question that its states and observations can be asked under. */
export class TreeEngine {
  /**
   * payload: the page's model. nodeBudget: rows that one diagram made here may have.
   *
   * @param {Payload} payload
   * @param {number} [nodeBudget]
   */
  constructor(payload, nodeBudget = DEFAULT_NODE_BUDGET) {
    this.tree = new Tree(payload, nodeBudget);
    this.sets = new CutSets(this.tree);
    this.posteriors = new Posteriors(this.tree, this.sets);
  }

  /**
   * A result of which nothing is there yet.
   *
   * @returns {Result}
   */
  blank() {
    return {
      top: { p: null, notP: null }, gates: new Map(), events: new Map(), evidence: null, importance: null,
      nodes: null, milliseconds: 0, coming: new Set(["top", "gates", "events", "importance"]),
    };
  }

  /**
   * Probabilities and importance under states and observations.
   *
   * @param {States} states
   * @param {Observed} [observed]
   * @returns {Result}
   */
  evaluate(states, observed = new Map()) {
    const start = performance.now();
    const result = this.blank();
    finished(this.evaluating(result, states, observed));
    return { ...result, milliseconds: performance.now() - start };
  }

  /**
   * Fill in a blank result, what is wanted first comes first.
   *
   * @param {Result} result
   * @param {States} states
   * @param {Observed} [observed]
   * @returns {Steps<void>}
   */
  *evaluating(result, states, observed = new Map()) {
    const setting = this.tree.setting(states);
    if (observed.size) yield* this.posteriors.conditioned(result, setting, observed);
    else yield* this.unconditioned(result, setting);
    result.coming.clear();
  }

  /**
   * Minimal cut sets, or explanations of the observations.
   *
   * @param {States} states
   * @param {Observed} [observed]
   * @param {number} [most]
   * @returns {SetList}
   */
  cutSets(states, observed = new Map(), most = 100) {
    return finished(this.listing(states, observed, most));
  }

  /**
   * Probability of all observations together under states; null where it is not known.
   *
   * @param {States} states
   * @param {Observed} observed
   * @returns {Probability}
   */
  evidenceOf(states, observed) {
    return this.posteriors.evidenceOf(this.tree.setting(states), observed);
  }

  /**
   * The same as `cutSets`, in steps.
   *
   * @param {States} states
   * @param {Observed} [observed]
   * @param {number} [most]
   * @returns {Steps<SetList>}
   */
  *listing(states, observed = new Map(), most = 100) {
    const note = this.tree.setsLeftOut || (observed.size ? this.tree.exclusions.noExplanations() : "");
    if (note) return { count: null, countByOrder: [], complete: false, note, sets: [], fussellVesely: null };
    try {
      const setting = this.tree.setting(states);
      return observed.size ? yield* this.posteriors.explanations(setting, observed, most) : yield* this.sets.ranked(setting, most);
    } catch (error) {
      if (!(error instanceof NodeBudgetExhausted)) throw error;
      const why = `The cut sets were not found. ${error.message}`;
      return { count: null, countByOrder: [], complete: false, note: why, sets: [], fussellVesely: null };
    }
  }

  /**
   * @param {Result} result
   * @param {Setting} setting
   * @returns {Steps<void>}
   */
  *unconditioned(result, setting) {
    const variant = yield* this.tree.variant(setting);
    const { sweeps, roots, top } = variant;
    this.tree.swept(sweeps, setting);
    result.top = { p: sweeps.told(top), notP: sweeps.told(top ^ 1) };
    for (const gate of this.tree.gates) {
      const root = roots.get(gate);
      result.gates.set(gate, root === undefined ? null : sweeps.told(root));
    }
    result.events = this.tree.eachEvent(setting, (name) => orNull(this.tree.sidesOf(name, setting)[0]));
    result.nodes = variant.diagram.size - 1;
    result.coming = new Set(["importance"]);
    yield;
    if (result.top.p !== null) result.importance = yield* this.importance(variant, setting, result.top.p);
  }

  /**
   * Every measure of every event, and of a gate or house event that is set to a number: Map.
   *
   * @param {Variant} variant
   * @param {Setting} setting
   * @param {number} top
   * @returns {Steps<Map<string, Measures>>}
   */
  *importance(variant, setting, top) {
    const { sweeps } = variant;
    const { placeOf } = this.tree.exclusions;
    const slopes = yield* sweeps.slopes.of(variant.top);
    const { certain, impossible } = yield* sweeps.conditionals(variant.top);
    const { hasLost } = sweeps;
    const possible = hasLost ? yield* sweeps.logic.conditionals(variant.top) : { certain, impossible };
    const decisive = hasLost ? yield* sweeps.logic.slopes.decisive(variant.top) : null;
    /** @type {(level: number) => Probability} */
    const slopeAt = (level) => {
      const slope = Math.max(slopes[level], variant.coherent ? 0 : -Infinity);
      if (Math.abs(slope) >= LEAST || (slope === 0 && !hasLost)) return slope;
      if (decisive && !decisive[level]) return 0;
      return variant.coherent && (decisive || slope > 0) ? BELOW : null;
    };
    const shares = this.tree.setsLeftOut ? null : yield* this.sets.sharesAtHand(variant, setting);
    /** @type {Map<string, Measures>} */
    const found = new Map();
    const neutral = top === 0 ? NaN : 1; // RAW and RRW of what changes nothing
    for (const name of new Set([...this.tree.events.keys(), ...setting.numbers.keys()])) {
      if (placeOf.has(name)) continue;
      const level = sweeps.levels.get(name);
      const matters = level !== undefined && !Number.isNaN(certain[level]);
      const slope = matters ? slopeAt(level) : 0;
      const withIt = matters ? told(certain[level], () => possible.certain[level] > 0) : top;
      const without = matters ? told(impossible[level], () => possible.impossible[level] > 0) : top;
      found.set(name, {
        birnbaum: slope,
        criticality: criticality(this.tree.sidesOf(name, setting)[0], slope, top),
        fussellVesely: shares && shares(name),
        raw: matters ? toldRatio(withIt, top) : neutral,
        rrw: matters ? toldRatio(top, without) : neutral,
      });
    }
    for (const [name, measures] of yield* measuresOfMembers(variant, setting, top)) {
      found.set(name, { ...measures, fussellVesely: shares && shares(name) });
    }
    return found;
  }
}
