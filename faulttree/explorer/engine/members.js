// Importance of events that exclude each other, as faulttree/importance/exclusive.py has it: P(top | member) is that with
// the member true and the others of its group false, P(top | no member) that with it false and the others, and that none
// is true, in the proportions that they have.

import { BELOW, LEAST, told, toldRatio } from "./numbers.js";
import { PreciseSweeps } from "./precise.js";

/** @import { Variant } from "./compile.js" */
/** @import { Measures, Probability, Setting, Steps } from "../types" */

/**
 * Every measure but Fussell-Vesely of the members whose probabilities are known: Map. Differences keep their digits as far
 * as 30 digits of their terms do; NaN where a member is certain and one of its group has to be.
 *
 * @param {Variant} variant
 * @param {Setting} setting
 * @param {number} top its probability
 * @returns {Steps<Map<string, Omit<Measures, "fussellVesely">>>}
 */
export function* measuresOfMembers({ sweeps, diagram, top: root }, { shares, forced }, top) {
  /** @type {Map<string, Omit<Measures, "fussellVesely">>} */
  const found = new Map();
  if (shares.size === 0) return found;
  const precise = new PreciseSweeps(diagram, root);
  for (const [group, own] of shares) {
    const isCertain = group.members.some((member) => forced.get(member) === true);
    if (!group.isKnown && (isCertain || Number.isNaN(own.none))) continue;
    for (const [place, member] of group.members.entries()) {
      const back = sweeps.assume(group.links, group.linksWith(place));
      const certain = yield* precise.probability(sweeps);
      const withIt = told(certain.value, () => sweeps.canBe(root));
      back();
      const links = group.linksWithout(own, place);
      /** @type {Probability} */
      let slope = NaN;
      /** @type {Probability} */
      let without = NaN;
      if (links) {
        const undo = sweeps.assume(group.links, links);
        const impossible = yield* precise.probability(sweeps);
        without = told(impossible.value, () => sweeps.canBe(root));
        undo();
        slope = toldSlope(certain.less(impossible), withIt, without);
      }
      found.set(member, {
        birnbaum: slope,
        criticality: criticality(own.members[place][0], slope, top),
        raw: toldRatio(withIt, top),
        rrw: toldRatio(top, without),
      });
      yield;
    }
  }
  return found;
}

/**
 * A difference of two probabilities as it can be told.
 *
 * @param {number} slope
 * @param {Probability} withIt
 * @param {Probability} without
 * @returns {Probability}
 */
function toldSlope(slope, withIt, without) {
  if (withIt !== BELOW && without !== BELOW) return slope;
  if (Math.abs(slope) >= LEAST) return slope;
  return withIt === BELOW && without === 0 ? BELOW : null;
}

/**
 * Probability of an event times the slope, over P(top), as it can be told.
 *
 * @param {number} q
 * @param {Probability} slope
 * @param {Probability} top
 * @returns {Probability}
 */
export function criticality(q, slope, top) {
  if (slope === null || Number.isNaN(slope)) return slope;
  const loss = q * slope;
  if (slope !== BELOW && (Math.abs(loss) >= LEAST || q === 0 || slope === 0)) return toldRatio(loss, top);
  return slope > 0 && q > 0 ? toldRatio(BELOW, top) : q === 0 ? toldRatio(0, top) : null;
}
