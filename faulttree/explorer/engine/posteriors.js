// What was observed, on the diagram: its probability, every posterior, and the sets of events that explain it.

import { TRUE_EDGE } from "./diagram.js";
import { bestFirst, counted } from "./family.js";
import { jointProbabilities } from "./joint.js";
import { entry } from "../lookup.js";
import { LEAST, orNull, told, toldProduct, toldRatio } from "./numbers.js";
import { finished, kept } from "./slices.js";
import { Sweeps } from "./sweeps.js";
import { MOST_VARIANTS } from "./tree.js";
import { minimalFamily } from "./zbdd.js";

/** @import { Variant } from "./compile.js" */
/** @import { CutSets } from "./cut_sets.js" */
/** @import { Tree } from "./tree.js" */
/** @import { Observed, Probability, Result, RankedSet, Setting, SetList, Steps } from "../types" */

const WORK_FOR_EXPLANATIONS = 2e8;

/**
 * All observed gates as they were seen, and every gate's root, in one diagram.
 *
 * @typedef {{ sweeps: Sweeps, roots: ReadonlyMap<string, number>, edge: number }} SeenGates
 */
/**
 * What observations come to. factor: probability of the observed events; canBe: whether it is above 0, which it is not
 * where they contradict what is set; seen: those that vary; gates: those observed; isPlain: whether more events can only help what was observed.
 *
 * @typedef {SeenGates & { variant: Variant, factor: number, canBe: boolean, seen: Map<string, boolean>,
 *   gates: Map<string, boolean>, isPlain: boolean }} SeenAll
 */

/** A tree conditioned on observations: Map name -> bool, events and gates. cutSets: those of the same tree. */
export class Posteriors {
  /**
   * @param {Tree} tree
   * @param {CutSets} cutSets
   */
  constructor(tree, cutSets) {
    this.tree = tree;
    this.cutSets = cutSets;
  }

  /**
   * What the observations come to. flat: in a diagram without modules.
   *
   * @param {Setting} setting
   * @param {Observed} observed
   * @param {boolean} [flat]
   * @returns {Steps<SeenAll>}
   */
  *evidence(setting, observed, flat = false) {
    /** @type {Map<string, boolean>} */
    const seen = new Map();
    /** @type {Map<string, boolean>} */
    const gates = new Map();
    const { placeOf } = this.tree.exclusions;
    let factor = 1;
    let canBe = true;
    /** @type {(p: number) => void} */
    const times = (p) => {
      factor *= p;
      canBe &&= p !== 0;
    };
    for (const [name, state] of observed) {
      if (this.tree.houses.has(name) && !setting.numbers.has(name)) {
        times(Number((setting.settled.get(name) ?? this.tree.houses.get(name)) === state));
      } else if (placeOf.has(name)) seen.set(name, state);
      else if (this.tree.events.has(name) || this.tree.houses.has(name)) {
        times(this.tree.sidesOf(name, setting)[state ? 0 : 1]);
        if (!setting.forced.has(name)) seen.set(name, state);
      } else gates.set(name, state);
    }
    for (const { p } of this.tree.exclusions.given(setting.shares, seen).values()) times(p);
    const isTop = gates.size === 1 && gates.has(this.tree.top);
    const variant = yield* this.tree.variant(setting, gates.size > 0 && (flat || !isTop));
    const isPlain = variant.coherent && isTop && gates.get(this.tree.top) === true;
    return { variant, factor, canBe, seen, isPlain, gates, ...(yield* this.observedGates(variant, gates)) };
  }

  /**
   * All observed gates as they were seen, and every gate's root, in one diagram: {sweeps, edge, roots}.
   *
   * @param {Variant} variant
   * @param {ReadonlyMap<string, boolean>} gates
   * @returns {Steps<SeenGates>}
   */
  *observedGates(variant, gates) {
    const { sweeps, roots } = variant;
    const seen = [...gates].map(([gate, state]) => entry(roots, gate) ^ Number(!state));
    if (seen.length <= 1) return { sweeps, roots, edge: seen[0] ?? TRUE_EDGE };
    return yield* kept(variant.evidence, JSON.stringify([...gates].sort()), MOST_VARIANTS, () => {
      return this.joined(variant, seen);
    });
  }

