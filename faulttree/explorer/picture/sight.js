// What of the picture is in the document: the cards in sight, and from far away all of it as a few long paths.

import { farShapes } from "./lines.js";
import { drawCard } from "./shapes.js";
import { svgElement } from "./svg.js";

/** @import { DiagramLooks, DrawnCard, Place, Scene } from "./types" */
/** @import { DiagramView } from "./view.js" */

const FAR = 0.18; // scale under which text is not drawn
const FARTHEST = 0.05; // scale under which outlines are finer than boxes are wide
const MOST_CARDS = 700; // in the document at a time
const AHEAD = 160; // px drawn beyond the edge of the screen
const REACH = 200; // no card's middle is farther from its edges

/**
 * The part of a picture that is drawn. scene: what is shown, and how; it changes from outside.
 *
 * @param {SVGElement} svg
 * @param {Scene} scene
 * @param {DiagramLooks} looks
 * @param {DiagramView} looking
 */
export function createSight(svg, scene, looks, looking) {
  const { places, cards } = scene;
  const { view } = looking;
  const far = svgElement("g", { class: "ft-far", "aria-hidden": "true" });
  const farStates = svgElement("g");
  const cardLayer = svgElement("g", { role: "presentation" });
  /** @type {Map<number, DrawnCard>} */
  const drawn = new Map();
  let farIsStale = true;

  /** @type {(place: Place) => string} */
  const ringOf = (place) => (place.index !== scene.current ? "" : scene.isFound ? "is-found" : "is-current");

  /**
   * The card of a place, newly drawn and painted.
   *
   * @param {number} index
   * @returns {DrawnCard}
   */
  function cardOf(index) {
    const place = places[index];
    const row = scene.layout.rows[place.depth];
    const isFolded = scene.isFolded(place);
    const card = drawCard(place, cards[index], row, { isTop: index === 0, isFolded });
    const above = places[place.parent];
    const siblings = above ? [...above.children, above.side].filter((at) => at >= 0) : [0];
    const { group } = card;
    group.id = `ft-place-${index}`;
    group.setAttribute("transform", `translate(${scene.layout.x[index]} ${row.y})`);
    group.setAttribute("aria-level", String(place.depth + (place.oval ? 2 : 1)));
    group.setAttribute("aria-setsize", String(siblings.length));
    group.setAttribute("aria-posinset", String(siblings.indexOf(index) + 1));
    if (place.children.length) group.setAttribute("aria-expanded", String(!isFolded));
    card.paint(looks.of(place, ringOf(place)));
    return card;
  }

  /**
   * Indices of the places within the screen and a little beyond, in drawing order.
   *
   * @returns {number[]}
   */
  function inSight() {
    const { width, height } = looking.size();
    const [left, right] = [-AHEAD, width + AHEAD].map((x) => (x - view.left) / view.scale);
    const [top, bottom] = [-AHEAD, height + AHEAD].map((y) => (y - view.top) / view.scale);
    /** @type {number[]} */
    const found = [];
    for (const row of scene.layout.rows) {
      if (row.bus < top || row.y > bottom) continue;
      found.push(...row.places.slice(bisected(row.places, left - REACH), bisected(row.places, right + REACH)));
    }
    return found;
  }

  /**
   * How many of the indices, sorted by axis, have an axis less than x.
   *
   * @param {readonly number[]} indices
   * @param {number} x
   * @returns {number}
   */
  function bisected(indices, x) {
    let [low, high] = [0, indices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scene.layout.x[indices[middle]] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Draw what has come into sight, and remove what has left it. */
  function show() {
    const seen = view.scale < FAR ? [] : inSight();
    const isFar = view.scale < FAR || seen.length > MOST_CARDS;
    // What the keyboard is at stays known to assistive technology.
    const keep = new Set(isFar ? [scene.current] : [...seen, scene.current]);
    for (const [index, card] of drawn) {
      if (keep.has(index)) continue;
      card.group.remove();
      drawn.delete(index);
    }
    for (const index of keep) {
      if (drawn.has(index)) continue;
      const card = cardOf(index);
      drawn.set(index, card);
      cardLayer.append(card.group);
    }
    svg.classList.toggle("ft-is-far", isFar);
    svg.classList.toggle("ft-is-farthest", view.scale < FARTHEST);
    if (isFar && farIsStale) drawFar();
    else if (!isFar && far.firstChild) {
      far.replaceChildren();
      farIsStale = true;
    }
    svg.setAttribute("aria-activedescendant", `ft-place-${scene.current}`);
  }

  function drawFar() {
    farIsStale = false;
    far.replaceChildren(...farShapes(places, scene.layout, cards, scene.layout.visible), farStates);
    drawFarStates();
  }

  function drawFarStates() {
    /** @type {Map<string, number[]>} */
    const groups = new Map();
    for (const index of scene.layout.visible) {
      const ring = index === scene.current && scene.isFound ? "is-found" : "";
      const classes = looks.classes(places[index], ring).join(" ");
      if (!classes) continue;
      const known = groups.get(classes);
      if (known) known.push(index);
      else groups.set(classes, [index]);
    }
    farStates.replaceChildren(...Array.from(groups).flatMap(([classes, indices]) =>
      farShapes(places, scene.layout, cards, indices, classes)));
  }

  return {
    /** The layers of the picture, the lower first. */
    layers: [far, cardLayer],
    drawn,
    cardOf,
    show,

    /** Show other states in place: nothing moves. */
    repaint() {
      for (const [index, card] of drawn) card.paint(looks.of(places[index], ringOf(places[index])));
      if (far.firstChild) drawFarStates();
    },

    /** Forget what is drawn, for the layout has changed. */
    clear() {
      cardLayer.replaceChildren();
      drawn.clear();
      far.replaceChildren();
      farIsStale = true;
    },

    /**
     * The place under the pointer, from far away the nearest in that row; undefined where there is none.
     *
     * @param {MouseEvent} event
     * @returns {number | undefined}
     */
    placeAt(event) {
      const group = event.target instanceof Element ? event.target.closest("[data-place]") : null;
      if (group) return Number(group.getAttribute("data-place"));
      if (!svg.classList.contains("ft-is-far")) return undefined;
      const at = looking.local(event);
      const [x, y] = [(at.x - view.left) / view.scale, (at.y - view.top) / view.scale];
      const row = scene.layout.rows.find((each) => y >= each.y && y <= each.symbolY + each.body);
      if (!row) return undefined;
      const first = bisected(row.places, x);
      const nearest = row.places.slice(Math.max(0, first - 1), first + 1);
      return nearest.find((index) => Math.abs(scene.layout.x[index] - x) < 95);
    },
  };
}
