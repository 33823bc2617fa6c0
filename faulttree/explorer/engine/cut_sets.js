// Minimal cut sets under settings: from the exported ones where they lead there, else from the diagram.

import { bestFirst, counted } from "./family.js";
import { NodeBudgetExhausted } from "./node_table.js";
import { orNull, ratio } from "./numbers.js";
import { kept } from "./slices.js";
import { minimalFamily, statesByLevel, ZbddForest } from "./zbdd.js";

const ROWS_FOR_SHARES = 50_000;
const ROWS_FOR_SETS_AT_ONCE = 5_000;
const ROWS_OF_SETS_AT_ONCE = 20_000;
const MOST_KEPT = 64;

/** The events that a setting settles for good, as the key of a cache. */
function familyKey({ forced }) {
  return JSON.stringify([...forced].sort());
}

/** The minimal cut sets of a tree under settings. */
export class CutSets {
  constructor(tree) {
    this.tree = tree;
  }

  /** Whether the exported cut sets are those of this variant, or lead to them. */
  hasFamily(variant, { forced }) {
    return variant === this.tree.written && this.tree.family !== null && (this.tree.coherent || forced.size === 0);
  }

  /** The minimal cut sets, in steps. Throws NodeBudgetExhausted. */
  *familyOf(variant, setting, budget = this.tree.nodeBudget) {
    const key = familyKey(setting);
    if (variant.families.get(key) === null) variant.families.delete(key); // refused where the budget was small
    return yield* kept(variant.families, key, MOST_KEPT, () => this.foundFamily(variant, setting, budget));
  }

  *foundFamily(variant, setting, budget) {
    if (this.hasFamily(variant, setting)) return yield* this.settledFamily(setting.forced, budget);
    const { diagram, top } = yield* this.tree.variant(setting, true);
    return yield* minimalFamily(diagram, top, setting.forced, budget);
  }

  /** The exported cut sets of a coherent tree once some events are settled. */
  *settledFamily(forced, budget) {
    const { family } = this.tree;
    if (forced.size === 0) return family;
    const forest = new ZbddForest(family.elements, budget);
    return forest.freeze(yield* forest.settled(family, statesByLevel(family.elements, forced)));
  }

  /** Fussell-Vesely importance as a function of the event's name, or null where it takes long. */
  *sharesAtHand(variant, setting) {
    const key = familyKey(setting);
    if (!variant.families.has(key)) {
      const isSmall = this.hasFamily(variant, setting)
        ? this.tree.family.size < (setting.forced.size ? ROWS_FOR_SETS_AT_ONCE : ROWS_FOR_SHARES)
        : variant.diagram.size < ROWS_FOR_SETS_AT_ONCE && !variant.diagram.hasModules;
      if (!isSmall) return null;
      try {
        yield* this.familyOf(variant, setting, ROWS_OF_SETS_AT_ONCE);
      } catch (error) {
        if (!(error instanceof NodeBudgetExhausted)) throw error;
        variant.families.set(key, null);
      }
    }
    const family = variant.families.get(key);
    return family && family.size < ROWS_FOR_SHARES ? this.shares(family, setting) : null;
  }

  /** Share of an event in the summed probability of the cut sets, as a function of its name. */
  shares(family, setting) {
    const weights = this.weights(family, setting);
    const places = new Map(family.elements.map((name, level) => [name, level]));
    const parts = family.shares(weights);
    const none = ratio(0, family.sums(weights)[family.root]);
    return (name) => (places.has(name) ? parts[places.get(name)] : none);
  }

  /** Probability of every element of a family by level; 0 of those in no set: Float64Array. */
  weights(family, setting) {
    const used = new Uint8Array(family.elements.length);
    for (let row = 2; row < family.size; row++) used[family.level[row]] = 1;
    return Float64Array.from(family.elements, (name, level) => (used[level] ? this.tree.sidesOf(name, setting)[0] : 0));
  }

  /** The minimal cut sets, the likeliest first; the shape is that of `cutSets` in engine.js. */
  *ranked(setting, most) {
    const variant = yield* this.tree.variant(setting);
    const family = yield* this.familyOf(variant, setting);
    const weights = this.weights(family, setting);
    const sum = family.sums(weights)[family.root];
    yield;
    const sets = [];
    for (const levels of bestFirst(family, weights)) {
      if (sets.length >= most) break;
      const probability = levels.reduce((product, level) => product * weights[level], 1);
      const events = levels.map((level) => family.elements[level]);
      sets.push({ events, probability: orNull(probability), share: orNull(ratio(probability, sum)) });
      yield;
    }
    const share = Number.isNaN(sum) ? null : this.shares(family, setting);
    const names = [...this.tree.events.keys(), ...setting.numbers.keys()];
    const fussellVesely = share && new Map(names.map((name) => [name, share(name)]));
    return { ...(yield* counted(family)), complete: true, note: "", sets, fussellVesely };
  }
}