  /**
   * @param {Variant} variant
   * @param {readonly number[]} seen
   * @returns {Steps<SeenGates>}
   */
  *joined(variant, seen) {
    const forest = yield* variant.forestWithin(this.tree.nodeBudget);
    const { diagram, edges } = forest.freeze([yield* forest.all(seen), ...variant.roots.values()]);
    const renamed = new Map([...variant.roots.keys()].map((name, place) => [name, edges[place + 1]]));
    return { sweeps: new Sweeps(diagram), roots: renamed, edge: edges[0] };
  }

  /**
   * Probability of all observations together under what is set.
   *
   * @param {Setting} setting
   * @param {Observed} observed
   * @returns {Probability}
   */
  evidenceOf(setting, observed) {
    const evidence = finished(this.evidence(setting, observed));
    return toldEvidence(evidence, this.tree.swept(evidence.sweeps, setting, evidence.seen));
  }

  /**
   * Fill in a result given observations: the evidence and events first, then the top, then the other gates.
   *
   * @param {Result} result
   * @param {Setting} setting
   * @param {Observed} observed
   * @returns {Steps<void>}
   */
  *conditioned(result, setting, observed) {
    const evidence = yield* this.evidence(setting, observed);
    const { roots, edge } = evidence;
    const sweeps = this.tree.swept(evidence.sweeps, setting, evidence.seen);
    const all = sweeps.at(edge);
    // Nothing is known given what cannot be, or has no probability, or has lost its digits.
    const isPossible = all >= LEAST && evidence.canBe && !Number.isNaN(evidence.factor);
    result.nodes = sweeps.diagram.size - 1;
    result.evidence = toldEvidence(evidence, sweeps);
    result.events = this.tree.eachEvent(setting, yield* this.posteriorOfEvents(evidence, setting, isPossible));
    result.coming.delete("events");
    /** @type {Map<number, number>} */
    const found = new Map();
    /** @type {Map<number, number>} */
    const possible = new Map(); // the same in logic, where it is asked for
    /** @type {(other: number) => Probability} */
    const given = (other) => {
      if (!isPossible) return null;
      if (edge === TRUE_EDGE) return sweeps.told(other);
      const p = found.get(other);
      const can = possible.size ? possible.get(other) : p;
      if (p === undefined || can === undefined) return null;
      return atMostOne(toldRatio(told(p, () => can > 0), all));
    };
    const top = entry(roots, this.tree.top);
    /** @type {(gate: string) => Probability} */
    const ofGate = (gate) => {
      const root = roots.get(gate);
      return root === undefined ? null : given(root);
    };
    /** @type {(part: "top" | "gates") => void} */
    const tell = (part) => {
      result.top = { p: given(top), notP: given(top ^ 1) };
      if (part === "gates") result.gates = new Map(this.tree.gates.map((gate) => [gate, ofGate(gate)]));
      result.coming.delete(part);
    };
    if (isPossible && edge !== TRUE_EDGE && !sweeps.diagram.hasModules) {
      for (const _ of jointProbabilities(found, sweeps, edge, roots, this.tree, evidence.gates.keys())) {
        if (result.coming.has("top") && found.has(top) && !sweeps.hasLost) tell("top");
        yield;
      }
      if (sweeps.hasLost) yield* jointProbabilities(possible, sweeps.logic, edge, roots, this.tree, evidence.gates.keys());
    } else found.set(edge, all).set(edge ^ 1, 0);
    tell("top");
    tell("gates");
  }

  /**
   * Posterior of an event, as a function of its name.
   *
   * @param {SeenAll} evidence
   * @param {Setting} setting
   * @param {boolean} isPossible
   * @returns {Steps<(name: string) => Probability>}
   */
  *posteriorOfEvents(evidence, setting, isPossible) {
    if (!isPossible) return () => null;
    const { sweeps, edge, seen } = evidence;
    const { certain } = yield* sweeps.conditionals(edge);
    const possible = sweeps.hasLost ? (yield* sweeps.logic.conditionals(edge)).certain : certain;
    const all = sweeps.at(edge);
    const members = yield* this.posteriorOfMembers(evidence, setting);
    return (name) => {
      if (seen.has(name)) return Number(seen.get(name));
      const member = members.get(name);
      if (member !== undefined) return member;
      const [q] = this.tree.sidesOf(name, setting);
      const level = sweeps.levels.get(name);
      const matters = level !== undefined && !Number.isNaN(certain[level]);
      if (!matters) return orNull(q);
      return atMostOne(toldRatio(told(q * certain[level], () => q > 0 && possible[level] > 0), all));
    };
  }

