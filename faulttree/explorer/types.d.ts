/** What passes between the parts of the page. Types only: no script is made of this file. */

import type { Alternatives, Shares } from "./engine/exclusive.js";

/** Work in slices: it yields now and then, and returns what it comes to. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** What an event, gate or house event is set to: true, false, or a probability. */
export type State = boolean | number;
/** States by name. A setting without an entry is as the model has it. */
export type States = Map<string, State>;
/** What was seen to occur, or not to, by name. */
export type Observed = Map<string, boolean>;

/** Probability of an event, and of its absence, each with its own digits; NaN where none is known. */
export type Sides = readonly [number, number];

/** Events that exclude each other. */
export interface ExclusiveGroup {
  readonly name: string;
  readonly label: string;
  /** All of them, whether the tree mentions them or not, in the order of the chain. */
  readonly members: readonly string[];
  /** Of each member the diagram's variable "this one, given none before it". */
  readonly links: readonly string[];
  /** What each member's own law says; null where there is none. */
  readonly laws: readonly (Sides | null)[];
  /** Whether one of them is certainly true. */
  readonly exhaustive: boolean;
}

/** One element of the tree, or one nested formula, whose name is then empty. */
export interface Vertex {
  readonly key: string;
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  /** Empty for events. */
  readonly connective: string;
  /** Bounds of `atleast` and `cardinality`. */
  readonly low: number;
  readonly high: number;
  readonly inputs: readonly string[];
  /** Whether it is below the top, and in the picture. */
  readonly below: boolean;
  readonly said: readonly string[];
}

/** A scenario that the model names. */
export interface Scenario {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly states: Readonly<Record<string, State>>;
}

/** Evidence that the model names. */
export interface Evidence {
  readonly name: string;
  readonly label: string;
  readonly description?: string;
  readonly observe: Readonly<Record<string, boolean>>;
}

/** What the page is given: the model, its probabilities and its diagrams; facade/explorer.py writes it. */
export interface Payload {
  readonly version: string;
  readonly name: string;
  readonly description: string;
  readonly sha256: string;
  readonly top: string;
  /** Those below the top, and the members of exclusive groups that are elsewhere. */
  readonly vertices: readonly Vertex[];
  /** Probability of each event and of its absence; null where none is known. */
  readonly events: Readonly<Record<string, readonly [number, number] | null>>;
  readonly houses: Readonly<Record<string, boolean>>;
  /** The groups of which a member is below the top. */
  readonly exclusive: readonly ExclusiveGroup[];
  /** nodes and modules: base64 of little-endian int32. roots: edges by gate. */
  readonly bdd: {
    readonly variables: readonly string[];
    readonly nodes: string;
    readonly modules: string;
    readonly roots: Readonly<Record<string, number>>;
  };
  readonly zbdd: { readonly elements: readonly string[]; readonly nodes: string; readonly root: number } | null;
  readonly zbdd_note: string;
  /** Why no cut sets are worked out, whatever is set; empty where they are. */
  readonly sets_left_out?: string;
  readonly coherent: boolean;
  /** Whether no event of the page can prevent the top: not so of the conditional events of a large group. */
  readonly monotone: boolean;
  readonly states: Readonly<Record<string, State>>;
  readonly scenarios: readonly Scenario[];
  readonly evidence: readonly Evidence[];
}

