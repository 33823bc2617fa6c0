// Binary decision diagrams with complement edges: a frozen value.
//
// A row is level, low edge, high edge; an edge is row << 1 | complement. Row 0 is the constant: edge 0 is false, edge 1
// is true. A low edge is never complemented, so a function has one edge only. Rows come after their children. A level
// stands for a variable, or for a module: then `modules` holds the edge of the module's function.
// Source: K. S. Brace, R. L. Rudell, R. E. Bryant, DAC 1990.

/** @import { Columns } from "../types" */

export const FALSE_EDGE = 0;
export const TRUE_EDGE = 1;

/**
 * What a function falls apart into: the function itself, or one of its modules.
 *
 * edge: the function. level: the module's own, -1 of the function itself. rows: falling. levels: those of its rows,
 * rising. falling: the rows by level, once they were asked for.
 *
 * @typedef {{ edge: number, level: number, rows: Int32Array, levels: Int32Array, falling?: Int32Array }} Piece
 */

/** Boolean functions that share rows. variables: names by level, "" for a module; modules: an edge by level, or 0. */
export class Diagram {
  /**
   * @param {readonly string[]} variables
   * @param {Columns} columns
   * @param {Int32Array} [modules]
   */
  constructor(variables, { level, low, high }, modules = new Int32Array(variables.length)) {
    this.variables = variables;
    this.level = level;
    this.low = low;
    this.high = high;
    this.modules = modules;
    this.hasModules = modules.some((edge) => edge !== 0);
    /** @type {Map<number, { pieces: Piece[], places: Int32Array }>} */
    this.apart = new Map();
    /** @type {Uint8Array | null} */
    this.seen = null;
    /** @type {Int32Array | null} */
    this.lowest = null;
  }

  /** Number of rows, the constant among them. */
  get size() {
    return this.level.length;
  }

  /**
   * What a function falls apart into: {pieces: [{edge, level, rows, levels}], places}. The function itself comes first,
   * then its modules, each after the piece that decides on it. level: the module's own, -1 of the function; rows:
   * falling; levels: those of its rows, rising; places: by level where it stands among them, -1 where nothing does.
   *
   * @param {number} root
   * @returns {{ pieces: Piece[], places: Int32Array }}
   */
  fallenApart(root) {
    let apart = this.apart.get(root);
    if (apart === undefined) {
      const pieces = [this.surveyed(root, -1)];
      const places = new Int32Array(this.variables.length).fill(-1);
      for (const piece of pieces) {
        piece.levels.forEach((level, place) => {
          places[level] = place;
          if (this.modules[level]) pieces.push(this.surveyed(this.modules[level], level));
        });
      }
      apart = { pieces, places };
      this.apart.set(root, apart);
    }
    return apart;
  }

  /**
   * The rows of a function without modules, the upper levels first: Int32Array.
   *
   * @param {number} root
   * @returns {Int32Array}
   */
  byLevel(root) {
    const [piece] = this.fallenApart(root).pieces;
    piece.falling ??= this.sortedByLevel(piece.rows);
    return piece.falling;
  }

  /**
   * @param {Int32Array} rows
   * @returns {Int32Array}
   */
  sortedByLevel(rows) {
    const { level } = this;
    const ends = new Int32Array(this.variables.length + 1);
    for (const row of rows) ends[level[row] + 1]++;
    for (let own = 0; own < this.variables.length; own++) ends[own + 1] += ends[own];
    const sorted = new Int32Array(rows.length);
    for (const row of rows) sorted[ends[level[row]]++] = row;
    return sorted;
  }

  /** The lowest level that each row's function depends on, -1 of the constant: Int32Array. For no modules. */
  get deepest() {
    if (!this.lowest) {
      this.lowest = new Int32Array(this.size).fill(-1);
      for (let row = 1; row < this.size; row++) {
        const below = Math.max(this.lowest[this.low[row] >> 1], this.lowest[this.high[row] >> 1]);
        this.lowest[row] = Math.max(this.level[row], below);
      }
    }
    return this.lowest;
  }

  /**
   * The piece that a function is, with its rows and levels.
   *
   * @param {number} edge
   * @param {number} own its level, where it is a module
   * @returns {Piece}
   */
  surveyed(edge, own) {
    const { level, low, high } = this;
    // A piece's rows may lie far apart, so no pass over all rows.
    this.seen ??= new Uint8Array(this.size);
    const { seen } = this;
    /** @type {number[]} */
    const rows = [];
    /** @type {(row: number) => void} */
    const meet = (row) => {
      if (row === 0 || seen[row]) return;
      seen[row] = 1;
      rows.push(row);
    };
    meet(edge >> 1);
    for (let next = 0; next < rows.length; next++) {
      meet(low[rows[next]] >> 1);
      meet(high[rows[next]] >> 1);
    }
    for (const row of rows) seen[row] = 0;
    const falling = Int32Array.from(rows).sort().reverse();
    const levels = Int32Array.from(new Set(falling.map((row) => level[row]))).sort();
    return { edge, level: own, rows: falling, levels };
  }
}
