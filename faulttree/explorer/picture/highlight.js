// Which gates a set of true events reaches; the rules of render/highlight.py.

import { entry } from "../lookup.js";

/** @import { State, Vertex } from "../types" */

/**
 * Whether the input at the position, being true, can help to make the gate true.
 *
 * @param {string} connective
 * @param {number} position
 * @returns {boolean}
 */
export function inputHelps(connective, position) {
  return !["not", "nand", "nor"].includes(connective) && (connective !== "imply" || position === 1);
}

/**
 * Whether a gate is true when its inputs have these values.
 *
 * @param {{ connective: string, low: number, high: number }} gate
 * @param {readonly boolean[]} values
 * @returns {boolean}
 */
function holds({ connective, low, high }, values) {
  const count = values.filter(Boolean).length;
  switch (connective) {
    case "and": case "inhibit": return count === values.length;
    case "or": return count > 0;
    case "xor": return count % 2 === 1;
    case "not": case "nor": return count === 0;
    case "nand": return count < values.length;
    case "iff": return values[0] === values[1];
    case "imply": return !values[0] || values[1];
    case "atleast": return count >= low;
    default: return low <= count && count <= high;
  }
}

/**
 * Keys with every input before the gate it feeds.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @param {string} top
 * @returns {string[]}
 */
export function inputsFirst(vertices, top) {
  /** @type {string[]} */
  const order = [];
  const met = new Set();
  /** @type {[string, number][]} */
  const waiting = [[top, 0]];
  for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
    const [key] = last;
    met.add(key);
    const { inputs } = entry(vertices, key);
    while (last[1] < inputs.length && met.has(inputs[last[1]])) last[1] += 1;
    if (last[1] < inputs.length) waiting.push([inputs[last[1]], 0]);
    else {
      order.push(key);
      waiting.pop();
    }
  }
  return order;
}

/**
 * Keys of the named elements and of every gate and formula the named events reach: a gate is reached when it is true
 * with these events true and all others false, and one of its inputs that count is reached.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @param {readonly string[]} order
 * @param {ReadonlySet<string>} names
 * @param {(vertex: Vertex) => State | undefined} stateOf
 * @returns {Set<string>}
 */
export function wayToTop(vertices, order, names, stateOf) {
  /** @type {Set<string>} */
  const reached = new Set();
  if (!names.size) return reached;
  const isTrue = new Set();
  for (const key of order) {
    const vertex = entry(vertices, key);
    const { connective, inputs } = vertex;
    const state = stateOf(vertex);
    const named = names.has(vertex.name);
    let value = named && !connective;
    if (typeof state === "boolean") value = state;
    else if (connective) value = holds(vertex, inputs.map((input) => isTrue.has(input)));
    if (value) isTrue.add(key);
    const isLed = connective && value && inputs.some((input, position) =>
      reached.has(input) && isTrue.has(input) && inputHelps(connective, position));
    if (named || isLed) reached.add(key);
  }
  return reached;
}
