// What was observed and every gate at once: joint probabilities, module by module.

import { above } from "./vertices.js";

/**
 * Fill in P(evidence and f) for the top and every gate: found, a Map edge -> P, without those that would take too long.
 * edge: the evidence; roots: Map gate -> edge; observed: keys of the gates that it was made of. The top comes first.
 * A gate in a module that no observed gate is in knows of the evidence only what the module says:
 * P(evidence and gate) = P(evidence | module) P(module and gate) + P(evidence | no module) P(no module and gate).
 */
export function* jointProbabilities(found, sweeps, edge, roots, tree, observed) {
  const mixed = above(tree.parents, observed);
  const isModule = (gate) => tree.modules.has(gate) && !mixed.has(gate);
  const modules = new Set();
  const groups = new Map([[undefined, []]]);
  // The top comes first, and modules before what is in them.
  for (const gate of [tree.top, ...tree.around.keys()]) {
    const root = roots.get(gate);
    if (root === undefined) continue;
    const module = tree.around.get(gate);
    const key = module !== undefined && isModule(module) ? module : undefined;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(...(isModule(gate) || gate === tree.top ? [root, root ^ 1] : [root]));
    if (isModule(gate)) modules.add(root).add(root ^ 1);
  }
  found.set(edge, sweeps.at(edge)).set(edge ^ 1, 0);
  sweeps.jointPairs.forget();
  const top = roots.get(tree.top);
  for (const [other, p] of yield* sweeps.together(edge, [top, top ^ 1], modules)) found.set(other, p);
  for (const [module, edges] of groups) {
    const whole = roots.get(module);
    const weighed = (side) => [side, givenSide(sweeps, found, side)];
    const sides = module === undefined ? [[edge, 1]] : [weighed(whole), weighed(whole ^ 1)];
    const parts = sides.filter(([, weight]) => weight !== 0);
    const joint = [];
    for (const [side] of parts) joint.push(yield* sweeps.together(side, edges, modules));
    for (const other of edges) {
      if (found.has(other) || joint.some((known) => !known.has(other))) continue;
      found.set(other, parts.reduce((sum, [, weight], place) => sum + weight * joint[place].get(other), 0));
    }
  }
  return found;
}

/** P(evidence | a side of a module): 0 where that side cannot be, NaN where it took too long. */
function givenSide(sweeps, found, side) {
  const p = sweeps.at(side);
  return p === 0 ? 0 : (found.get(side) ?? NaN) / p;
}
