// The fault tree in the browser: drawn, folded, searched, walked by keyboard, and repainted when a state changes.
//
// Only what is in sight is in the document. From far away, where no text can be read, all is drawn as a few long paths.

import { listenToKeys, listenToPointer } from "./commands.js";
import { arranged, depthWith, drawnTree } from "./layout.js";
import { litLines, treeLines } from "./lines.js";
import { createDiagramLooks } from "./looks.js";
import { measuredCards } from "./shapes.js";
import { createSight } from "./sight.js";
import { svgElement } from "./svg.js";
import { sheetOf, standaloneSvg } from "./svg_file.js";
import { SYMBOL_HEIGHT } from "./symbols.js";
import { cleanText } from "./text.js";
import { createDiagramView } from "./view.js";

/** @import { Payload } from "../types" */
/** @import { DiagramCallbacks, DiagramChanges, DiagramPicture, Layout, Place, Scene } from "./types" */

const FOLD_ABOVE = 60; // places; a larger tree opens folded
const OPEN_WITH = 40; // places at most, then
const LEAST_SCALE = 0.3; // when a tree opens

/**
 * Draw the payload's tree inside the container.
 *
 * @param {HTMLElement} container
 * @param {Payload} payload
 * @param {DiagramCallbacks} [callbacks]
 * @returns {DiagramPicture}
 */
