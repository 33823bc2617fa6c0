// What is known of pairs of functions.

/** Numbers by pairs of edges: an open hash table. most: how many pairs it takes. */
export class Pairs {
  /** @param {number} most */
  constructor(most) {
    this.most = most;
    this.room = 1 << 10;
    this.keys = new Int32Array(2 * this.room).fill(-1);
    this.values = new Float64Array(this.room);
    this.size = 0;
  }

  /** Whether it takes another pair. */
  hasRoom() {
    return this.size < this.most;
  }

  /** Empty the table. */
  forget() {
    if (this.size) this.keys.fill(-1);
    this.size = 0;
  }

  /**
   * Where a pair stands, or the free place for it.
   *
   * @param {number} f
   * @param {number} g
   * @returns {number}
   */
  placeOf(f, g) {
    const mixed = Math.imul(f, 0x9e3779b1) ^ Math.imul(g, 0x85ebca6b);
    let place = (mixed ^ (mixed >>> 15)) & (this.room - 1);
    while (this.keys[2 * place] >= 0 && (this.keys[2 * place] !== f || this.keys[2 * place + 1] !== g)) {
      place = (place + 1) & (this.room - 1);
    }
    return place;
  }

  /**
   * The number of a pair, or `missing`.
   *
   * @param {number} f
   * @param {number} g
   * @param {number} [missing]
   * @returns {number}
   */
  recall(f, g, missing = -1) {
    const place = this.placeOf(f, g);
    return this.keys[2 * place] < 0 ? missing : this.values[place];
  }

  /**
   * Keep the number of a pair; only while there is room.
   *
   * @param {number} f
   * @param {number} g
   * @param {number} value
   */
  keep(f, g, value) {
    if (2 * this.size >= this.room) this.grow();
    const place = this.placeOf(f, g);
    if (this.keys[2 * place] < 0) this.size++;
    this.keys[2 * place] = f;
    this.keys[2 * place + 1] = g;
    this.values[place] = value;
  }

  /** Twice the room. */
  grow() {
    const { keys, values, room } = this;
    this.room *= 2;
    this.keys = new Int32Array(2 * this.room).fill(-1);
    this.values = new Float64Array(this.room);
    this.size = 0;
    for (let old = 0; old < room; old++) {
      if (keys[2 * old] >= 0) this.keep(keys[2 * old], keys[2 * old + 1], values[old]);
    }
  }
}
