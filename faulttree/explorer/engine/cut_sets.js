// Minimal cut sets under settings: from the exported ones where they lead there, else from the diagram.

import { bestFirst, counted } from "./family.js";
import { NodeBudgetExhausted } from "./node_table.js";
import { BELOW, LEAST, told, toldRatio } from "./numbers.js";
import { kept } from "./slices.js";
import { minimalFamily, statesByLevel, ZbddForest } from "./zbdd.js";

/** @import { Variant } from "./compile.js" */
/** @import { Family } from "./family.js" */
/** @import { Tree } from "./tree.js" */
/** @import { Probability, RankedSet, Setting, SetList, Steps } from "../types" */

const ROWS_FOR_SHARES = 50_000;
const ROWS_FOR_SETS_AT_ONCE = 5_000;
const ROWS_OF_SETS_AT_ONCE = 20_000;
const MOST_KEPT = 64;

/**
 * The events that a setting settles for good, as the key of a cache.
 *
 * @param {Setting} setting
 * @returns {string}
 */
function familyKey({ forced }) {
  return JSON.stringify([...forced].sort());
}

/** The minimal cut sets of a tree under settings. */
export class CutSets {
  /** @param {Tree} tree */
  constructor(tree) {
    this.tree = tree;
  }

  /**
   * The exported cut sets where they are those of this variant, or lead to them; else null.
   *
   * @param {Variant} variant
   * @param {Setting} setting
   * @returns {Family | null}
   */
  exported(variant, { forced }) {
    return variant === this.tree.written && (this.tree.coherent || forced.size === 0) ? this.tree.family : null;
  }

  /**
   * The minimal cut sets, in steps. Throws NodeBudgetExhausted.
   *
   * @param {Variant} variant
   * @param {Setting} setting
   * @param {number} [budget]
   * @returns {Steps<Family>}
   */
  *familyOf(variant, setting, budget = this.tree.nodeBudget) {
    const make = () => this.foundFamily(variant, setting, budget);
    return yield* kept(variant.families, familyKey(setting), MOST_KEPT, make);
  }

  /**
   * @param {Variant} variant
   * @param {Setting} setting
   * @param {number} budget
   * @returns {Steps<Family>}
   */
  *foundFamily(variant, setting, budget) {
    const exported = this.exported(variant, setting);
    if (exported) return yield* this.settledFamily(exported, setting.forced, budget);
    const { diagram, top } = yield* this.tree.forSets(setting);
    return yield* minimalFamily(diagram, top, setting.forced, budget);
  }

  /**
   * The cut sets of a coherent tree once some events are settled.
   *
   * @param {Family} family
   * @param {ReadonlyMap<string, boolean>} forced
   * @param {number} budget
   * @returns {Steps<Family>}
   */
  *settledFamily(family, forced, budget) {
    if (forced.size === 0) return family;
    const forest = new ZbddForest(family.elements, budget);
    return forest.freeze(yield* forest.settled(family, statesByLevel(family.elements, forced)));
  }

  /**
   * Fussell-Vesely importance as a function of the event's name, or null where it takes long.
   *
   * @param {Variant} variant
   * @param {Setting} setting
   * @returns {Steps<((name: string) => Probability) | null>}
   */
  *sharesAtHand(variant, setting) {
    const key = familyKey(setting);
    if (!variant.families.has(key) && !variant.tooLarge.has(key)) {
      const exported = this.exported(variant, setting);
      const isSmall = exported
        ? exported.size < (setting.forced.size ? ROWS_FOR_SETS_AT_ONCE : ROWS_FOR_SHARES)
        : variant.diagram.size < ROWS_FOR_SETS_AT_ONCE && !variant.diagram.hasModules;
      if (!isSmall) return null;
      try {
        yield* this.familyOf(variant, setting, ROWS_OF_SETS_AT_ONCE);
      } catch (error) {
        if (!(error instanceof NodeBudgetExhausted)) throw error;
        variant.tooLarge.add(key);
      }
    }
    const family = variant.families.get(key);
    return family && family.size < ROWS_FOR_SHARES ? this.shares(family, setting) : null;
  }

  /**
   * Share of an event in the summed probability of the cut sets, as a function of its name.
   *
   * @param {Family} family
   * @param {Setting} setting
   * @returns {(name: string) => Probability}
   */
  shares(family, setting) {
    const weights = this.weights(family, setting);
    const places = new Map(family.elements.map((name, level) => [name, level]));
    const parts = family.shares(weights);
    const sum = family.sums(weights)[family.root];
    const occurring = family.occurring(weights);
    const none = occurring.any ? 0 : NaN;
    const whole = told(sum, () => occurring.any);
    return (name) => {
      const place = places.get(name);
      if (place === undefined || !occurring.levels[place]) return none;
      const isKept = parts[place] * sum >= LEAST || Number.isNaN(parts[place] * sum);
      return isKept ? parts[place] : toldRatio(BELOW, whole);
    };
  }

  /**
   * Probability of every element of a family by level; 0 of those in no set: Float64Array.
   *
   * @param {Family} family
   * @param {Setting} setting
   * @returns {Float64Array}
   */
  weights(family, setting) {
    const used = new Uint8Array(family.elements.length);
    for (let row = 2; row < family.size; row++) used[family.level[row]] = 1;
    return Float64Array.from(family.elements, (name, level) => (used[level] ? this.tree.sidesOf(name, setting)[0] : 0));
  }

  /**
   * The minimal cut sets, the likeliest first, or the smallest where a probability is missing.
   *
   * @param {Setting} setting
   * @param {number} most
   * @returns {Steps<SetList>}
   */
  *ranked(setting, most) {
    const variant = yield* this.tree.variant(setting);
    const family = yield* this.familyOf(variant, setting);
    const weights = this.weights(family, setting);
    const sum = family.sums(weights)[family.root];
    const whole = told(sum, () => family.occurring(weights).any);
    yield;
    /** @type {RankedSet[]} */
    const sets = [];
    for (const levels of bestFirst(family, weights)) {
      if (sets.length >= most) break;
      const product = levels.reduce((soFar, level) => soFar * weights[level], 1);
      const probability = told(product, () => levels.every((level) => weights[level] !== 0));
      const events = levels.map((level) => family.elements[level]);
      const share = toldRatio(probability, whole);
      sets.push({ events, probability, share: share === null || Number.isNaN(share) ? null : share });
      yield;
    }
    const share = Number.isNaN(sum) ? null : this.shares(family, setting);
    const names = [...this.tree.events.keys(), ...setting.numbers.keys()];
    const fussellVesely = share && new Map(names.map((name) => [name, share(name)]));
    return { ...(yield* counted(family)), complete: true, note: "", sets, fussellVesely };
  }
}
