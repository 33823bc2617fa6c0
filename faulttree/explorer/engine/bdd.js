// Binary decision diagrams with complement edges: a frozen value, and the forest it grows in.
//
// A row is level, low edge, high edge; an edge is row << 1 | complement. Row 0 is the constant: edge 0 is false, edge 1
// is true. A low edge is never complemented, so a function has one edge only. Rows come after their children. A level
// stands for a variable, or for a module: then `modules` holds the edge of the module's function.
// Source: K. S. Brace, R. L. Rudell, R. E. Bryant, DAC 1990.

export const FALSE_EDGE = 0;
export const TRUE_EDGE = 1;
const BOTTOM_LEVEL = 0x7fffffff;
const AND_OPERATION = 0;
const XOR_OPERATION = 1;
const FIRST_ROWS = 1 << 10;
const MOST_REMEMBERED = 1 << 19;
export const TURNS = 1 << 13; // of a loop between two pauses: less than a millisecond

/** A diagram would have more rows than the page may use. */
export class NodeBudgetExhausted extends Error {
  constructor(budget) {
    super(
      `This needs a decision diagram of more than ${budget.toLocaleString("en")} nodes, more than this page may use. ` +
        "Take the last setting or observation back, or ask the faulttree program, which has more room.",
    );
    this.name = "NodeBudgetExhausted";
  }
}

/** Numbers from the base64 text of little-endian int32: Int32Array. */
export function int32From(base64) {
  const bytes = atob(base64);
  const numbers = new Int32Array(bytes.length >> 2);
  for (let place = 0; place < bytes.length; place++) {
    numbers[place >> 2] |= bytes.charCodeAt(place) << (8 * (place & 3));
  }
  return numbers;
}

/** The columns level, low and high of a table written row by row: three Int32Arrays. */
export function columnsOf(numbers) {
  const [level, low, high] = [0, 1, 2].map((column) => {
    return new Int32Array(numbers.length / 3).map((_, row) => numbers[3 * row + column]);
  });
  return { level, low, high };
}

/** Rows of level, low and high, none twice, with a memory of what was worked out. Throws NodeBudgetExhausted. */
export class NodeTable {
  /** nConstants: rows that are no decision. budget: most rows. expected: rows to have room for at once. */
  constructor(nConstants, nLevels, budget, expected = 0) {
    const room = 2 ** Math.ceil(Math.log2(Math.max(FIRST_ROWS, expected)));
    this.nLevels = nLevels;
    this.budget = budget;
    this.size = nConstants;
    this.nConstants = nConstants;
    this.level = new Int32Array(room).fill(BOTTOM_LEVEL, 0, nConstants);
    this.low = new Int32Array(room);
    this.high = new Int32Array(room);
    this.next = new Int32Array(room);
    this.buckets = new Int32Array(room);
    this.remembered = new Int32Array(4 * Math.min(room, MOST_REMEMBERED)).fill(-1);
    this.frames = new Int32Array(4 * (nLevels + 2));
  }

  /** The row with these parts, found or added. */
  row(level, low, high) {
    let bucket = this.bucketOf(level, low, high, this.buckets.length);
    for (let row = this.buckets[bucket]; row !== 0; row = this.next[row]) {
      if (this.level[row] === level && this.low[row] === low && this.high[row] === high) return row;
    }
    if (this.size === this.level.length) {
      this.grow();
      bucket = this.bucketOf(level, low, high, this.buckets.length);
    }
    if (this.size >= this.budget) throw new NodeBudgetExhausted(this.budget);
    const row = this.size++;
    this.level[row] = level;
    this.low[row] = low;
    this.high[row] = high;
    this.next[row] = this.buckets[bucket];
    this.buckets[bucket] = row;
    return row;
  }

  /** Twice the room for rows; what was worked out is forgotten as long as its memory grows too. */
  grow() {
    const room = 2 * this.level.length;
    for (const column of ["level", "low", "high", "next"]) {
      const larger = new Int32Array(room);
      larger.set(this[column]);
      this[column] = larger;
    }
    this.buckets = new Int32Array(room);
    for (let row = this.nConstants; row < this.size; row++) {
      const bucket = this.bucketOf(this.level[row], this.low[row], this.high[row], room);
      this.next[row] = this.buckets[bucket];
      this.buckets[bucket] = row;
    }
    if (room <= MOST_REMEMBERED) this.remembered = new Int32Array(4 * room).fill(-1);
  }

  /** Take back every row but the first ones, and what was worked out. */
  shrink(size) {
    if (this.size === size) return;
    // The latest row of a bucket comes first in it.
    for (let row = this.size - 1; row >= size; row--) {
      this.buckets[this.bucketOf(this.level[row], this.low[row], this.high[row], this.buckets.length)] = this.next[row];
    }
    this.size = size;
    this.remembered.fill(-1);
  }

  /** Where three numbers hash to, in a table whose length is a power of two. */
  bucketOf(a, b, c, length) {
    const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
    return (mixed ^ (mixed >>> 15)) & (length - 1);
  }