  /**
   * Posterior of every member of an exclusive group, by Bayes' rule: Map.
   *
   * @param {SeenAll} evidence
   * @param {Setting} setting
   * @returns {Steps<Map<string, Probability>>}
   */
  *posteriorOfMembers({ sweeps, edge, seen }, setting) {
    const all = sweeps.at(edge);
    /** @type {Map<string, Probability>} */
    const found = new Map();
    for (const [group, shares] of this.tree.exclusions.given(setting.shares, seen)) {
      for (const [place, [p]] of shares.members.entries()) {
        /** @type {Probability} */
        let fits = all;
        if (edge !== TRUE_EDGE && p > 0) {
          fits = sweeps.where(edge, group.links, group.linksWith(place));
          yield;
        }
        found.set(group.members[place], atMostOne(toldRatio(toldProduct(p, fits), all)));
      }
    }
    if (found.size) sweeps.probabilities();
    return found;
  }

  /**
   * @param {Setting} setting
   * @param {Observed} observed
   * @param {number} most
   * @returns {Steps<SetList>}
   */
  *explanations(setting, observed, most) {
    const { events, top, nodeBudget } = this.tree;
    const topOccurred = [...observed].every(([name, state]) => events.has(name) || (name === top && state));
    const evidence = yield* this.evidence(setting, observed, !topOccurred);
    const { variant, sweeps, edge, seen } = evidence;
    const forced = new Map([...setting.forced, ...seen]);
    const family = edge === variant.top && edge > TRUE_EDGE
      ? yield* this.cutSets.familyOf(variant, { ...setting, forced })
      : yield* minimalFamily(sweeps.diagram, edge, forced, nodeBudget);
    const weights = this.cutSets.weights(family, setting);
    const all = this.tree.swept(sweeps, setting, seen).at(edge);
    const whole = toldEvidence(evidence, sweeps);
    const isPossible = whole !== 0 && all >= LEAST && !Number.isNaN(evidence.factor);
    const looks = Math.max(most, Math.floor(WORK_FOR_EXPLANATIONS / sweeps.diagram.size));
    const always = [...seen].filter(([, state]) => state).map(([name]) => name);
    /** @type {RankedSet[]} */
    const sets = [];
    let [looked, note] = [0, ""];
    for (const levels of bestFirst(family, weights)) {
      const product = levels.reduce((soFar, level) => soFar * weights[level], 1);
      // A posterior is at most product / all, and products only fall from here on.
      const last = sets.at(-1);
      const canRise = isPossible && last !== undefined && product / all > (last.probability ?? 0);
      if (sets.length >= most && !canRise) break;
      if (looked++ >= looks) {
        note = `Ranked among the ${looks.toLocaleString("en")} sets that were likeliest before anything was observed.`;
        break;
      }
      const names = levels.map((level) => family.elements[level]);
      const fits = evidence.isPlain || !isPossible ? 1 : this.probabilityWith(sweeps, names, edge);
      const both = fits === null ? null : told(product * fits, () => fits > 0 && levels.every((level) => weights[level] !== 0));
      const probability = isPossible ? atMostOne(toldRatio(both, all)) : null;
      const place = sets.findIndex((other) => (other.probability ?? 0) < (probability ?? 0));
      sets.splice(place < 0 ? sets.length : place, 0, { events: [...always, ...names], probability, share: null });
      sets.length = Math.min(sets.length, most);
      yield;
    }
    if (whole === 0) note = "These observations cannot all hold: their probability is 0.";
    else if (all < LEAST) note = "Their probabilities are not worked out: that of the observations is too small for this page.";
    return { ...(yield* counted(family, always.length)), complete: true, note, sets, fussellVesely: null };
  }

  /**
   * Probability of a function given that some events occur; the rows' probabilities are left at that.
   *
   * @param {Sweeps} sweeps
   * @param {readonly string[]} events
   * @param {number} edge
   * @returns {Probability}
   */
  probabilityWith(sweeps, events, edge) {
    return sweeps.where(edge, events, events.map(() => [1, 0]));
  }
}

/**
 * Probability of the observations together, 0 where they cannot all hold.
 *
 * @param {SeenAll} evidence
 * @param {Sweeps} sweeps with the probabilities that they leave
 * @returns {Probability}
 */
function toldEvidence({ factor, canBe, edge }, sweeps) {
  return canBe ? told(factor * sweeps.at(edge), () => sweeps.isPossible(edge)) : 0;
}

/**
 * What rounding brought above 1.
 *
 * @param {Probability} p
 * @returns {Probability}
 */
function atMostOne(p) {
  return p === null ? null : Math.min(p, 1);
}
