// What is set and observed, its history, and what follows from it. Knows no page: who shows it, subscribes.

import { advanced } from "../engine/slices.js";
import { AS_WRITTEN, settingsFrom, settingsText, settingsYaml } from "./settings.js";

/** @import { TreeEngine } from "../engine/engine.js" */
/** @import { Change, Mode, Moment, Observed, Payload, SetList, States, Steps, Store } from "../types" */

const HISTORY = 500; // steps that can be taken back
const FIRST_CUT_SETS = 100;
const AT_ONCE = 8; // ms of work within a change; the rest follows in slices
const SLICE = 10; // ms
const LONG = 30; // ms that cut sets may take while a slider moves
const ONE_STEP = 600; // ms between slides of one event that are taken back as one
const PAUSE = 250; // ms without a change before they are asked for otherwise

/**
 * The state of the explorer. Where the engine takes long, it goes on in slices, by later(work, milliseconds), and so it does
 * with the cut sets, after everything else; what is outdated is dropped. Where cut sets take long, they wait until nothing
 * has changed for a while.
 *
 * result: with states and observations. prior: with the states alone. base: of the model as written. A result tells in
 * `coming` what is not there yet. A quantity that the engine refuses is null, and `error` or `cutSetsError` says why.
 *
 * @param {Payload} payload
 * @param {TreeEngine} engine
 * @param {(work: () => void, milliseconds: number) => unknown} [later]
 * @returns {Store}
 */
