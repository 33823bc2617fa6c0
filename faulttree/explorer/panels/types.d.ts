/** What passes between the panels. Types only: no script is made of this file. */

import type { Change, Vertex } from "../types";

/** Attributes of an element: `on…` a listener; false, null or undefined leaves one out, true gives it without a value. */
export interface Attributes {
  readonly [name: string]: string | number | boolean | null | undefined | ((event: Event) => void);
}

/** The three-state switch of one element; no button is on for a state that is a probability. */
export interface StateSwitch {
  readonly node: HTMLElement;
  show(state: boolean | number | null | undefined): void;
}

/** A box for a probability; `wrong`, to stand beside it, says what is wrong with what was entered. */
export interface ProbabilityBox {
  readonly node: HTMLInputElement;
  readonly wrong: HTMLElement;
  /** lacking: what is said where there is no value. */
  show(value: number | null | undefined, lacking?: string): void;
}

/** A section of the panel that opens and closes. The note stands beside the heading. */
export interface Section {
  readonly node: HTMLDetailsElement;
  readonly heading: HTMLElement;
  readonly body: HTMLElement;
  readonly note: HTMLElement;
}

/** What a column is sorted by. */
export type SortKey = number | string | null | undefined;

/** One column of a table. Those of text are sorted upward first. */
export interface Column {
  readonly key: string;
  readonly heading: string;
  readonly title?: string;
  readonly class?: string;
  readonly text?: boolean;
  value(name: string): SortKey;
}

/** A row of a table, and what shows its present numbers. */
export interface ElementRow {
  readonly node: HTMLElement;
  update(): void;
}

export interface TableOptions {
  readonly caption: string;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  /** Makes the row of a name, once for each name shown. */
  row(name: string): ElementRow;
  /** Rows shown at first, and more on request. */
  readonly first?: number;
  readonly more?: number;
  onHover?(name: string | null): void;
}

/** A table of which some rows are on the page. */
export interface SortableTable {
  readonly node: HTMLElement;
  reorder(): void;
  /** Show what has changed. isWhole: whether all is there to sort by. */
  refresh(isWhole: boolean): void;
  /** Up to so many rows, as for a print. Returns what takes that back. */
  lengthen(most: number): () => void;
  /** Leave some rows only; null: all. */
  filter(some: ReadonlySet<string> | null): void;
}

/** What tables look up by name. */
export interface Model {
  readonly vertices: ReadonlyMap<string, Vertex>;
  /** Probability of each event as written; null where none is known. */
  readonly nominal: ReadonlyMap<string, number | null>;
  readonly houses: ReadonlyMap<string, boolean>;
  /** The members of exclusive groups: what is set of one changes the others. */
  readonly exclusive: ReadonlySet<string>;
  /** The events that the model gives no probability. */
  readonly missing: readonly string[];
  readonly events: readonly string[];
  readonly gates: readonly string[];
}

/** A part of the panel, and what shows its present content. */
export interface PanelPart {
  readonly node: HTMLElement;
  update(): void;
}

/** A part that is a section. */
export interface PanelSection extends PanelPart {
  readonly node: HTMLDetailsElement;
}

/** The panel beside the picture. */
export interface Panel {
  readonly model: Model;
  update(what: Change): void;
  /** Leave the rows of some names only, those that match a text; null: all. A print says so. */
  filter(names: ReadonlySet<string> | null, text: string): void;
  /** Bring the row of an element into sight, where it is among those shown. */
  reveal(name: string): void;
  /** Before printing: everything open. Returns what closes it again. */
  openAll(): () => void;
}