  /** What an operation on two operands gave, or -1 when that is not remembered. */
  recall(operation, f, g) {
    const place = 4 * this.bucketOf(operation, f, g, this.remembered.length >> 2);
    const memory = this.remembered;
    const known = memory[place] === f && memory[place + 1] === g && memory[place + 2] === operation;
    return known ? memory[place + 3] : -1;
  }

  /** Keep what an operation gave; it may take another's place. */
  remember(operation, f, g, result) {
    const place = 4 * this.bucketOf(operation, f, g, this.remembered.length >> 2);
    this.remembered[place] = f;
    this.remembered[place + 1] = g;
    this.remembered[place + 2] = operation;
    this.remembered[place + 3] = result;
  }

  /** The rows that some rows need, in their order, with links renumbered. shift: 1 where a link is row << 1. */
  compacted(rows, shift) {
    const place = new Int32Array(this.size).fill(-1);
    for (const row of rows) place[row] = 0;
    for (let row = 0; row < this.nConstants; row++) place[row] = row;
    let n = this.nConstants;
    for (let row = this.size - 1; row >= this.nConstants; row--) {
      if (place[row] < 0) continue;
      place[this.low[row] >> shift] = Math.max(place[this.low[row] >> shift], 0);
      place[this.high[row] >> shift] = Math.max(place[this.high[row] >> shift], 0);
      n++;
    }
    const [level, low, high] = [new Int32Array(n), new Int32Array(n), new Int32Array(n)];
    const complement = (1 << shift) - 1;
    level.fill(BOTTOM_LEVEL, 0, this.nConstants);
    n = this.nConstants;
    for (let row = this.nConstants; row < this.size; row++) {
      if (place[row] < 0) continue;
      place[row] = n;
      level[n] = this.level[row];
      low[n] = (place[this.low[row] >> shift] << shift) | (this.low[row] & complement);
      high[n] = (place[this.high[row] >> shift] << shift) | (this.high[row] & complement);
      n++;
    }
    return { level, low, high, place };
  }
}

/** Boolean functions that share rows. variables: names by level, "" for a module; modules: an edge by level, or 0. */
export class Diagram {
  constructor(variables, { level, low, high }, modules = new Int32Array(variables.length)) {
    this.variables = variables;
    this.level = level;
    this.low = low;
    this.high = high;
    this.modules = modules;
    this.hasModules = modules.some((edge) => edge !== 0);
    this.apart = new Map();
  }

  /** Number of rows, the constant among them. */
  get size() {
    return this.level.length;
  }

  /**
   * What a function falls apart into: {pieces: [{edge, level, rows, levels}], places}. The function itself comes first,
   * then its modules, each after the piece that decides on it. level: the module's own, -1 of the function; rows:
   * falling; levels: those of its rows, rising; places: by level where it stands among them, -1 where nothing does.
   */
  fallenApart(root) {
    if (!this.apart.has(root)) {
      const pieces = [{ edge: root, level: -1 }];
      const places = new Int32Array(this.variables.length).fill(-1);
      for (const piece of pieces) {
        this.survey(piece);
        piece.levels.forEach((level, place) => {
          places[level] = place;
          if (this.modules[level]) pieces.push({ edge: this.modules[level], level });
        });
      }
      this.apart.set(root, { pieces, places });
    }
    return this.apart.get(root);
  }

  /** The rows of a function without modules, the upper levels first: Int32Array. */
  byLevel(root) {
    const [piece] = this.fallenApart(root).pieces;
    piece.falling ??= this.sortedByLevel(piece.rows);
    return piece.falling;
  }

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

  /** Find the rows and levels of one piece. */
  survey(piece) {
    const { level, low, high } = this;
    // A piece's rows may lie far apart, so no pass over all rows.
    this.seen ??= new Uint8Array(this.size);
    const { seen } = this;
    const rows = [];
    const meet = (row) => {
      if (row === 0 || seen[row]) return;
      seen[row] = 1;
      rows.push(row);
    };
    meet(piece.edge >> 1);
    for (let next = 0; next < rows.length; next++) {
      meet(low[rows[next]] >> 1);
      meet(high[rows[next]] >> 1);
    }
    for (const row of rows) seen[row] = 0;
    piece.rows = Int32Array.from(rows).sort().reverse();
    piece.levels = Int32Array.from(new Set(piece.rows.map((row) => level[row]))).sort();
  }
}

/** Makes edges under one variable order. Negation is `edge ^ 1`. Throws NodeBudgetExhausted. */
export class BddForest extends NodeTable {
  constructor(variables, budget, expected = 0) {
    super(1, variables.length, budget, expected);
    this.variables = variables;
  }

  /** A forest that holds a diagram without modules, its edges unchanged. more: variables to follow the diagram's. */
  static *holding(diagram, budget, more) {
    const forest = new BddForest([...diagram.variables, ...more], budget, 1.5 * diagram.size);
    yield* forest.adopt(diagram);
    return forest;
  }

