// What was observed and every gate at once: joint probabilities, module by module.

import { entry } from "../lookup.js";
import { above } from "./vertices.js";

/** @import { Sweeps } from "./sweeps.js" */
/** @import { Tree } from "./tree.js" */
/** @import { Steps } from "../types" */

/**
 * Fill in P(evidence and f) for the top and every gate: found, a Map edge -> P, without those that would take too long.
 * edge: the evidence; roots: Map gate -> edge; observed: keys of the gates that it was made of. The top comes first.
 * A gate in a module that no observed gate is in knows of the evidence only what the module says:
 * P(evidence and gate) = P(evidence | module) P(module and gate) + P(evidence | no module) P(no module and gate).
 *
 * @param {Map<number, number>} found
 * @param {Sweeps} sweeps
 * @param {number} edge
 * @param {ReadonlyMap<string, number>} roots
 * @param {Tree} tree
 * @param {Iterable<string>} observed
 * @returns {Steps<void>}
 */
export function* jointProbabilities(found, sweeps, edge, roots, tree, observed) {
  const mixed = above(tree.parents, observed);
  /** @type {(gate: string) => boolean} */
  const isModule = (gate) => tree.modules.has(gate) && !mixed.has(gate);
  /** @type {Set<number>} */
  const modules = new Set();
  /** @type {Map<string | undefined, number[]>} */
  const groups = new Map([[undefined, []]]);
  // The top comes first, and modules before what is in them.
  for (const gate of [tree.top, ...tree.around.keys()]) {
    const root = roots.get(gate);
    if (root === undefined) continue;
    const module = tree.around.get(gate);
    const key = module !== undefined && isModule(module) ? module : undefined;
    if (!groups.has(key)) groups.set(key, []);
    entry(groups, key).push(...(isModule(gate) || gate === tree.top ? [root, root ^ 1] : [root]));
    if (isModule(gate)) modules.add(root).add(root ^ 1);
  }
  found.set(edge, sweeps.at(edge)).set(edge ^ 1, 0);
  sweeps.conjunctions.forget();
  const top = entry(roots, tree.top);
  for (const [other, p] of yield* sweeps.conjunctions.together(edge, [top, top ^ 1], modules)) found.set(other, p);
  for (const [module, edges] of groups) {
    /** @type {(side: number) => [number, number]} */
    const weighed = (side) => [side, givenSide(sweeps, found, side)];
    const whole = module === undefined ? edge : entry(roots, module);
    /** @type {[number, number][]} */
    const sides = module === undefined ? [[edge, 1]] : [weighed(whole), weighed(whole ^ 1)];
    const parts = sides.filter(([, weight]) => weight !== 0);
    /** @type {Map<number, number>[]} */
    const joint = [];
    for (const [side] of parts) joint.push(yield* sweeps.conjunctions.together(side, edges, modules));
    for (const other of edges) {
      if (found.has(other) || joint.some((known) => !known.has(other))) continue;
      const sum = parts.reduce((sum, [, weight], place) => sum + sweeps.times(weight, entry(joint[place], other)), 0);
      found.set(other, Math.min(sum, sweeps.most));
    }
  }
}

/**
 * P(evidence | a side of a module): 0 where that side cannot be, NaN where it took too long.
 *
 * @param {Sweeps} sweeps
 * @param {ReadonlyMap<number, number>} found
 * @param {number} side
 * @returns {number}
 */
function givenSide(sweeps, found, side) {
  const p = sweeps.at(side);
  return p === 0 ? 0 : (found.get(side) ?? NaN) / p;
}
