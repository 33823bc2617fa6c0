// The fault tree of a page under settings: which diagram it has then, and the probabilities on it.

import { BddForest } from "./bdd.js";
import { columnsOf, int32From } from "./columns.js";
import { Compiler, Variant } from "./compile.js";
import { Diagram } from "./diagram.js";
import { Exclusions } from "./exclusive.js";
import { Family } from "./family.js";
import { entry } from "../lookup.js";
import { kept } from "./slices.js";
import { above, modulesOf, parentsOf, tied } from "./vertices.js";

/** @import { Sweeps } from "./sweeps.js" */
/** @import { Observed, Payload, Probability, Setting, Sides, States, Steps } from "../types" */

export const DEFAULT_NODE_BUDGET = 2_000_000;
export const MOST_VARIANTS = 16;

/** The model of a page, and its diagram once gates and house events are settled. */
export class Tree {
  /**
   * payload: the page's model. nodeBudget: rows that one diagram made here may have.
   *
   * @param {Payload} payload
   * @param {number} nodeBudget
   */
  constructor(payload, nodeBudget) {
    const { variables, nodes, modules, roots } = payload.bdd;
    this.nodeBudget = nodeBudget;
    // Maps, for a name may be that of a property which every object has.
    this.vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
    this.parents = parentsOf(this.vertices);
    this.events = new Map(Object.entries(payload.events));
    this.houses = new Map(Object.entries(payload.houses));
    this.exclusions = new Exclusions(payload.exclusive);
    this.gates = [...this.vertices.values()].filter((vertex) => vertex.kind === "gate").map((vertex) => vertex.key);
    this.top = payload.top;
    this.coherent = payload.monotone;
    const diagram = new Diagram(variables, columnsOf(int32From(nodes)), int32From(modules));
    const edges = new Map(Object.entries(roots));
    this.isWhole = !diagram.hasModules && this.gates.every((gate) => edges.has(gate));
    // What the diagram's order lacks comes last; gates and house events too, for they may be set to a number.
    const { placeOf, memberOf } = this.exclusions;
    const known = variables.filter((name) => this.isWhole || this.events.has(name) || memberOf.has(name));
    const independent = [...this.events.keys()].filter((name) => !placeOf.has(name));
    this.order = [...new Set([...known, ...independent, ...memberOf.keys(), ...this.houses.keys(), ...this.gates])];
    const more = this.isWhole ? this.order.slice(variables.length) : [];
    this.written = new Variant(diagram, edges, entry(edges, payload.top), payload.monotone, more);
    /** @type {Map<string, Variant>} */
    this.variants = new Map();
    /** @type {Map<string, { diagram: Diagram, top: number }>} */
    this.possible = new Map();
    const { modules: found, around } = modulesOf(tied(this.vertices, payload.exclusive), this.top);
    this.modules = found;
    this.around = around;
    /** @type {Family | null} */
    this.family = null;
    this.setsLeftOut = payload.sets_left_out ?? "";
    if (payload.zbdd) {
      const { elements, nodes: rows, root } = payload.zbdd;
      this.family = new Family(elements, columnsOf(int32From(rows)), root);
    }
  }

  /**
   * What states do: settled gates and house events, events settled for good, and every number given. Throws where they
   * give the members of an exclusive group more, or less, than one truth.
   *
   * @param {States} states
   * @returns {Setting}
   */
  setting(states) {
    /** @type {Map<string, boolean | "free">} */
    const settled = new Map();
    /** @type {Map<string, boolean>} */
    const forced = new Map();
    /** @type {Map<string, number>} */
    const numbers = new Map();
    for (const [name, state] of states) {
      const isEvent = this.events.has(name);
      if (!isEvent && !this.houses.has(name) && this.vertices.get(name)?.kind !== "gate") {
        throw new Error(`There is no event or gate '${name}' in this tree.`);
      }
      if (typeof state === "number") numbers.set(name, state);
      if (isEvent && typeof state === "boolean") forced.set(name, state);
      if (!isEvent && state !== this.houses.get(name)) {
        settled.set(name, typeof state === "number" ? "free" : state);
      }
    }
    for (const member of this.exclusions.ruledOut(states)) forced.set(member, false);
    return { settled, forced, numbers, shares: this.exclusions.shares(states) };
  }

