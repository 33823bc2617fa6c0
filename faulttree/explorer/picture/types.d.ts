/** What passes between the modules of the picture. Types only: no script is made of this file. */

import type { Observed, Result, States, Vertex } from "../types";

/** An element where it stands in the picture. Indices are -1 where there is none. */
export interface Place {
  readonly index: number;
  readonly key: string;
  readonly vertex: Vertex;
  readonly parent: number;
  readonly position: number;
  readonly depth: number;
  children: readonly number[];
  /** The condition drawn as an oval beside an inhibit gate. */
  side: number;
  readonly oval: boolean;
  readonly transfer: boolean;
  /** How often the element occurs. */
  times: number;
  /** How many places hang beneath it. */
  below: number;
}

/** A symbol as a path that starts at the middle of its top. */
export interface SymbolShape {
  /** Filled outlines. */
  readonly d: string;
  /** What is not filled. */
  readonly line: string;
  /** Half the width. */
  readonly half: number;
  readonly height: number;
  /** Where a line from below meets it. */
  readonly foot: number;
  /** Middle of the text inside, and half the room it has. */
  readonly markY: number;
  readonly markHalf: number;
}

/** How far a place reaches from its axis, and the heights that it needs. */
interface Measured {
  readonly lines: readonly string[];
  readonly left: number;
  right: number;
  readonly box: number;
  readonly strip: number;
  stub: number;
  body: number;
}

/** What is drawn at a place that has a symbol. */
export interface SymbolCard extends Measured {
  readonly kind: "symbol";
  readonly symbol: SymbolShape;
  readonly hasBox: boolean;
  readonly width: number;
  /** From the gate's axis to that of the oval beside it; 0 without one. */
  sideAxis: number;
}

/** A condition's oval, with its name and probability beneath. */
export interface OvalCard extends Measured {
  readonly kind: "oval";
  readonly hasBox: false;
  readonly rx: number;
  readonly ry: number;
  readonly name: string;
  readonly captions: number;
}

export type Card = SymbolCard | OvalCard;

/** One row of the picture. */
export interface Row {
  box: number;
  strip: number;
  stub: number;
  body: number;
  y: number;
  symbolY: number;
  bus: number;
  /** From the left to the right. */
  readonly places: number[];
}

/** The picture with some gates folded. */
export interface Layout {
  /** Places shown, parents first. */
  readonly visible: readonly number[];
  /** Axis by place, NaN where hidden. */
  readonly x: Float64Array;
  readonly rows: readonly Row[];
  readonly width: number;
  readonly height: number;
}

/** How an element looks under what is set and observed. */
export interface Look {
  readonly classes: readonly string[];
  readonly tag: string;
  readonly observed: boolean;
  readonly figure: string;
  readonly was: string;
  /** 1 where the probability rose, -1 where it fell, else 0. */
  readonly arrow: number;
  readonly said: string;
}

/** A drawn element, and what repaints it in place. */
export interface DrawnCard {
  readonly group: SVGElement;
  paint(look: Look): void;
}

/** What the picture shows; what is not given stays. */
export interface DiagramChanges {
  states?: States;
  observed?: Observed;
  result?: Result | null;
  base?: Result | null;
  selected?: string | null;
  highlighted?: ReadonlySet<string>;
}

/** Where one looks from: a point (x, y) stands on the screen at (scale x + left, scale y + top). */
export interface View {
  scale: number;
  left: number;
  top: number;
}

/** The picture as the page uses it. */
export interface DiagramPicture {
  update(changes: DiagramChanges): void;
  /** A complete SVG file of the picture as folded now, in light colours. */
  toSvg(): string;
  /** Names of the elements whose name or label holds the text, in drawing order. */
  search(text: string): string[];
  /** Unfold what hides the element, bring it to the middle and ring it; asked again, its next place. */
  focus(name: string): void;
  fold(key: string, wish: boolean): void;
  fit(): void;
  zoom(factor: number): void;
  pan(dx: number, dy: number): void;
  foldAll(): void;
  unfoldAll(): void;
  foldToDepth(depth: number): void;
  folded(): string[];
  setFolded(keys: readonly string[]): void;
}

/** What the picture calls. */
export interface DiagramCallbacks {
  /** An element's state is to change: to the next one with direction 1, to the one before with -1. */
  onToggle?(name: string, direction: number): void;
  onSelect?(name: string): void;
  /** After any folding but that of `setFolded`. */
  onFoldChange?(): void;
}

/** What the elements show under what is set and observed. */
export interface DiagramLooks {
  update(changes: DiagramChanges): void;
  /** ring: a further class. */
  of(place: Place, ring?: string): Look;
  classes(place: Place, ring: string): string[];
  /** Keys that the highlighted elements lead through. */
  readonly reached: ReadonlySet<string>;
}

/** What the picture shows at a time. */
export interface Scene {
  readonly places: readonly Place[];
  readonly cards: readonly Card[];
  isFolded(place: Place): boolean;
  layout: Layout;
  /** Index of the place that the keyboard is at. */
  current: number;
  /** Whether a search led there. */
  isFound: boolean;
}
