// The tree as it is written: which gates are modules, and what stands above what.

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