/** Rows of a decision diagram in columns. */
export interface Columns {
  readonly level: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/**
 * What states do: gates and house events settled or free, events settled for good, every number given, and what that
 * makes of exclusive groups.
 */
export interface Setting {
  readonly settled: ReadonlyMap<string, boolean | "free">;
  readonly forced: ReadonlyMap<string, boolean>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly shares: ReadonlyMap<Alternatives, Shares>;
}

/** A probability, or null where it is not known; Number.MIN_VALUE stands for one above 0 and below 1e-280. */
export type Probability = number | null;

/**
 * Importance measures of one event. Infinity with its sign for x / 0, NaN for 0 / 0; null for what is too small to be told,
 * and for a share that takes long.
 */
export interface Measures {
  readonly birnbaum: Probability;
  readonly criticality: Probability;
  readonly fussellVesely: Probability;
  readonly raw: Probability;
  readonly rrw: Probability;
}

/** A part of a result that may be there later than others. */
export type Part = "top" | "gates" | "events" | "importance";

/** Probabilities and importance under states and observations, filled in part by part. */
export interface Result {
  top: { p: Probability; notP: Probability };
  gates: Map<string, Probability>;
  /** Of house events, too. */
  events: Map<string, Probability>;
  /** Probability of all observations together; null without any, 0 where they cannot all hold. */
  evidence: Probability;
  importance: Map<string, Measures> | null;
  nodes: number | null;
  milliseconds: number;
  /** What is not there yet. */
  coming: Set<Part>;
}

/** One minimal cut set, or one explanation of what was observed. */
export interface RankedSet {
  readonly events: readonly string[];
  readonly probability: Probability;
  readonly share: number | null;
}

/** Minimal cut sets, or explanations, the likeliest first. Counts are exact, as text. */
export interface SetList {
  /** Null where the sets cannot be had; the note says why. */
  readonly count: string | null;
  readonly countByOrder: readonly (readonly [number, string])[];
  readonly complete: boolean;
  readonly note: string;
  readonly sets: readonly RankedSet[];
  readonly fussellVesely: ReadonlyMap<string, Probability> | null;
}

/** Whether a click sets an element or observes it. */
export type Mode = "set" | "observe";

/** What has changed: a store tells its subscribers. */
export type Change = "settings" | "result" | "mode" | "select" | "highlight" | "cutSets";

/** What is set and observed at one time, to go back to. */
export interface Moment {
  readonly states: States;
  readonly observed: Observed;
  readonly mode: Mode;
}

/** What is set and observed, and what follows from it. */
export interface Store {
  mode: Mode;
  selected: string | null;
  highlighted: Set<string>;
  /** With states and observations. */
  result: Result | null;
  /** With the states alone. */
  prior: Result | null;
  /** Of the model as written. */
  base: Result | null;
  /** Why there is no result; empty where there is one. */
  error: string;
  cutSets: SetList | null;
  /** Of the model as written, once they are known. */
  baseCutSets: SetList | null;
  cutSetsError: string;
  /** How many cut sets are listed. */
  most: number;
  readonly states: States;
  readonly observed: Observed;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly isObserving: boolean;
  /** Whether nothing more is to come. */
  readonly isSettled: boolean;
  /** Whether a part of the result is to come; without a part, whether any is. */
  isComing(part?: Part): boolean;
  /** Set an event or gate; null: as written. merge: a step of one slide. */
  set(name: string, value: State | null, merge?: boolean): void;
  /** Observe an event or gate; null: take that back. */
  observe(name: string, value: boolean | null): void;
  /** Exactly the settings of a scenario of the model. */
  applyScenario(name: string): void;
  /** Exactly the observations of an evidence of the model; what is set stays. */
  applyEvidence(name: string): void;
  /** The model as written. */
  reset(): void;
  undo(): void;
  redo(): void;
  /** A slide has ended; one of the same event right after it, as by a held key, belongs to its step. */
  endMerge(): void;
  setMode(mode: Mode): void;
  select(name: string): void;
  highlight(events: Iterable<string>): void;
  showMoreCutSets(): void;
  /** The settings as a hash without `#`. */
  hash(): string;
  /** Take the settings of a hash; returns what is wrong with it. An empty hash: as the page came. */
  loadHash(text: string): string[];
  toYaml(): string;
  subscribe(subscriber: (what: Change) => void): void;
  /** Importance measures of an event; of a large tree the Fussell-Vesely share comes with the cut sets. */
  importanceOf(name: string): Measures | null;
  /** Probability of other observations under what is set; null where it is not known. */
  evidenceOf(others: Observed): Probability;
}
