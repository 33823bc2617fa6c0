// The fault tree as a page can ask it: probabilities, importance and cut sets under settings and observations.
//
// states: Map name -> true | false | number, what is set; a gate or house event set to a number is an event of its own.
// observed: Map name -> bool, what was seen to occur or not; events and gates. Settings change the tree, observations
// condition on it; both may be in force. All numbers are exact up to rounding; p is null where it is unknown.
//
// evaluate(states, observed) -> {
//   top: {p, notP}, gates: Map name -> p, events: Map name -> p (house events too),    posteriors with observations
//   evidence: P(all observations), null without observations; 0 when they cannot all hold: then every p is null,
//   importance: Map event -> {birnbaum, criticality, fussellVesely, raw, rrw}; null given observations or no P(top);
//     Infinity for x / 0, NaN for 0 / 0, as in Python; fussellVesely null where it takes long: see that of `cutSets`,
//   nodes, milliseconds }
//   With observations P(gate) is null, too, where the diagrams of gate and observations would take long together.
// cutSets(states, observed, most) -> {
//   count: exact, as text, or null when the sets cannot be had; countByOrder: [[order, text], ...]; complete, note,
//   sets: [{events, probability, share}], the likeliest first, or the smallest where a probability is missing,
//   fussellVesely: Map event -> share, or null }
//   With observations: minimal sets of events whose sole occurrence fits all observations, each with the posterior
//   probability that all of them occur; share and fussellVesely are then null.
// Either throws NodeBudgetExhausted where the tree is too large to be compiled here; `cutSets` says so in its note.

const DEFAULT_NODE_BUDGET = 2_000_000;
const ROWS_FOR_SHARES = 50_000;
const ROWS_FOR_SETS_AT_ONCE = 5_000;
const ROWS_OF_SETS_AT_ONCE = 20_000;
const MOST_VARIANTS = 16;
const MOST_KEPT = 64;
const WORK_FOR_EXPLANATIONS = 2e8;

/** Dividend / divisor; Infinity for x / 0, NaN for 0 / 0. */
function ratio(dividend, divisor) {
  if (divisor === 0) return dividend === 0 ? NaN : Infinity;
  return dividend / divisor;
}

/** The number, or null for one that is not known. */
function orNull(number) {
  return Number.isNaN(number) ? null : number;
}

/** The events that a setting settles for good, as the key of a cache. */
function familyKey({ forced }) {
  return JSON.stringify([...forced].sort());
}

/** The model of a page, and every question that its states and observations can be asked under. */
class TreeEngine {
  /** payload: the page's model. nodeBudget: rows that one diagram made here may have. */
  constructor(payload, nodeBudget = DEFAULT_NODE_BUDGET) {
    const { variables, nodes, modules, roots } = payload.bdd;
    this.nodeBudget = nodeBudget;
    // Maps, for a name may be that of a property which every object has.
    this.vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
    this.events = new Map(Object.entries(payload.events));
    this.houses = new Map(Object.entries(payload.houses));
    this.gates = [...this.vertices.values()].filter((vertex) => vertex.kind === "gate").map((vertex) => vertex.key);
    this.top = payload.top;
    this.coherent = payload.coherent;
    this.order = variables.filter((name) => this.events.has(name));
    const diagram = new Diagram(variables, columnsOf(int32From(nodes)), int32From(modules));
    const edges = new Map(Object.entries(roots));
    this.written = new Variant(diagram, edges, edges.get(payload.top), payload.coherent);
    this.variants = new Map();
    Object.assign(this, modulesOf(this.vertices, this.top));
    this.family = null;
    if (payload.zbdd) {
      const { elements, nodes: rows, root } = payload.zbdd;
      this.family = new Family(elements, columnsOf(int32From(rows)), root);
    }
  }

  /** Probabilities and importance under states and observations; the shape is at the top of this file. */
  evaluate(states, observed = new Map()) {
    const start = performance.now();
    const setting = this.setting(states);
    const found = observed.size ? this.conditioned(setting, observed) : this.unconditioned(setting);
    return { ...found, milliseconds: performance.now() - start };
  }

  /** Minimal cut sets, or explanations of the observations; the shape is at the top of this file. */
  cutSets(states, observed = new Map(), most = 100) {
    try {
      const setting = this.setting(states);
      return observed.size ? this.explanations(setting, observed, most) : this.minimalCutSets(setting, most);
    } catch (error) {
      if (!(error instanceof NodeBudgetExhausted)) throw error;
      const note = `The cut sets were not found. ${error.message}`;
      return { count: null, countByOrder: [], complete: false, note, sets: [], fussellVesely: null };
    }
  }

  // What is set

