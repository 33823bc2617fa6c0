// What is set and observed, its history, and what follows from it. Knows no page: who shows it, subscribes.

const HISTORY = 500; // steps that can be taken back
const FIRST_CUT_SETS = 100;
const LONG = 30; // ms that cut sets may take while a slider moves
const PAUSE = 250; // ms without a change before they are asked for otherwise

/**
 * The state of the explorer. The engine is asked at once; cut sets are worked out later, by later(work, milliseconds), and
 * dropped when outdated. Where they take long, they wait until nothing has changed for a while.
 *
 * result: with states and observations. prior: with the states alone. base: of the model as written.
 * A quantity that the engine refuses is null, and `error` or `cutSetsError` says why.
 */
function createStore(payload, engine, later = setTimeout) {
  const names = new Set(payload.vertices.filter((vertex) => vertex.name).map((vertex) => vertex.name));
  const subscribers = [];
  const past = [];
  const future = [];
  let states = new Map(Object.entries(payload.states));
  let observed = new Map();
  let merging = null; // what the last step was about, while a slider moves
  let run = 0;
  let cutSetsTook = 0; // ms

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
    get names() { return names; },
    get isObserving() { return observed.size > 0; },

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
      change(null, () => ([states, observed] = [new Map(Object.entries(scenario.states)), new Map()]), "set");
    },

    /** Exactly the observations of an evidence of the model; what is set stays. */
    applyEvidence(name) {
      const evidence = payload.evidence.find((one) => one.name === name);
      change(null, () => (observed = new Map(Object.entries(evidence.observe))), "observe");
    },

    /** The model as written. */
    reset() {
      if (states.size || observed.size) change(null, () => ([states, observed] = [new Map(), new Map()]));
    },

    undo: () => travel(past, future),
    redo: () => travel(future, past),
    endMerge() { merging = null; },

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
      askForCutSets();
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
    evidenceOf: (others) => (others.size ? attempt(() => engine.evaluate(states, others)).value?.evidence ?? null : 1),
  };

  function changed(settings, name, value) {
    const copy = new Map(settings);
    if (value === null) copy.delete(name);
    else copy.set(name, value);
    return copy;
  }

  function snapshot() {
    return { states, observed, mode: store.mode };
  }

  function change(merge, act, mode = store.mode) {
    if (merge === null || merge !== merging) {
      past.push(snapshot());
      if (past.length > HISTORY) past.shift();
    }
    merging = merge;
    future.length = 0;
    act();
    store.mode = mode;
    evaluate();
    tell("settings");
  }

  function travel(from, to) {
    if (!from.length) return;
    to.push(snapshot());
    const place = from.pop();
    [states, observed, store.mode, merging] = [place.states, place.observed, place.mode, null];
    evaluate();
    tell("settings");
  }

  function attempt(work) {
    try {
      return { value: work(), error: "" };
    } catch (error) {
      return { value: null, error: error.message };
    }
  }

  function evaluate() {
    const prior = attempt(() => engine.evaluate(states));
    const posterior = observed.size ? attempt(() => engine.evaluate(states, observed)) : prior;
    [store.prior, store.result, store.error] = [prior.value, posterior.value, posterior.error];
    store.most = FIRST_CUT_SETS;
    askForCutSets();
  }

  function askForCutSets() {
    run += 1;
    const mine = run;
    [store.cutSets, store.cutSetsError] = [null, ""];
    later(() => {
      if (mine !== run) return; // settings have changed meanwhile
      const start = performance.now();
      const found = attempt(() => engine.cutSets(states, observed, store.most));
      cutSetsTook = performance.now() - start;
      const isAsWritten = states.size + observed.size === 0;
      store.baseCutSets ??= isAsWritten ? found.value : attempt(() => engine.cutSets(new Map(), new Map(), FIRST_CUT_SETS)).value;
      [store.cutSets, store.cutSetsError] = [found.value, found.error];
      tell("cutSets");
    }, cutSetsTook > LONG ? PAUSE : 0);
  }

  function tell(what) {
    for (const subscriber of subscribers) subscriber(what);
  }

  store.base = attempt(() => engine.evaluate(new Map())).value;
  evaluate();
  return store;
}
