// From the tree's vertices to a diagram of all gates, with gates and house events settled as a page sets them.

import { BddForest } from "./bdd.js";
import { TRUE_EDGE } from "./diagram.js";
import { entry } from "../lookup.js";
import { Sweeps } from "./sweeps.js";

/** @import { Diagram } from "./diagram.js" */
/** @import { Alternatives } from "./exclusive.js" */
/** @import { Family } from "./family.js" */
/** @import { Steps, Vertex } from "../types" */

const MONOTONE = new Set(["", "and", "or", "atleast", "inhibit"]);

/** The tree with some gates and house events settled: the diagram of that, and what was worked out on it. */
export class Variant {
  /**
   * roots: Map gate -> edge, the top among them. coherent: whether the top is known to be monotone.
   * more: variables that may be wanted beside the diagram's.
   *
   * @param {Diagram} diagram
   * @param {ReadonlyMap<string, number>} roots
   * @param {number} top
   * @param {boolean} coherent
   * @param {readonly string[]} [more]
   */
  constructor(diagram, roots, top, coherent, more = []) {
    this.diagram = diagram;
    this.roots = roots;
    this.top = top;
    this.coherent = coherent;
    this.more = more;
    this.sweeps = new Sweeps(diagram);
    /** @type {Map<string, Family>} */
    this.families = new Map();
    /** @type {Set<string>} */
    this.tooLarge = new Set(); // families that were refused where the budget was small
    /** @type {Map<string, { sweeps: Sweeps, roots: Map<string, number>, edge: number }>} */
    this.evidence = new Map();
    /** @type {BddForest | null} */
    this.forest = null;
  }

  /**
   * A forest with the diagram's rows, unchanged, and nothing else.
   *
   * @param {number} budget
   * @returns {Steps<BddForest>}
   */
  *forestWithin(budget) {
    this.forest ??= yield* BddForest.holding(this.diagram, budget, this.more);
    this.forest.shrink(this.diagram.size);
    return this.forest;
  }
}

/**
 * Makes a diagram of all gates from the tree's vertices: Map key -> vertex. houses: Map name -> bool; settled:
 * Map name -> true | false | "free"; forest: its variables are all that may be free; edges: what is known in it, Map.
 */
export class Compiler {
  /**
   * @param {{ vertices: ReadonlyMap<string, Vertex>, houses: ReadonlyMap<string, boolean> }} tree
   * @param {ReadonlyMap<string, boolean | "free">} settled
   * @param {BddForest} forest
   * @param {Map<string, number>} [edges]
   */
  constructor({ vertices, houses }, settled, forest, edges = new Map()) {
    this.vertices = vertices;
    this.houses = houses;
    this.settled = settled;
    this.forest = forest;
    this.edges = edges;
    this.levels = new Map(forest.variables.map((name, level) => [name, level]));
  }

  /**
   * The variant of all gates, in steps. Throws NodeBudgetExhausted.
   *
   * @param {string} top
   * @returns {Steps<Variant>}
   */
  *variant(top) {
    const gates = [...this.vertices.values()].filter((vertex) => vertex.kind === "gate").map((vertex) => vertex.key);
    const names = [...new Set([...gates, top])];
    const made = [];
    for (const name of names) made.push(yield* this.edgeOf(name));
    const { diagram, edges } = this.forest.freeze(made);
    const roots = new Map(names.map((name, place) => [name, edges[place]]));
    const isPlain = [...this.vertices.values()].every((vertex) => MONOTONE.has(vertex.connective));
    return new Variant(diagram, roots, entry(roots, top), isPlain);
  }

  /**
   * Members of exclusive groups become functions of the links: their own, and none before it.
   *
   * @param {readonly Alternatives[]} groups
   * @returns {Steps<void>}
   */
  *chain(groups) {
    for (const { members, links } of groups) {
      let noneBefore = TRUE_EDGE;
      for (const [place, member] of members.entries()) {
        const link = this.forest.variable(entry(this.levels, links[place]));
        this.edges.set(member, yield* this.forest.all([link, noneBefore]));
        noneBefore = yield* this.forest.all([link ^ 1, noneBefore]);
      }
    }
  }

  /**
   * The function of a vertex where no two members of a group are true: a diagram whose minimal true points are the sets of
   * events that make it true. Members are variables here.
   *
   * @param {string} top
   * @param {readonly Alternatives[]} groups
   * @returns {Steps<{ diagram: Diagram, top: number }>}
   */
  *possible(top, groups) {
    let edge = yield* this.edgeOf(top);
    for (const { members } of groups) {
      const each = members.map((member) => this.forest.variable(entry(this.levels, member)));
      edge = yield* this.forest.all([edge, (yield* this.forest.atLeast(2, each)) ^ 1]);
    }
    const { diagram, edges } = this.forest.freeze([edge]);
    return { diagram, top: edges[0] };
  }

  /**
   * The function of a vertex, after those below it; with a stack, for trees of any depth.
   *
   * @param {string} key
   * @returns {Steps<number>}
   */
  *edgeOf(key) {
    const waiting = [key];
    for (let name = waiting.at(-1); name !== undefined; name = waiting.at(-1)) {
      const vertex = entry(this.vertices, name);
      const missing = this.isLeaf(vertex) ? [] : vertex.inputs.filter((input) => !this.edges.has(input));
      if (missing.length && !this.edges.has(name)) {
        waiting.push(...missing);
        continue;
      }
      if (!this.edges.has(name)) {
        this.edges.set(name, this.isLeaf(vertex) ? this.leaf(name) : yield* this.connected(vertex));
      }
      waiting.pop();
    }
    return entry(this.edges, key);
  }

  /**
   * @param {Vertex} vertex
   * @returns {boolean}
   */
  isLeaf({ key, connective }) {
    return !connective || this.settled.has(key);
  }

  /**
   * An event, or a gate or house event that is settled.
   *
   * @param {string} name
   * @returns {number}
   */
  leaf(name) {
    const state = this.settled.get(name) ?? this.houses.get(name);
    return typeof state === "boolean" ? Number(state) : this.forest.variable(entry(this.levels, name));
  }

  /**
   * The connective of a gate or formula applied to its inputs.
   *
   * @param {Vertex} vertex
   * @returns {Steps<number>}
   */
  *connected({ connective, low, high, inputs: keys }) {
    const forest = this.forest;
    const inputs = keys.map((key) => entry(this.edges, key));
    switch (connective) {
      case "and":
      case "inhibit":
        return yield* forest.all(inputs);
      case "or":
        return yield* forest.any(inputs);
      case "not":
      case "nand":
        return (yield* forest.all(inputs)) ^ 1;
      case "nor":
        return (yield* forest.any(inputs)) ^ 1;
      case "xor":
        return yield* forest.parity(inputs);
      case "iff":
        return (yield* forest.parity(inputs)) ^ 1;
      case "imply":
        return yield* forest.any([inputs[0] ^ 1, inputs[1]]);
      case "atleast":
        return yield* forest.atLeast(low, inputs);
      case "cardinality":
        return yield* forest.all([
          yield* forest.atLeast(low, inputs),
          (yield* forest.atLeast(high + 1, inputs)) ^ 1,
        ]);
    }
    throw new Error(`'${connective}' is no connective that this page knows`);
  }
}