  /** What states do: settled gates and house events, events settled for good, and every number given. */
  setting(states) {
    const settled = new Map();
    const forced = new Map();
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
    return { settled, forced, numbers };
  }

  /** The tree once these gates and house events are settled. flat: in a diagram without modules, with every gate. */
  variant({ settled }, flat = false) {
    const { diagram, roots } = this.written;
    const isWhole = !diagram.hasModules && this.gates.every((gate) => roots.has(gate));
    if (settled.size === 0 && (!flat || isWhole)) return this.written;
    const key = JSON.stringify([...settled].sort());
    return kept(this.variants, key, MOST_VARIANTS, () => {
      return new Compiler(this, settled, this.nodeBudget).variant(this.top);
    });
  }

  /** Probability of an event and of its absence: [q, 1 - q], NaN where none is known. */
  sidesOf(name, { forced, numbers }) {
    const state = forced.get(name) ?? numbers.get(name);
    if (state !== undefined) return [Number(state), 1 - Number(state)];
    return this.events.get(name) ?? [NaN, NaN];
  }

  /** Sweeps of a diagram with the probabilities under a setting; what was observed is certain. */
  swept(sweeps, setting, observed = new Map()) {
    const { variables, modules } = sweeps.diagram;
    for (let level = 0; level < variables.length; level++) {
      if (modules[level]) continue;
      const seen = observed.get(variables[level]);
      const sides = seen === undefined ? this.sidesOf(variables[level], setting) : [Number(seen), Number(!seen)];
      sweeps.q[level] = sides[0];
      sweeps.notQ[level] = sides[1];
    }
    sweeps.probabilities();
    return sweeps;
  }

  /** Every event, and every house event, with what `of` says of those that can vary: Map. */
  eachEvent({ settled, numbers }, of) {
    const houses = [...this.houses].map(([name, state]) => {
      return [name, numbers.has(name) ? of(name) : Number(settled.get(name) ?? state)];
    });
    return new Map([...[...this.events.keys()].map((name) => [name, of(name)]), ...houses]);
  }

  // Without observations

  unconditioned(setting) {
    const variant = this.variant(setting);
    const sweeps = this.swept(variant.sweeps, setting);
    const top = { p: orNull(sweeps.at(variant.top)), notP: orNull(sweeps.at(variant.top ^ 1)) };
    const gates = new Map();
    for (const gate of this.gates) {
      gates.set(gate, variant.roots.has(gate) ? orNull(sweeps.at(variant.roots.get(gate))) : null);
    }
    return {
      top,
      gates,
      events: this.eachEvent(setting, (name) => orNull(this.sidesOf(name, setting)[0])),
      evidence: null,
      importance: top.p === null ? null : this.importance(variant, setting, top.p),
      nodes: variant.diagram.size - 1,
    };
  }

  /** Every measure of every event, and of a gate or house event that is set to a number: Map. */
  importance(variant, setting, top) {
    const { sweeps, levels } = variant;
    const slopes = sweeps.slopes(variant.top);
    const { certain, impossible } = sweeps.conditionals(variant.top);
    const shares = this.sharesAtHand(variant, setting);
    const found = new Map();
    for (const name of new Set([...this.events.keys(), ...setting.numbers.keys()])) {
      const level = levels.get(name);
      const matters = level !== undefined && !Number.isNaN(certain[level]);
      const least = variant.coherent ? 0 : -Infinity;
      const slope = matters ? Math.max(slopes[level], least) : 0;
      found.set(name, {
        birnbaum: slope,
        criticality: ratio(this.sidesOf(name, setting)[0] * slope, top),
        fussellVesely: shares && shares(name),
        raw: ratio(matters ? certain[level] : top, top),
        rrw: ratio(top, matters ? impossible[level] : top),
      });
    }
    return found;
  }

  /** Fussell-Vesely importance as a function of the event's name, or null where it takes long. */
  sharesAtHand(variant, setting) {
    const key = familyKey(setting);
    if (!variant.families.has(key)) {
      const isSmall = this.hasFamily(variant, setting)
        ? this.family.size < (setting.forced.size ? ROWS_FOR_SETS_AT_ONCE : ROWS_FOR_SHARES)
        : variant.diagram.size < ROWS_FOR_SETS_AT_ONCE && !variant.diagram.hasModules;
      if (!isSmall) return null;
      try {
        this.familyOf(variant, setting, ROWS_OF_SETS_AT_ONCE);
      } catch (error) {
        if (!(error instanceof NodeBudgetExhausted)) throw error;
        variant.families.set(key, null);
      }
    }
    const family = variant.families.get(key);
    return family && family.size < ROWS_FOR_SHARES ? this.shares(family, setting) : null;
  }

  // Cut sets

