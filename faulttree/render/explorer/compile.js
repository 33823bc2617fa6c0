// From the tree's vertices to a diagram of all gates, with gates and house events settled as a page sets them.

const MONOTONE = new Set(["", "and", "or", "atleast", "inhibit"]);

/** What is kept under a key, made if it is not there; the oldest entries give way. */
function kept(cache, key, most, make) {
  if (!cache.has(key)) {
    if (cache.size >= most) cache.delete(cache.keys().next().value);
    cache.set(key, make());
  }
  return cache.get(key);
}

/** The tree with some gates and house events settled: the diagram of that, and what was worked out on it. */
class Variant {
  /** roots: Map gate -> edge, the top among them. coherent: whether the top is known to be monotone. */
  constructor(diagram, roots, top, coherent) {
    Object.assign(this, { diagram, roots, top, coherent });
    this.sweeps = new Sweeps(diagram);
    this.families = new Map();
    this.evidence = new Map();
    this.forest = null;
    this.levels = new Map(diagram.variables.map((name, level) => [name, level]));
  }

  /** A forest with the diagram's rows, unchanged; it grows by what observations need. */
  forestWithin(budget) {
    // Nothing is kept in it, so one that has grown much is made anew.
    if (this.forest === null || this.forest.size > this.diagram.size + budget / 2) {
      this.forest = BddForest.holding(this.diagram, budget);
    }
    return this.forest;
  }
}

/**
 * Makes a diagram of all gates from the tree's vertices: Map key -> vertex. events: Map whose keys are their names;
 * houses: Map name -> bool; order: events as the exported diagram has them; settled: Map name -> true | false | "free".
 */
class Compiler {
  constructor({ vertices, events, houses, order: exported }, settled, budget) {
    this.vertices = vertices;
    this.houses = houses;
    this.settled = settled;
    // What the exported order lacks comes last.
    const free = [...settled].filter(([, state]) => state === "free").map(([name]) => name);
    const order = [...new Set([...exported, ...events.keys(), ...free])];
    this.levels = new Map(order.map((name, level) => [name, level]));
    this.forest = new BddForest(order, budget);
    this.edges = new Map();
  }

  /** The variant of all gates. Throws NodeBudgetExhausted. */
  variant(top) {
    const gates = [...this.vertices.values()].filter((vertex) => vertex.kind === "gate").map((vertex) => vertex.key);
    const names = [...new Set([...gates, top])];
    const { diagram, edges } = this.forest.freeze(names.map((name) => this.edgeOf(name)));
    const roots = new Map(names.map((name, place) => [name, edges[place]]));
    const isPlain = [...this.vertices.values()].every((vertex) => MONOTONE.has(vertex.connective));
    return new Variant(diagram, roots, roots.get(top), isPlain);
  }

  /** The function of a vertex, after those below it; with a stack, for trees of any depth. */
  edgeOf(key) {
    const waiting = [key];
    while (waiting.length) {
      const name = waiting.at(-1);
      const vertex = this.vertices.get(name);
      const missing = this.isLeaf(vertex) ? [] : vertex.inputs.filter((input) => !this.edges.has(input));
      if (missing.length && !this.edges.has(name)) {
        waiting.push(...missing);
        continue;
      }
      if (!this.edges.has(name)) this.edges.set(name, this.isLeaf(vertex) ? this.leaf(name) : this.connected(vertex));
      waiting.pop();
    }
    return this.edges.get(key);
  }

  isLeaf({ key, connective }) {
    return !connective || this.settled.has(key);
  }

  /** An event, or a gate or house event that is settled. */
  leaf(name) {
    const state = this.settled.get(name) ?? this.houses.get(name);
    return typeof state === "boolean" ? Number(state) : this.forest.variable(this.levels.get(name));
  }

  /** The connective of a gate or formula applied to its inputs. */
  connected({ connective, low, high, inputs: keys }) {
    const forest = this.forest;
    const inputs = keys.map((key) => this.edges.get(key));
    switch (connective) {
      case "and":
      case "inhibit":
        return forest.all(inputs);
      case "or":
        return forest.any(inputs);
      case "not":
      case "nand":
        return forest.all(inputs) ^ 1;
      case "nor":
        return forest.any(inputs) ^ 1;
      case "xor":
        return forest.parity(inputs);
      case "iff":
        return forest.parity(inputs) ^ 1;
      case "imply":
        return forest.any([inputs[0] ^ 1, inputs[1]]);
      case "atleast":
        return forest.atLeast(low, inputs);
      case "cardinality":
        return forest.all([forest.atLeast(low, inputs), forest.atLeast(high + 1, inputs) ^ 1]);
    }
    throw new Error(`'${connective}' is no connective that this page knows`);
  }
}
