// What was observed and every gate at once: joint probabilities, module by module.

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

/**
 * The gates whose events the rest of the tree sees through them alone: {modules: Set, around: Map}.
 * around: of every vertex but the top, the smallest module that it is in. vertices: Map key -> vertex.
 * Source: Y. Dutuit, A. Rauzy, IEEE Trans. Reliability 45, 1996: a walk with the times at which each vertex is met.
 */
export function modulesOf(vertices, top) {
  const times = new Map();
  const modules = new Set();
  const waiting = [top];
  for (let time = 1; waiting.length; time++) {
    const key = waiting.at(-1);
    const { inputs } = vertices.get(key);
    const met = times.get(key);
    if (met === undefined) {
      times.set(key, { first: time, last: time, left: 0, earliest: Infinity, latest: 0 });
      waiting.push(...inputs);
      continue;
    }
    waiting.pop();
    if (met.left) {
      met.last = time;
      continue;
    }
    met.left = met.last = time;
  }
  // Inputs are left before what they are inputs of.
  const inputsFirst = [...times].sort(([, one], [, other]) => one.left - other.left);
  for (const [key, met] of inputsFirst) {
    for (const below of vertices.get(key).inputs.map((input) => times.get(input))) {
      met.earliest = Math.min(met.earliest, below.first, below.earliest);
      met.latest = Math.max(met.latest, below.last, below.latest);
    }
    if (vertices.get(key).kind === "gate" && met.earliest > met.first && met.latest < met.left) modules.add(key);
  }
  const around = new Map();
  for (const [key] of [...times].sort(([, one], [, other]) => one.first - other.first)) {
    for (const input of vertices.get(key).inputs) {
      if (!around.has(input)) around.set(input, modules.has(key) ? key : around.get(key));
    }
  }
  return { modules, around };
}

/** What every vertex is an input of: Map key -> keys. */
export function parentsOf(vertices) {
  const parents = new Map([...vertices.keys()].map((key) => [key, []]));
  for (const { key, inputs } of vertices.values()) for (const input of inputs) parents.get(input).push(key);
  return parents;
}

/** Everything above some vertices, these left out unless one is above another: Set. */
export function above(parents, keys) {
  const found = new Set();
  const waiting = [...keys];
  while (waiting.length) {
    for (const parent of parents.get(waiting.pop())) {
      if (!found.has(parent)) {
        found.add(parent);
        waiting.push(parent);
      }
    }
  }
  return found;
}