  /** Whether the exported cut sets are those of this variant, or lead to them. */
  hasFamily(variant, { forced }) {
    return variant === this.written && this.family !== null && (this.coherent || forced.size === 0);
  }

  /** The minimal cut sets. Throws NodeBudgetExhausted. */
  familyOf(variant, setting, budget = this.nodeBudget) {
    const key = familyKey(setting);
    if (!variant.families.get(key)) {
      variant.families.delete(key);
      kept(variant.families, key, MOST_KEPT, () => {
        if (this.hasFamily(variant, setting)) return this.settledFamily(setting.forced, budget);
        const { diagram, top } = this.variant(setting, true);
        return minimalFamily(diagram, top, setting.forced, budget);
      });
    }
    return variant.families.get(key);
  }

  /** The exported cut sets of a coherent tree once some events are settled. */
  settledFamily(forced, budget) {
    if (forced.size === 0) return this.family;
    const { elements } = this.family;
    const forest = new ZbddForest(elements, budget);
    return forest.freeze(forest.settled(this.family, statesByLevel(elements, forced)));
  }

  /** Share of an event in the summed probability of the cut sets, as a function of its name. */
  shares(family, setting) {
    const weights = this.weights(family, setting);
    const places = new Map(family.elements.map((name, level) => [name, level]));
    const parts = family.shares(weights);
    const none = ratio(0, family.sums(weights)[family.root]);
    return (name) => (places.has(name) ? parts[places.get(name)] : none);
  }

  /** Probability of every element of a family by level; 0 of those in no set: Float64Array. */
  weights(family, setting) {
    const used = new Set(family.level.subarray(2));
    return Float64Array.from(family.elements, (name, level) => (used.has(level) ? this.sidesOf(name, setting)[0] : 0));
  }

  minimalCutSets(setting, most) {
    const variant = this.variant(setting);
    const family = this.familyOf(variant, setting);
    const weights = this.weights(family, setting);
    const sum = family.sums(weights)[family.root];
    const sets = [];
    for (const levels of bestFirst(family, weights)) {
      if (sets.length >= most) break;
      const probability = levels.reduce((product, level) => product * weights[level], 1);
      const events = levels.map((level) => family.elements[level]);
      sets.push({ events, probability: orNull(probability), share: orNull(ratio(probability, sum)) });
    }
    const share = Number.isNaN(sum) ? null : this.shares(family, setting);
    const names = [...this.events.keys(), ...setting.numbers.keys()];
    const fussellVesely = share && new Map(names.map((name) => [name, share(name)]));
    return { ...counted(family), complete: true, note: "", sets, fussellVesely };
  }

  // With observations

  /**
   * What the observations come to: {variant, factor, seen, gates, isPlain} and what `observedGates` gives.
   * factor: probability of the observed events, 0 where they contradict what is set; seen: Map of those that vary;
   * isPlain: whether more events can only help what was observed; flat: in a diagram without modules.
   */
  evidence(setting, observed, flat = false) {
    const seen = new Map();
    const gates = new Map();
    let factor = 1;
    for (const [name, state] of observed) {
      if (this.houses.has(name) && !setting.numbers.has(name)) {
        factor *= Number((setting.settled.get(name) ?? this.houses.get(name)) === state);
      } else if (this.events.has(name) || this.houses.has(name)) {
        factor *= this.sidesOf(name, setting)[state ? 0 : 1];
        if (!setting.forced.has(name)) seen.set(name, state);
      } else gates.set(name, state);
    }
    const isTop = gates.size === 1 && gates.has(this.top);
    const variant = this.variant(setting, gates.size > 0 && (flat || !isTop));
    const isPlain = variant.coherent && isTop && gates.get(this.top);
    return { variant, factor, seen, isPlain, gates, ...this.observedGates(variant, gates) };
  }

  /** All observed gates as they were seen, and every gate's root, in one diagram: {sweeps, edge, roots}. */
  observedGates(variant, gates) {
    const { sweeps, roots } = variant;
    const seen = [...gates].map(([gate, state]) => roots.get(gate) ^ Number(!state));
    if (seen.length <= 1) return { sweeps, roots, edge: seen[0] ?? TRUE_EDGE };
    return kept(variant.evidence, JSON.stringify([...gates].sort()), MOST_VARIANTS, () => {
      const forest = variant.forestWithin(this.nodeBudget);
      const { diagram, edges } = forest.freeze([forest.all(seen), ...roots.values()]);
      const renamed = new Map([...roots.keys()].map((name, place) => [name, edges[place + 1]]));
      return { sweeps: new Sweeps(diagram), roots: renamed, edge: edges[0] };
    });
  }

