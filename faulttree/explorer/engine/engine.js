// The fault tree as a page can ask it: probabilities, importance and cut sets under settings and observations.
//
// states: Map name -> true | false | number, what is set; a gate or house event set to a number is an event of its own.
// observed: Map name -> bool, what was seen to occur or not; events and gates. Settings change the tree, observations
// condition on it; both may be in force. All numbers are exact up to rounding; p is null where it is unknown.
//
// evaluate(states, observed) -> {
//   top: {p, notP}, gates: Map name -> p, events: Map name -> p (house events too),    posteriors with observations
//   evidence: P(all observations), null without observations; 0 when they cannot all hold: then every p is null,
//   importance: Map event -> {birnbaum, criticality, fussellVesely, raw, rrw}; null given observations or no P(top);
//     Infinity for x / 0, NaN for 0 / 0, as in Python; fussellVesely null where it takes long: see that of `cutSets`,
//   nodes, milliseconds: 0, for who asks to fill in, coming: Set of "events", "top", "gates", "importance" not there yet }
//   With observations P(gate) is null, too, where the diagrams of gate and observations would take long together.
// cutSets(states, observed, most) -> {
//   count: exact, as text, or null when the sets cannot be had; countByOrder: [[order, text], ...]; complete, note,
//   sets: [{events, probability, share}], the likeliest first, or the smallest where a probability is missing,
//   fussellVesely: Map event -> share, or null }
//   With observations: minimal sets of events whose sole occurrence fits all observations, each with the posterior
//   probability that all of them occur; share and fussellVesely are then null.
// Either throws NodeBudgetExhausted where the tree is too large to be compiled here; `cutSets` says so in its note.
// `evaluating` and `listing` do the same in steps. One at a time: steps that others came between are not to be gone on with.

import { CutSets } from "./cut_sets.js";
import { NodeBudgetExhausted } from "./node_table.js";
import { Posteriors } from "./posteriors.js";
import { orNull, ratio } from "./numbers.js";
import { finished } from "./slices.js";
import { DEFAULT_NODE_BUDGET, Tree } from "./tree.js";

/** The model of a page, and every question that its states and observations can be asked under. */
export class TreeEngine {
  /** payload: the page's model. nodeBudget: rows that one diagram made here may have. */
  constructor(payload, nodeBudget = DEFAULT_NODE_BUDGET) {
    this.tree = new Tree(payload, nodeBudget);
    this.sets = new CutSets(this.tree);
    this.posteriors = new Posteriors(this.tree, this.sets);
  }

  /** A result of which nothing is there yet. */
  blank() {
    return {
      top: { p: null, notP: null }, gates: new Map(), events: new Map(), evidence: null, importance: null,
      nodes: null, milliseconds: 0, coming: new Set(["top", "gates", "events", "importance"]),
    };
  }

  /** Probabilities and importance under states and observations; the shape is at the top of this file. */
  evaluate(states, observed = new Map()) {
    const start = performance.now();
    const result = this.blank();
    finished(this.evaluating(result, states, observed));
    return { ...result, milliseconds: performance.now() - start };
  }

  /** Fill in a blank result, what is wanted first comes first. */
  *evaluating(result, states, observed = new Map()) {
    const setting = this.tree.setting(states);
    if (observed.size) yield* this.posteriors.conditioned(result, setting, observed);
    else yield* this.unconditioned(result, setting);
    result.coming.clear();
  }

  /** Minimal cut sets, or explanations of the observations; the shape is at the top of this file. */
  cutSets(states, observed = new Map(), most = 100) {
    return finished(this.listing(states, observed, most));
  }

  /** Probability of all observations together under states; null where it is not known. */
  evidenceOf(states, observed) {
    return this.posteriors.evidenceOf(this.tree.setting(states), observed);
  }

  /** The same as `cutSets`, in steps. */
  *listing(states, observed = new Map(), most = 100) {
    try {
      const setting = this.tree.setting(states);
      return observed.size ? yield* this.posteriors.explanations(setting, observed, most) : yield* this.sets.ranked(setting, most);
    } catch (error) {
      if (!(error instanceof NodeBudgetExhausted)) throw error;
      const note = `The cut sets were not found. ${error.message}`;
      return { count: null, countByOrder: [], complete: false, note, sets: [], fussellVesely: null };
    }
  }

  *unconditioned(result, setting) {
    const variant = yield* this.tree.variant(setting);
    const { sweeps, roots, top } = variant;
    this.tree.swept(sweeps, setting);
    result.top = { p: orNull(sweeps.at(top)), notP: orNull(sweeps.at(top ^ 1)) };
    for (const gate of this.tree.gates) result.gates.set(gate, roots.has(gate) ? orNull(sweeps.at(roots.get(gate))) : null);
    result.events = this.tree.eachEvent(setting, (name) => orNull(this.tree.sidesOf(name, setting)[0]));
    result.nodes = variant.diagram.size - 1;
    result.coming = new Set(["importance"]);
    yield;
    if (result.top.p !== null) result.importance = yield* this.importance(variant, setting, result.top.p);
  }

  /** Every measure of every event, and of a gate or house event that is set to a number: Map. */
  *importance(variant, setting, top) {
    const { sweeps, levels } = variant;
    const slopes = yield* sweeps.slopes(variant.top);
    const { certain, impossible } = yield* sweeps.conditionals(variant.top);
    const shares = yield* this.sets.sharesAtHand(variant, setting);
    const found = new Map();
    for (const name of new Set([...this.tree.events.keys(), ...setting.numbers.keys()])) {
      const level = levels.get(name);
      const matters = level !== undefined && !Number.isNaN(certain[level]);
      const least = variant.coherent ? 0 : -Infinity;
      const slope = matters ? Math.max(slopes[level], least) : 0;
      found.set(name, {
        birnbaum: slope,
        criticality: ratio(this.tree.sidesOf(name, setting)[0] * slope, top),
        fussellVesely: shares && shares(name),
        raw: ratio(matters ? certain[level] : top, top),
        rrw: ratio(top, matters ? impossible[level] : top),
      });
    }
    return found;
  }
}
