// The tree as it is drawn, and where its elements stand in rows.
//
// The rules are those of the static drawing: render/occurrences.py, layout.py and cards.py.

import { entry } from "../lookup.js";

/** @import { Vertex } from "../types" */
/** @import { Card, Layout, Place, Row } from "./types" */

const GAP = 22; // between neighbours
const BUS = 26; // between a row and the bus beneath it
const DROP = 16; // between a bus and the row beneath it

/**
 * The outline of a subtree, the deepest level first; an edge stands at its number plus the shift.
 *
 * @typedef {{ left: number[], right: number[], shift: number }} Contour
 */
/**
 * A node to be placed: how far it reaches from its axis, and whether that is the axis of its first child.
 *
 * @typedef {{ children: readonly number[], left: number, right: number, aboveFirst: boolean }} Extent
 */

/**
 * The places of the whole tree under the top, row by row: events repeated where they occur, a shared gate developed
 * at its shallowest place, the leftmost of these, and a transfer elsewhere.
 *
 * A place: {index, key, vertex, parent, position, depth, children, side, oval, transfer, times, below}. parent,
 * children and side are indices (-1: none); side: the condition drawn as an oval beside an inhibit gate; times: how
 * often the element occurs; below: how many places hang beneath it.
 *
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @param {string} top
 * @returns {Place[]}
 */
export function drawnTree(vertices, top) {
  /** @type {Place[]} */
  const places = [];
  const developed = new Set([top]);
  /** @type {Map<string, number>} */
  const times = new Map();
  /** @type {(key: string, parent: number, position: number, depth: number, oval?: boolean) => number} */
  const add = (key, parent, position, depth, oval = false) => {
    const vertex = entry(vertices, key);
    const transfer = developed.has(key) && parent >= 0;
    if (vertex.connective) developed.add(key);
    times.set(key, (times.get(key) ?? 0) + 1);
    places.push({ index: places.length, key, vertex, parent, position, depth, children: [], side: -1, oval, transfer,
                  times: 1, below: 0 });
    return places.length - 1;
  };
  add(top, -1, 0, 0);
  for (let index = 0; index < places.length; index += 1) { // grows while it is walked
    const place = places[index];
    if (place.transfer || !place.vertex.connective) continue;
    const { connective, inputs } = place.vertex;
    const condition = connective === "inhibit" ? entry(vertices, inputs[1]) : null;
    const beside = condition && !condition.connective && condition.kind !== "house";
    place.children = (beside ? inputs.slice(0, 1) : inputs)
      .map((key, position) => add(key, index, position, place.depth + 1));
    if (beside) place.side = add(inputs[1], index, 1, place.depth, true);
  }
  for (const place of [...places].reverse()) {
    place.times = entry(times, place.key);
    if (place.parent >= 0) places[place.parent].below += place.below + 1;
  }
  return places;
}

/**
 * The axis of every node, the leftmost edge being 0; nodes of a level keep their order and at least the gap.
 *
 * nodes: [{children: [numbers], left, right, aboveFirst}], a node's number less than its children's. Subtrees are
 * packed by contour, from the left and from the right, and the mean is taken. Time is linear in the number of nodes.
 * Sources: Reingold and Tilford, IEEE Trans. Softw. Eng. SE-7 (1981) 223-228; Buchheim, Juenger and Leipert, GD 2002.
 *
 * @param {readonly Extent[]} nodes
 * @returns {Float64Array}
 */
function positions(nodes) {
  const offset = new Float64Array(nodes.length);
  /** @type {(Contour | null)[]} */
  const contours = new Array(nodes.length);
  for (let node = nodes.length - 1; node >= 0; node -= 1) {
    const { children, left, right, aboveFirst } = nodes[node];
    const merged = packedTogether(children, contours, offset);
    if (children.length) {
      const axis = (offset[children[0]] + offset[children[aboveFirst ? 0 : children.length - 1]]) / 2;
      for (const child of children) offset[child] -= axis;
      merged.shift -= axis;
    }
    merged.left.push(-left - merged.shift);
    merged.right.push(right - merged.shift);
    contours[node] = merged;
  }
  const whole = contourOf(contours, 0);
  const at = new Float64Array(nodes.length);
  at[0] = -(whole.left.reduce((least, value) => Math.min(least, value), Infinity) + whole.shift);
  nodes.forEach(({ children }, node) => {
    for (const child of children) at[child] = at[node] + offset[child];
  });
  return at;
}

/**
 * The contour of a node that is placed, and not yet part of its parent's.
 *
 * @param {readonly (Contour | null)[]} contours
 * @param {number} node
 * @returns {Contour}
 */
function contourOf(contours, node) {
  const contour = contours[node];
  if (!contour) throw new Error(`Node ${node} has no contour.`);
  return contour;
}

/**
 * Set the offsets of neighbouring subtrees, the first at 0, and give their common contour (deepest level first).
 *
 * @param {readonly number[]} nodes
 * @param {(Contour | null)[]} contours
 * @param {Float64Array} offset
 * @returns {Contour}
 */