  /** P(a function | what was observed), as a function of its edge; null where it is not known or takes too long. */
  jointly({ sweeps, edge, roots, gates }, isPossible) {
    const all = sweeps.at(edge);
    const isJoint = isPossible && edge !== TRUE_EDGE && !sweeps.diagram.hasModules;
    const itself = new Map([[edge, all], [edge ^ 1, 0]]);
    const known = isJoint ? jointProbabilities(sweeps, edge, roots, this, gates.keys()) : itself;
    return (other) => {
      const p = isPossible ? (edge === TRUE_EDGE ? sweeps.at(other) : known.get(other)) : undefined;
      return p === undefined ? null : orNull(Math.min(p / all, 1));
    };
  }

  conditioned(setting, observed) {
    const evidence = this.evidence(setting, observed);
    const sweeps = this.swept(evidence.sweeps, setting, evidence.seen);
    const all = sweeps.at(evidence.edge);
    // Nothing is known given what cannot be, or has no probability.
    const isPossible = all > 0 && evidence.factor > 0;
    const certain = isPossible ? sweeps.conditionals(evidence.edge).certain : null;
    const posterior = (name) => {
      if (!isPossible) return null;
      if (evidence.seen.has(name)) return Number(evidence.seen.get(name));
      const [q] = this.sidesOf(name, setting);
      const level = evidence.variant.levels.get(name);
      const matters = level !== undefined && !Number.isNaN(certain[level]);
      return orNull(matters ? Math.min((q * certain[level]) / all, 1) : q);
    };
    const given = this.jointly(evidence, isPossible);
    const { roots } = evidence;
    return {
      top: { p: given(roots.get(this.top)), notP: given(roots.get(this.top) ^ 1) },
      gates: new Map(this.gates.map((gate) => [gate, roots.has(gate) ? given(roots.get(gate)) : null])),
      events: this.eachEvent(setting, posterior),
      evidence: orNull(evidence.factor === 0 ? 0 : evidence.factor * all),
      importance: null,
      nodes: sweeps.diagram.size - 1,
    };
  }

  explanations(setting, observed, most) {
    const topOccurred = [...observed].every(([name, state]) => this.events.has(name) || (name === this.top && state));
    const evidence = this.evidence(setting, observed, !topOccurred);
    const { variant, sweeps, edge, seen, factor } = evidence;
    const forced = new Map([...setting.forced, ...seen]);
    const family = edge === variant.top && edge > TRUE_EDGE
      ? this.familyOf(variant, { ...setting, forced })
      : minimalFamily(sweeps.diagram, edge, forced, this.nodeBudget);
    const weights = this.weights(family, setting);
    const all = this.swept(sweeps, setting, seen).at(edge);
    const isPossible = factor > 0 && all > 0;
    const looks = Math.max(most, Math.floor(WORK_FOR_EXPLANATIONS / sweeps.diagram.size));
    const always = [...seen].filter(([, state]) => state).map(([name]) => name);
    const sets = [];
    let [looked, note] = [0, ""];
    for (const levels of bestFirst(family, weights)) {
      const product = levels.reduce((soFar, level) => soFar * weights[level], 1);
      // A posterior is at most product / all, and products only fall from here on.
      const canRise = isPossible && product / all > sets.at(-1)?.probability;
      if (sets.length >= most && !canRise) break;
      if (looked++ >= looks) {
        note = `Ranked among the ${looks.toLocaleString("en")} sets that were likeliest before anything was observed.`;
        break;
      }
      const events = levels.map((level) => family.elements[level]);
      const fits = evidence.isPlain || !isPossible ? 1 : this.probabilityWith(sweeps, events, edge);
      const probability = isPossible ? orNull(Math.min((product * fits) / all, 1)) : null;
      const place = sets.findIndex((other) => other.probability < probability);
      sets.splice(place < 0 ? sets.length : place, 0, { events: [...always, ...events], probability, share: null });
      sets.length = Math.min(sets.length, most);
    }
    if (factor === 0 || all === 0) note = "These observations cannot all hold: their probability is 0.";
    return { ...counted(family, always.length), complete: true, note, sets, fussellVesely: null };
  }

  /** Probability of a function given that some events occur; the sweeps are left at that. */
  probabilityWith(sweeps, events, edge) {
    const levels = events.map((name) => sweeps.diagram.variables.indexOf(name));
    const before = levels.map((level) => [sweeps.q[level], sweeps.notQ[level]]);
    for (const level of levels) [sweeps.q[level], sweeps.notQ[level]] = [1, 0];
    sweeps.probabilities();
    levels.forEach((level, place) => ([sweeps.q[level], sweeps.notQ[level]] = before[place]));
    return sweeps.at(edge);
  }
}
