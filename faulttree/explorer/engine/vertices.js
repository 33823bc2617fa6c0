// The tree as it is written: which gates are modules, and what stands above what.

import { entry } from "../lookup.js";

/** @import { Vertex } from "../types" */

/**
 * The gates whose events the rest of the tree sees through them alone: {modules: Set, around: Map}.
 * around: of every vertex but the top, the smallest module that it is in, if any. vertices: Map key -> vertex.
 * Source: Y. Dutuit, A. Rauzy, IEEE Trans. Reliability 45, 1996: a walk with the times at which each vertex is met.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @param {string} top
 * @returns {{ modules: Set<string>, around: Map<string, string | undefined> }}
 */
export function modulesOf(vertices, top) {
  /** @type {Map<string, { first: number, last: number, left: number, earliest: number, latest: number }>} */
  const times = new Map();
  /** @type {Set<string>} */
  const modules = new Set();
  const waiting = [top];
  let time = 0;
  for (let key = waiting.at(-1); key !== undefined; key = waiting.at(-1)) {
    time += 1;
    const { inputs } = entry(vertices, key);
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
    for (const below of entry(vertices, key).inputs.map((input) => entry(times, input))) {
      met.earliest = Math.min(met.earliest, below.first, below.earliest);
      met.latest = Math.max(met.latest, below.last, below.latest);
    }
    if (entry(vertices, key).kind === "gate" && met.earliest > met.first && met.latest < met.left) modules.add(key);
  }
  /** @type {Map<string, string | undefined>} */
  const around = new Map();
  for (const [key] of [...times].sort(([, one], [, other]) => one.first - other.first)) {
    for (const input of entry(vertices, key).inputs) {
      if (!around.has(input)) around.set(input, modules.has(key) ? key : around.get(key));
    }
  }
  return { modules, around };
}

/**
 * The same vertices, every member of a group above one of its own: what holds only some of them is no module then.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @param {readonly { members: readonly string[] }[]} groups
 * @returns {ReadonlyMap<string, Vertex>}
 */
export function tied(vertices, groups) {
  if (groups.length === 0) return vertices;
  const found = new Map(vertices);
  for (const [number, { members }] of groups.entries()) {
    const key = `\0${number}`; // of no element
    for (const member of members) found.set(member, { ...entry(vertices, member), inputs: [key] });
    found.set(key, { ...entry(vertices, members[0]), key, name: "", inputs: [] });
  }
  return found;
}

/**
 * What every vertex is an input of: Map key -> keys.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @returns {Map<string, string[]>}
 */
export function parentsOf(vertices) {
  /** @type {Map<string, string[]>} */
  const parents = new Map([...vertices.keys()].map((key) => [key, []]));
  for (const { key, inputs } of vertices.values()) for (const input of inputs) entry(parents, input).push(key);
  return parents;
}

/**
 * Everything above some vertices, these left out unless one is above another: Set.
 *
 * @param {ReadonlyMap<string, readonly string[]>} parents
 * @param {Iterable<string>} keys
 * @returns {Set<string>}
 */
export function above(parents, keys) {
  /** @type {Set<string>} */
  const found = new Set();
  const waiting = [...keys];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const parent of entry(parents, key)) {
      if (!found.has(parent)) {
        found.add(parent);
        waiting.push(parent);
      }
    }
  }
  return found;
}