  /**
   * The tree once these gates and house events are settled. flat: in a diagram without modules, with every gate.
   *
   * @param {Setting} setting
   * @param {boolean} [flat]
   * @returns {Steps<Variant>}
   */
  *variant(setting, flat = false) {
    const { settled } = setting;
    if (settled.size === 0 && (!flat || this.isWhole)) return this.written;
    return yield* kept(this.variants, settledKey(setting), MOST_VARIANTS, () => this.compiled(settled));
  }

  /**
   * The variant of these settings. Only what is above them is made anew, where every gate's function is at hand.
   *
   * @param {ReadonlyMap<string, boolean | "free">} settled
   * @returns {Steps<Variant>}
   */
  *compiled(settled) {
    const forest = this.isWhole ? yield* this.written.forestWithin(this.nodeBudget) : new BddForest(this.order, this.nodeBudget);
    const changed = above(this.parents, settled.keys());
    const same = this.isWhole ? [...this.written.roots].filter(([gate]) => !changed.has(gate) && !settled.has(gate)) : [];
    const compiler = new Compiler(this, settled, forest, new Map(same));
    yield* compiler.chain(this.exclusions.groups);
    return yield* compiler.variant(this.top);
  }

  /**
   * The function whose minimal true points are the cut sets: no two members of a group are true in it. In a diagram without
   * modules, members as variables.
   *
   * @param {Setting} setting
   * @returns {Steps<{ diagram: Diagram, top: number }>}
   */
  *forSets(setting) {
    const { groups, memberOf, isEmpty } = this.exclusions;
    if (isEmpty) return yield* this.variant(setting, true);
    return yield* kept(this.possible, settledKey(setting), MOST_VARIANTS, () => {
      const order = new Set(this.order.map((name) => memberOf.get(name) ?? name));
      const forest = new BddForest([...order], this.nodeBudget);
      return new Compiler(this, setting.settled, forest).possible(this.top, groups);
    });
  }

  /**
   * Probability of an event and of its absence: [q, 1 - q], NaN where none is known.
   *
   * @param {string} name
   * @param {Setting} setting
   * @returns {Sides}
   */
  sidesOf(name, { forced, numbers, shares }) {
    const state = forced.get(name) ?? numbers.get(name);
    if (state !== undefined) return [Number(state), 1 - Number(state)];
    const member = this.exclusions.placeOf.get(name);
    if (member) return entry(shares, member.group).members[member.place];
    return this.events.get(name) ?? [NaN, NaN];
  }

  /**
   * Sweeps of a diagram with the probabilities under a setting; what was observed is certain.
   *
   * @param {Sweeps} sweeps
   * @param {Setting} setting
   * @param {Observed} [observed]
   * @returns {Sweeps}
   */
  swept(sweeps, setting, observed = new Map()) {
    const { variables, modules } = sweeps.diagram;
    const links = this.exclusions.links(this.exclusions.given(setting.shares, observed));
    for (let level = 0; level < variables.length; level++) {
      if (modules[level]) continue;
      const seen = observed.get(variables[level]);
      const plain = () => (seen === undefined ? this.sidesOf(variables[level], setting) : [Number(seen), Number(!seen)]);
      const sides = links.get(variables[level]) ?? plain();
      sweeps.q[level] = sides[0];
      sweeps.notQ[level] = sides[1];
    }
    sweeps.probabilities();
    return sweeps;
  }

  /**
   * Every event, and every house event, with what `of` says of those that can vary: Map.
   *
   * @param {Setting} setting
   * @param {(name: string) => Probability} of
   * @returns {Map<string, Probability>}
   */
  eachEvent({ settled, numbers }, of) {
    /** @type {Map<string, Probability>} */
    const found = new Map();
    for (const name of this.events.keys()) found.set(name, of(name));
    for (const [name, state] of this.houses) {
      found.set(name, numbers.has(name) ? of(name) : Number(settled.get(name) ?? state));
    }
    return found;
  }
}

/**
 * The gates and house events that a setting settles, as the key of a cache.
 *
 * @param {Setting} setting
 * @returns {string}
 */
function settledKey({ settled }) {
  return JSON.stringify([...settled].sort());
}