export function createDiagram(container, payload, callbacks = {}) {
  const vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
  const places = drawnTree(vertices, payload.top);
  const cards = measuredCards(places, payload.top);
  const looks = createDiagramLooks(payload, vertices);
  const foldedKeys = new Set(places.length > FOLD_ABOVE ? foldsAtDepth(depthWith(places, OPEN_WITH)) : []);
  /** @type {(place: Place) => boolean} */
  const isFolded = (place) => place.children.length > 0 && foldedKeys.has(place.key);
  /** @type {Scene} */
  const scene = { places, cards, isFolded, layout: arranged(places, cards, isFolded), current: 0, isFound: false };
  let isSelecting = false; // while onSelect runs: the reader is at the element already

  const title = cleanText(payload.name || payload.top);
  const svg = svgElement("svg", { class: "ft-diagram", role: "tree", tabindex: 0, width: "100%", height: "100%" });
  svg.setAttribute("aria-label", `Fault tree: ${title}`);
  const world = svgElement("g", { role: "presentation" });
  const plainLines = svgElement("path", { class: "ft-edge" });
  const litPath = svgElement("path", { class: "ft-edge ft-lit-edge" });
  const looking = createDiagramView(svg, () => scene.layout, (view) => {
    world.setAttribute("transform", `translate(${view.left} ${view.top}) scale(${view.scale})`);
    sight.show();
  });
  const { view } = looking;
  const sight = createSight(svg, scene, looks, looking);
  world.append(plainLines, litPath, ...sight.layers);
  svg.append(world);
  container.replaceChildren(svg);
  const commands = { goTo, select, toggle, toggleFold, focus, placeAt: sight.placeAt };
  listenToKeys(svg, scene, looking, commands);
  listenToPointer(svg, scene, commands);

  function drawLines() {
    plainLines.setAttribute("d", treeLines(places, scene.layout, cards, isFolded));
    drawLit();
  }

  function drawLit() {
    litPath.setAttribute("d", litLines(places, scene.layout, cards, isFolded, looks.reached));
  }

  // ---- folding ------------------------------------------------------------------------------------------------------

  /**
   * Lay the tree out anew. The place at anchor stays where it is on the screen; others glide to theirs.
   *
   * @param {number} anchor
   */
  function arrange(anchor) {
    const before = scene.layout;
    const { left, top } = view;
    const layout = arranged(places, cards, isFolded);
    scene.layout = layout;
    while (Number.isNaN(layout.x[scene.current])) scene.current = places[scene.current].parent;
    drawLines();
    sight.clear();
    const { depth } = places[anchor];
    const dx = before.x[anchor] - layout.x[anchor];
    const dy = (before.rows[depth]?.y ?? NaN) - (layout.rows[depth]?.y ?? NaN);
    if (Number.isNaN(dx + dy)) sight.show(); // the anchor was hidden, or is
    else looking.jump({ left: left + dx * view.scale, top: top + dy * view.scale });
    glide(before, (left - view.left) / view.scale, (top - view.top) / view.scale);
  }

  /**
   * Move what is drawn from where it was, which is so far away, to where it is.
   *
   * @param {Layout} before
   * @param {number} dx
   * @param {number} dy
   */
  function glide(before, dx, dy) {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timing = { duration: 170, easing: "ease-out" };
    /** @type {(x: number, y: number) => Keyframe} */
    const transform = (x, y) => ({ transform: `translate(${x}px, ${y}px)` });
    for (const [index, { group }] of sight.drawn) {
      const { depth } = places[index];
      const [x, y] = [scene.layout.x[index], scene.layout.rows[depth].y];
      const [fromX, fromY] = [before.x[index] + dx, (before.rows[depth]?.y ?? NaN) + dy];
      if (Number.isNaN(fromX)) group.animate([{ opacity: 0 }, { opacity: 1 }], timing);
      else if (Math.hypot(fromX - x, fromY - y) > 0.5) group.animate([transform(fromX, fromY), transform(x, y)], timing);
    }
    plainLines.animate([{ opacity: 0 }, { opacity: 1 }], timing);
  }

  /**
   * @param {Iterable<string>} keys
   * @param {number} anchor
   * @param {boolean} [isTold]
   */
  function setFolds(keys, anchor, isTold = true) {
    foldedKeys.clear();
    for (const key of keys) foldedKeys.add(key);
    arrange(anchor);
    if (isTold) callbacks.onFoldChange?.();
  }

  /**
   * @param {string} key
   * @param {boolean} wish
   */
  function fold(key, wish) {
    const place = places.find((each) => each.key === key && each.children.length);
    if (!place || isFolded(place) === wish) return;
    const keys = new Set(foldedKeys);
    if (wish) keys.add(key);
    else keys.delete(key);
    setFolds(keys, place.index);
  }

  /** @param {number} index */
  function toggleFold(index) {
    if (places[index].children.length) fold(places[index].key, !isFolded(places[index]));
  }

  /**
   * Keys of the gates at that depth and below.
   *
   * @param {number} least
   * @returns {string[]}
   */
  function foldsAtDepth(least) {
    return places.filter(({ children, depth }) => children.length && depth >= least).map(({ key }) => key);
  }

  // ---- finding ------------------------------------------------------------------------------------------------------

  /**
   * Make a place the one that the keyboard is at.
   *
   * @param {number} index
   * @param {{ found?: boolean, reveal?: boolean }} [how]
   */
  function goTo(index, { found = false, reveal = true } = {}) {
    scene.current = index;
    scene.isFound = found;
    const row = scene.layout.rows[places[index].depth];
    const [x, { left, right }, bottom] = [scene.layout.x[index], cards[index], row.symbolY + SYMBOL_HEIGHT];
    if (reveal) looking.reveal({ left: x - left, right: x + right, top: row.y, bottom });
    sight.show();
    sight.repaint();
  }

  /** @param {string} name */
  function focus(name) {
    const named = places.filter((place) => place.vertex.name === name);
    const at = [...named.filter((place) => !place.transfer), ...named.filter((place) => place.transfer)];
    if (isSelecting || !at.length) return;
    const here = scene.isFound ? at.indexOf(places[scene.current]) : -1;
    const place = at[(here + 1) % at.length];
    const keys = new Set(foldedKeys);
    for (let up = place.parent; up >= 0; up = places[up].parent) keys.delete(places[up].key);
    if (Number.isNaN(scene.layout.x[place.index])) setFolds(keys, 0);
    const row = scene.layout.rows[place.depth];
    goTo(place.index, { found: true, reveal: false });
    looking.centre(scene.layout.x[place.index], (row.y + row.symbolY + SYMBOL_HEIGHT) / 2);
  }

  /**
   * @param {string} text
   * @returns {string[]}
   */
  function search(text) {
    const wanted = cleanText(text).toLowerCase();
    if (!wanted) return [];
    /** @type {(said: string) => boolean} */
    const holds = (said) => cleanText(said).toLowerCase().includes(wanted);
    const found = places.map(({ vertex }) => vertex).filter(({ name, label }) => name && (holds(name) || holds(label)));
    return [...new Set(found.map(({ name }) => name))];
  }

  /** @param {number} index */
  function select(index) {
    const { name } = places[index].vertex;
    isSelecting = true;
    try {
      if (name) callbacks.onSelect?.(name);
    } finally {
      isSelecting = false;
    }
  }

  /**
   * @param {number} index
   * @param {number} direction
   */
  function toggle(index, direction) {
    const { name } = places[index].vertex;
    if (name) callbacks.onToggle?.(name, direction);
  }

  // ---- the whole picture --------------------------------------------------------------------------------------------

  /** @returns {string} */
  function toSvg() {
    const groups = scene.layout.visible.map((index) => sight.cardOf(index).group);
    for (const group of groups) group.classList.remove("is-selected", "is-current", "is-found");
    const parts = [plainLines.cloneNode(), litPath.cloneNode(), ...groups];
    const sheet = sheetOf(parts, title, scene.layout);
    container.append(sheet);
    try {
      return standaloneSvg(sheet);
    } finally {
      sheet.remove();
    }
  }

  /** @param {DiagramChanges} changes */
  function update(changes) {
    looks.update(changes);
    drawLit();
    sight.repaint();
  }

  /** Where one looks at first: at the whole, or, if that were too small to read, at the top. */
  function lookAtFirst() {
    const fitted = looking.fittedScale();
    const left = looking.size().width / 2 - scene.layout.x[0] * LEAST_SCALE;
    if (fitted >= LEAST_SCALE) looking.fit(false);
    else looking.jump({ scale: LEAST_SCALE, left, top: 28 });
  }

  drawLines();
  lookAtFirst();
  let isSeen = container.clientWidth > 0;
  new ResizeObserver(() => {
    if (isSeen) sight.show();
    else if (container.clientWidth > 0) {
      isSeen = true;
      lookAtFirst();
    }
  }).observe(container);

  return {
    update, toSvg, search, focus, fold,
    fit: () => looking.fit(), zoom: (factor) => looking.zoom(factor), pan: (dx, dy) => looking.pan(dx, dy),
    foldAll: () => setFolds(foldsAtDepth(1), 0), // the top's own inputs stay in sight
    unfoldAll: () => setFolds([], scene.current),
    foldToDepth: (depth) => setFolds(foldsAtDepth(depth), 0),
    folded: () => [...foldedKeys],
    setFolded: (keys) => setFolds(keys, 0, false),
  };
}