function packedTogether(nodes, contours, offset) {
  if (!nodes.length) return { left: [], right: [], shift: 0 };
  const parts = nodes.map((node) => contourOf(contours, node));
  for (const node of nodes) contours[node] = null;
  if (parts.length === 1) return parts[0];
  // Deeper than the second deepest subtree nothing can touch.
  const levels = parts.map((part) => part.left.length).sort((a, b) => b - a)[1];
  /** @type {(values: readonly number[], shift: number) => number[]} */
  const top = (values, shift) => values.slice(-levels).reverse().map((value) => value + shift);
  const lefts = parts.map((part) => top(part.left, part.shift));
  const rights = parts.map((part) => top(part.right, part.shift));
  /** @type {(contour: readonly number[][]) => number[][]} */
  const mirror = (contour) => contour.map((values) => values.map((value) => -value)).reverse();
  const fromLeft = packed(lefts, rights);
  const fromRight = packed(mirror(rights), mirror(lefts));
  let merged = parts[0];
  for (let index = 1; index < parts.length; index += 1) {
    const x = (fromLeft[index] + fromRight[parts.length - 1] - fromRight[parts.length - 1 - index]) / 2;
    offset[nodes[index]] = x;
    parts[index].shift += x;
    merged = mergedContour(merged, parts[index]);
  }
  return merged;
}

/**
 * Offsets that push each subtree against those on its left. Contours run from the root's level downward.
 *
 * @param {readonly number[][]} lefts
 * @param {readonly number[][]} rights
 * @returns {number[]}
 */
function packed(lefts, rights) {
  const reach = [...rights[0]];
  const at = [0];
  for (let index = 1; index < lefts.length; index += 1) {
    let x = -Infinity;
    lefts[index].forEach((left, level) => {
      if (level < reach.length) x = Math.max(x, reach[level] - left + GAP);
    });
    rights[index].forEach((right, level) => { reach[level] = x + right; });
    at.push(x);
  }
  return at;
}

/**
 * The common contour of two subtrees, the other on the right. Reuses the deeper one's lists.
 *
 * @param {Contour} one
 * @param {Contour} other
 * @returns {Contour}
 */
function mergedContour(one, other) {
  const otherIsShallow = other.left.length <= one.left.length;
  const [shallow, deep] = otherIsShallow ? [other, one] : [one, other];
  const side = otherIsShallow ? "right" : "left";
  const start = deep.left.length - shallow.left.length;
  shallow[side].forEach((value, level) => { deep[side][start + level] = value + shallow.shift - deep.shift; });
  return deep;
}

/**
 * Whether an inhibit gate's condition is developed in the tree, and so reached from the gate's side.
 *
 * @param {Place} place
 * @returns {boolean}
 */
export const isSideways = (place) => place.vertex.connective === "inhibit" && place.children.length === 2;

/**
 * The picture with some gates folded: {visible, x, rows, width, height}.
 *
 * cards: the measured card of each place. visible: indices of the places shown, parents first. x: axis by place, NaN
 * where hidden. rows: {y, box, strip, stub, body, symbolY, bus, places}, the places from left to right.
 *
 * @param {readonly Place[]} places
 * @param {readonly Card[]} cards
 * @param {(place: Place) => boolean} isFolded
 * @returns {Layout}
 */
export function arranged(places, cards, isFolded) {
  const visible = [0];
  const numbers = new Map([[0, 0]]);
  /** @type {Extent[]} */
  const nodes = [];
  /** @type {number[]} */
  const shownSides = [];
  for (let number = 0; number < visible.length; number += 1) {
    const place = places[visible[number]];
    const children = isFolded(place) ? [] : place.children;
    for (const child of children) {
      numbers.set(child, visible.length);
      visible.push(child);
    }
    if (place.side >= 0) shownSides.push(place.side);
    const { left, right } = cards[place.index];
    nodes.push({ children: children.map((child) => entry(numbers, child)), left, right, aboveFirst: isSideways(place) });
  }
  const axes = positions(nodes);
  const x = new Float64Array(places.length).fill(NaN);
  /** @type {Row[]} */
  const rows = [];
  let width = 0;
  visible.forEach((index, number) => {
    const { depth, side } = places[index];
    x[index] = axes[number];
    width = Math.max(width, x[index] + cards[index].right);
    rows[depth] ??= { box: 0, strip: 0, stub: 0, body: 0, y: 0, symbolY: 0, bus: 0, places: [] };
    const [row, card] = [rows[depth], cards[index]];
    row.box = Math.max(row.box, card.box);
    row.strip = Math.max(row.strip, card.strip);
    row.stub = Math.max(row.stub, card.stub);
    row.body = Math.max(row.body, card.body);
    row.places.push(index);
    if (side >= 0 && card.kind === "symbol") {
      x[side] = x[index] + card.sideAxis;
      row.places.push(side);
    }
  });
  let y = 0;
  for (const row of rows) {
    row.y = y;
    row.symbolY = y + row.box + row.strip + row.stub;
    row.bus = row.symbolY + row.body + BUS;
    y = row.bus + DROP;
  }
  visible.push(...shownSides);
  return { visible, x, rows, width, height: rows[rows.length - 1].symbolY + rows[rows.length - 1].body };
}

/**
 * The greatest depth, at least 1, down to which there are no more places than that.
 *
 * @param {readonly Place[]} places
 * @param {number} most
 * @returns {number}
 */
export function depthWith(places, most) {
  const beyond = places[most]?.depth ?? Infinity; // places stand row by row
  return Math.max(1, beyond - 1);
}