  /** The edge here of every row of a diagram without modules. states: Int8Array by level, 0 or 1 where settled. */
  *adopt(diagram, states = new Int8Array(this.nLevels).fill(-1)) {
    const place = new Int32Array(diagram.size);
    for (let row = 1; row < diagram.size; row++) {
      const level = diagram.level[row];
      const low = place[diagram.low[row] >> 1] ^ (diagram.low[row] & 1);
      const high = place[diagram.high[row] >> 1] ^ (diagram.high[row] & 1);
      place[row] = states[level] < 0 ? this.choice(level, low, high) : states[level] ? high : low;
      if (row % TURNS === 0) yield;
    }
    return place;
  }

  /** The function that is `high` where the level's variable is true, else `low`; both lie below that level. */
  choice(level, low, high) {
    if (low === high) return low;
    const complement = low & 1;
    return (this.row(level, low ^ complement, high ^ complement) << 1) | complement;
  }

  /** The function that is the variable at a level. */
  variable(level) {
    return this.choice(level, FALSE_EDGE, TRUE_EDGE);
  }

  /** AND of any number of functions. */
  *all(edges) {
    let all = TRUE_EDGE;
    for (const edge of this.deepestFirst(edges)) all = yield* this.combine(AND_OPERATION, all, edge);
    return all;
  }

  /** OR of any number of functions. */
  *any(edges) {
    return (yield* this.all(edges.map((edge) => edge ^ 1))) ^ 1;
  }

  /** Whether an odd number of the functions is true. */
  *parity(edges) {
    let odd = FALSE_EDGE;
    for (const edge of this.deepestFirst(edges)) odd = yield* this.combine(XOR_OPERATION, odd, edge);
    return odd;
  }

  /** Whether at least k of the functions are true: one threshold at a time. */
  *atLeast(k, edges) {
    const reached = [TRUE_EDGE, ...new Array(k).fill(FALSE_EDGE)];
    const n = edges.length;
    for (const [seen, edge] of this.deepestFirst(edges).entries()) {
      for (let j = Math.min(k, seen + 1); j > Math.max(0, k - (n - seen)); j--) {
        reached[j] = yield* this.any([reached[j], yield* this.all([edge, reached[j - 1]])]);
      }
    }
    return reached[k];
  }

  /** New rows then come on top of what is there, and each step walks the smaller operand. */
  deepestFirst(edges) {
    return [...edges].sort((f, g) => this.level[g >> 1] - this.level[f >> 1]);
  }

  /** AND or XOR of two functions, with a stack of its own: frames of f, g, low result (-1 at first), complement. */
  *combine(operation, f, g) {
    const frames = this.frames;
    let depth = 0;
    let result = -1;
    for (let turn = 1; ; turn++) {
      if (turn % TURNS === 0) yield;
      if (result < 0) {
        // Going down: the answer is plain, or remembered, or two smaller questions.
        let complement = 0;
        if (operation === AND_OPERATION) {
          if (f === g || g === TRUE_EDGE) result = f;
          else if (f === TRUE_EDGE) result = g;
          else if (f === FALSE_EDGE || g === FALSE_EDGE || f === (g ^ 1)) result = FALSE_EDGE;
        } else {
          complement = (f ^ g) & 1;
          f &= ~1;
          g &= ~1;
          if (f === g) result = complement;
          else if (f === FALSE_EDGE) result = g ^ complement;
          else if (g === FALSE_EDGE) result = f ^ complement;
        }
        if (result >= 0) continue;
        if (f > g) [f, g] = [g, f];
        const known = this.recall(operation, f, g);
        if (known >= 0) {
          result = known ^ complement;
          continue;
        }
        const frame = 4 * depth++;
        frames[frame] = f;
        frames[frame + 1] = g;
        frames[frame + 2] = -1;
        frames[frame + 3] = complement;
        const levelF = this.level[f >> 1];
        const levelG = this.level[g >> 1];
        if (levelF <= levelG) f = this.low[f >> 1] ^ (f & 1);
        if (levelG <= levelF) g = this.low[g >> 1] ^ (g & 1);
        continue;
      }
      // Coming up: hand the result to the question on top of the stack.
      if (depth === 0) return result;
      const frame = 4 * (depth - 1);
      f = frames[frame];
      g = frames[frame + 1];
      const levelF = this.level[f >> 1];
      const levelG = this.level[g >> 1];
      if (frames[frame + 2] < 0) {
        frames[frame + 2] = result;
        result = -1;
        if (levelF <= levelG) f = this.high[f >> 1] ^ (f & 1);
        if (levelG <= levelF) g = this.high[g >> 1] ^ (g & 1);
        continue;
      }
      const edge = this.choice(Math.min(levelF, levelG), frames[frame + 2], result);
      this.remember(operation, f, g, edge);
      result = edge ^ frames[frame + 3];
      depth--;
    }
  }

  /** A diagram of these functions and nothing else, and their edges in it: {diagram, edges}. */
  freeze(edges) {
    const { place, ...columns } = this.compacted(edges.map((edge) => edge >> 1), 1);
    const renamed = edges.map((edge) => (place[edge >> 1] << 1) | (edge & 1));
    return { diagram: new Diagram(this.variables, columns), edges: renamed };
  }
}
