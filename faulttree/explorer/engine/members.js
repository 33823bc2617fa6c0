// Importance of events that exclude each other, as faulttree/importance/exclusive.py has it: P(top | member) is that with
// the member true and the others of its group false, P(top | no member) that with it false and the others, and that none
// is true, in the proportions that they have.

import { ratio } from "./numbers.js";
import { PreciseSweeps } from "./precise.js";

/** @import { Variant } from "./compile.js" */
/** @import { Measures, Setting, Steps } from "../types" */

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
      back();
      const links = group.linksWithout(own, place);
      let [slope, impossible] = [NaN, NaN];
      if (links) {
        const undo = sweeps.assume(group.links, links);
        const without = yield* precise.probability(sweeps);
        undo();
        [slope, impossible] = [certain.less(without), without.value];
      }
      found.set(member, {
        birnbaum: slope,
        criticality: ratio(own.members[place][0] * slope, top),
        raw: ratio(certain.value, top),
        rrw: ratio(top, impossible),
      });
      yield;
    }
  }
  return found;
}