export function createStore(payload, engine, later = setTimeout) {
  const names = new Set(payload.vertices.filter((vertex) => vertex.name).map((vertex) => vertex.name));
  /** @type {((what: Change) => void)[]} */
  const subscribers = [];
  /** @type {Moment[]} */
  const past = [];
  /** @type {Moment[]} */
  const future = [];
  /** @type {States} */
  let states = new Map(Object.entries(payload.states));
  /** @type {Observed} */
  let observed = new Map();
  /** @type {string | null} */
  let merging = null; // what the last step was about, while a slider moves
  let mergingEnds = Infinity;
  let run = 0;
  let cutSetsTook = 0; // ms
  /** @type {States | null} */
  let priorStates = null; // those that `prior` is for

  /** @type {Store} */
  const store = {
    mode: "set",
    selected: null,
    highlighted: new Set(),
    result: null,
    prior: null,
    base: null,
    error: "",
    cutSets: null,
    baseCutSets: null, // of the model as written, once they are known
    cutSetsError: "",
    most: FIRST_CUT_SETS,
    get states() { return states; },
    get observed() { return observed; },
    get canUndo() { return past.length > 0; },
    get canRedo() { return future.length > 0; },
    get isObserving() { return observed.size > 0; },
    /** Whether nothing more is to come. */
    get isSettled() { return !store.isComing() && (store.cutSets !== null || store.cutSetsError !== ""); },
    /** Whether a part of the result ("top", "gates", "events" or "importance") is to come; without one, whether any is. */
    isComing(part) {
      const coming = store.result?.coming;
      return coming !== undefined && (part ? coming.has(part) : coming.size > 0);
    },

    /** Set an event or gate to true, false or a probability; null: as written. merge: a step of one slide. */
    set(name, value, merge = false) {
      if ((states.get(name) ?? null) === value) return;
      change(merge ? `set ${name}` : null, () => (states = changed(states, name, value)));
    },

    /** Observe an event or gate to be true or false; null: take that back. */
    observe(name, value) {
      if ((observed.get(name) ?? null) === value) return;
      change(null, () => (observed = changed(observed, name, value)));
    },

    /** Exactly the settings of a scenario of the model. */
    applyScenario(name) {
      const scenario = payload.scenarios.find((one) => one.name === name);
      if (scenario) change(null, () => ([states, observed] = [new Map(Object.entries(scenario.states)), new Map()]), "set");
    },

    /** Exactly the observations of an evidence of the model; what is set stays. */
    applyEvidence(name) {
      const evidence = payload.evidence.find((one) => one.name === name);
      if (evidence) change(null, () => (observed = new Map(Object.entries(evidence.observe))), "observe");
    },

    /** The model as written. */
    reset() {
      if (states.size || observed.size) change(null, () => ([states, observed] = [new Map(), new Map()]));
    },

    undo: () => travel(past, future),
    redo: () => travel(future, past),
    /** A slide has ended; one of the same event right after it, as by a held key, belongs to its step. */
    endMerge() { mergingEnds = performance.now() + ONE_STEP; },

    setMode(mode) {
      store.mode = mode;
      tell("mode");
    },
    select(name) {
      store.selected = name;
      tell("select");
    },
    highlight(events) {
      store.highlighted = new Set(events);
      tell("highlight");
    },
    showMoreCutSets() {
      store.most *= 4;
      run += 1;
      [store.cutSets, store.cutSetsError] = [null, ""];
      listCutSets(run);
      tell("cutSets");
    },

    /** The settings as a hash without `#`. */
    hash() {
      return settingsText(states, observed) || (Object.keys(payload.states).length ? AS_WRITTEN : "");
    },

    /** Take the settings of a hash; returns what is wrong with it. An empty hash: as the page came. */
    loadHash(text) {
      const bare = text.replace(/^#/, "");
      const found = bare ? settingsFrom(bare, names) : settingsFrom(settingsText(new Map(Object.entries(payload.states)), new Map()), names);
      if (settingsText(found.states, found.observed) !== settingsText(states, observed)) {
        change(null, () => ([states, observed] = [found.states, found.observed]), found.observed.size ? "observe" : undefined);
      }
      return found.faults;
    },

    toYaml: () => settingsYaml(payload.name, states, observed),
    subscribe: (subscriber) => void subscribers.push(subscriber),

    /** Importance measures of an event; of a large tree the Fussell-Vesely share comes with the cut sets. */
    importanceOf(name) {
      const found = store.result?.importance?.get(name) ?? null;
      const share = found?.fussellVesely ?? store.cutSets?.fussellVesely?.get(name) ?? null;
      return found && { ...found, fussellVesely: share };
    },

    /** Probability of other observations under what is set; null where it is not known. */
    evidenceOf: (others) => (others.size ? attempt(() => engine.evidenceOf(states, others)).value : 1),
  };

  /**
   * @template T
   * @param {Map<string, T>} settings
   * @param {string} name
   * @param {T | null} value
   * @returns {Map<string, T>}
   */
  function changed(settings, name, value) {
    const copy = new Map(settings);
    if (value === null) copy.delete(name);
    else copy.set(name, value);
    return copy;
  }

  /** @returns {Moment} */
  function snapshot() {
    return { states, observed, mode: store.mode };
  }

  /**
   * @param {string | null} merge
   * @param {() => void} act
   * @param {Mode} [mode]
   */
  function change(merge, act, mode = store.mode) {
    if (merge === null || merge !== merging || performance.now() > mergingEnds) {
      past.push(snapshot());
      if (past.length > HISTORY) past.shift();
    }
    [merging, mergingEnds] = [merge, Infinity];
    future.length = 0;
    act();
    store.mode = mode;
    evaluate();
    tell("settings");
  }

  /**
   * @param {Moment[]} from
   * @param {Moment[]} to
   */
  function travel(from, to) {
    const place = from.pop();
    if (place === undefined) return;
    to.push(snapshot());
    [states, observed, store.mode, merging] = [place.states, place.observed, place.mode, null];
    evaluate();
    tell("settings");
  }

  /**
   * @template T
   * @param {() => T} work
   * @returns {{ value: T | null, error: string }}
   */
  function attempt(work) {
    try {
      return { value: work(), error: "" };
    } catch (error) {
      return { value: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** What follows from the settings: as much as can be at once, the rest later, the cut sets last. */
  function evaluate() {
    run += 1;
    store.most = FIRST_CUT_SETS;
    [store.cutSets, store.cutSetsError, store.error] = [null, "", ""];
    proceed(answers(), AT_ONCE, run, "result", () => listCutSets(run));
  }

  /**
   * Fill in `result`, and `prior` before it, in steps.
   *
   * @returns {Steps<void>}
   */
  function* answers() {
    if (states.size + observed.size === 0 && store.base) {
      [store.prior, store.result, priorStates] = [store.base, store.base, states];
      return;
    }
    store.result = engine.blank();
    if (observed.size && priorStates !== states) {
      const prior = engine.blank();
      [store.prior, priorStates] = [prior, null];
      for (const _ of engine.evaluating(prior, states)) {
        if (!prior.coming.has("gates")) break; // importance is not asked for
        yield;
      }
      priorStates = states;
    }
    yield* engine.evaluating(store.result, states, observed);
    if (!observed.size) [store.prior, priorStates] = [store.result, states];
  }

  /**
   * Take steps for so many milliseconds, and later on for a slice at a time; then act. Tells of every part that comes.
   *
   * @template T
   * @param {Steps<T>} steps
   * @param {number} milliseconds
   * @param {number} mine
   * @param {"result" | "cutSets"} what
   * @param {(value: T | null, error: string) => void} act
   */
  function proceed(steps, milliseconds, mine, what, act) {
    if (mine !== run) return; // settings have changed meanwhile
    const { result } = store;
    const parts = result?.coming.size;
    const start = performance.now();
    const { value: step, error } = attempt(() => advanced(steps, milliseconds));
    if (what === "result") {
      if (error) [store.result, store.error] = [null, error];
      if (error && priorStates !== states) store.prior = null;
      if (!error && store.result && store.result !== store.base) store.result.milliseconds += performance.now() - start;
      if (milliseconds === SLICE && store.result?.coming.size !== parts) tell("result");
    }
    if (step && !step.done) later(() => proceed(steps, SLICE, mine, what, act), 0);
    else act(step?.value ?? null, error);
  }

  /** @param {number} mine */
  function listCutSets(mine) {
    later(() => {
      const start = performance.now();
      proceed(lists(), SLICE, mine, "cutSets", (found, error) => {
        cutSetsTook = performance.now() - start;
        [store.cutSets, store.cutSetsError] = [found, error];
        tell("cutSets");
      });
    }, cutSetsTook > LONG ? PAUSE : 0);
  }

  /**
   * The cut sets; those of the model as written the first time, too.
   *
   * @returns {Steps<SetList>}
   */
  function* lists() {
    const found = yield* engine.listing(states, observed, store.most);
    if (states.size + observed.size === 0) store.baseCutSets ??= found;
    store.baseCutSets ??= yield* engine.listing(new Map());
    return found;
  }

  /** @param {Change} what */
  function tell(what) {
    for (const subscriber of subscribers) subscriber(what);
  }

  store.base = attempt(() => engine.evaluate(new Map())).value;
  evaluate();
  return store;
}
