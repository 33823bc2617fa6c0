/*
 * The fault tree in the browser: drawn, folded, searched, walked by keyboard, and repainted when a state changes.
 *
 * Only what is in sight is in the document. From far away, where no text can be read, all is drawn as a few long paths.
 */

import { arranged, depthWith, drawnTree } from "./layout.js";
import { farShapes, litLines, treeLines } from "./lines.js";
import { createDiagramLooks } from "./looks.js";
import { drawCard, measuredCards } from "./shapes.js";
import { svgElement } from "./svg.js";
import { sheetOf, standaloneSvg } from "./svg_file.js";
import { SYMBOL_HEIGHT } from "./symbols.js";
import { cleanText } from "./text.js";
import { createDiagramView } from "./view.js";

/**
 * Draw the payload's tree inside the container.
 *
 * callbacks: onToggle(name, direction) when an element's state is to change, direction 1 or -1; onSelect(name);
 * onFoldChange() after any folding but setFolded's. Returns what the explorer calls; see the last lines.
 */
export function createDiagram(container, payload, callbacks = {}) {
  const FAR = 0.18; // scale under which text is not drawn
  const FARTHEST = 0.05; // scale under which outlines are finer than boxes are wide
  const MOST_CARDS = 700; // in the document at a time
  const AHEAD = 160; // px drawn beyond the edge of the screen
  const FOLD_ABOVE = 60; // places; a larger tree opens folded
  const OPEN_WITH = 40; // places at most, then
  const LEAST_SCALE = 0.3; // when a tree opens

  const vertices = new Map(payload.vertices.map((vertex) => [vertex.key, vertex]));
  const places = drawnTree(vertices, payload.top);
  const cards = measuredCards(places, payload.top);
  const looks = createDiagramLooks(payload, vertices);

  const foldedKeys = new Set();
  const drawn = new Map(); // index -> {group, paint}
  let layout = null;
  let current = 0; // index of the place the keyboard is at
  let isFound = false; // whether focus(name) led there
  let isSelecting = false; // while onSelect runs: the reader is at the element already
  let farIsStale = true;

  const isFolded = (place) => place.children.length > 0 && foldedKeys.has(place.key);

  // ---- the document -------------------------------------------------------------------------------------------------

  const title = cleanText(payload.name || payload.top);
  const svg = svgElement("svg", { class: "ft-diagram", role: "tree", tabindex: 0, width: "100%", height: "100%" });
  svg.setAttribute("aria-label", `Fault tree: ${title}`);
  const world = svgElement("g", { role: "presentation" });
  const far = svgElement("g", { class: "ft-far", "aria-hidden": "true" });
  const farStates = svgElement("g");
  const plainLines = svgElement("path", { class: "ft-edge" });
  const litPath = svgElement("path", { class: "ft-edge ft-lit-edge" });
  const cardLayer = svgElement("g", { role: "presentation" });
  world.append(plainLines, litPath, far, cardLayer);
  svg.append(world);
  container.replaceChildren(svg);

  const looking = createDiagramView(svg, () => layout, (view) => {
    world.setAttribute("transform", `translate(${view.left} ${view.top}) scale(${view.scale})`);
    showInSight();
  });
  const { view } = looking;

  const look = (place) => looks.of(place, place.index !== current ? "" : isFound ? "is-found" : "is-current");

  // ---- what is in the document --------------------------------------------------------------------------------------

  function cardOf(index) {
    const place = places[index];
    const row = layout.rows[place.depth];
    const card = drawCard(place, cards[index], row, { isTop: index === 0, isFolded: isFolded(place) });
    const above = places[place.parent];
    const siblings = above ? [...above.children, above.side].filter((at) => at >= 0) : [0];
    const { group } = card;
    group.id = `ft-place-${index}`;
    group.setAttribute("transform", `translate(${layout.x[index]} ${row.y})`);
    group.setAttribute("aria-level", place.depth + (place.oval ? 2 : 1));
    group.setAttribute("aria-setsize", siblings.length);
    group.setAttribute("aria-posinset", siblings.indexOf(index) + 1);
    if (place.children.length) group.setAttribute("aria-expanded", String(!isFolded(place)));
    card.paint(look(place));
    return card;
  }

  /** Indices of the places within the screen and a little beyond, in drawing order. */
  function inSight() {
    const { width, height } = looking.size();
    const [left, right] = [-AHEAD, width + AHEAD].map((x) => (x - view.left) / view.scale);
    const [top, bottom] = [-AHEAD, height + AHEAD].map((y) => (y - view.top) / view.scale);
    const found = [];
    for (const row of layout.rows) {
      if (row.bus < top || row.y > bottom) continue;
      const reach = 200; // no card's middle is farther from its edges
      found.push(...row.places.slice(bisected(row.places, left - reach), bisected(row.places, right + reach)));
    }
    return found;
  }

  /** The first of the indices, sorted by axis, whose axis is at least x. */
  function bisected(indices, x) {
    let [low, high] = [0, indices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (layout.x[indices[middle]] < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function showInSight() {
    if (!layout) return;
    const seen = view.scale < FAR ? [] : inSight();
    const isFar = view.scale < FAR || seen.length > MOST_CARDS;
    // What the keyboard is at stays known to assistive technology.
    const keep = new Set(isFar ? [current] : [...seen, current]);
    for (const [index, card] of drawn) {
      if (keep.has(index)) continue;
      card.group.remove();
      drawn.delete(index);
    }
    for (const index of keep) {
      if (drawn.has(index)) continue;
      drawn.set(index, cardOf(index));
      cardLayer.append(drawn.get(index).group);
    }
    svg.classList.toggle("ft-is-far", isFar);
    svg.classList.toggle("ft-is-farthest", view.scale < FARTHEST);
    if (isFar && farIsStale) drawFar();
    else if (!isFar && far.firstChild) {
      far.replaceChildren();
      farIsStale = true;
    }
    svg.setAttribute("aria-activedescendant", `ft-place-${current}`);
  }

  function drawFar() {
    farIsStale = false;
    far.replaceChildren(...farShapes(places, layout, cards, layout.visible), farStates);
    drawFarStates();
  }

  function drawFarStates() {
    const groups = new Map();
    for (const index of layout.visible) {
      const classes = looks.classes(places[index], index === current && isFound ? "is-found" : "").join(" ");
      if (!classes) continue;
      if (!groups.has(classes)) groups.set(classes, []);
      groups.get(classes).push(index);
    }
    farStates.replaceChildren(...Array.from(groups).flatMap(([classes, indices]) =>
      farShapes(places, layout, cards, indices, classes)));
  }

  function repaint() {
    for (const [index, card] of drawn) card.paint(look(places[index]));
    if (far.firstChild) drawFarStates();
  }

  function drawLit() {
    litPath.setAttribute("d", litLines(places, layout, cards, isFolded, looks.reached));
  }

  // ---- folding ------------------------------------------------------------------------------------------------------

  /** Lay the tree out anew. The place at anchor stays where it is on the screen; others glide to theirs. */
  function arrange(anchor = 0) {
    const before = layout;
    const { left, top } = view;
    layout = arranged(places, cards, isFolded);
    while (Number.isNaN(layout.x[current])) current = places[current].parent;
    plainLines.setAttribute("d", treeLines(places, layout, cards, isFolded));
    drawLit();
    cardLayer.replaceChildren();
    drawn.clear();
    far.replaceChildren();
    farIsStale = true;
    if (!before) return;
    const { depth } = places[anchor];
    const [dx, dy] = [before.x[anchor] - layout.x[anchor], before.rows[depth]?.y - layout.rows[depth]?.y];
    if (Number.isNaN(dx + dy)) showInSight(); // the anchor was hidden, or is
    else looking.jump({ left: left + dx * view.scale, top: top + dy * view.scale });
    glide(before, (left - view.left) / view.scale, (top - view.top) / view.scale);
  }

  function glide(before, dx, dy) {
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timing = { duration: 170, easing: "ease-out" };
    for (const [index, { group }] of drawn) {
      const row = layout.rows[places[index].depth];
      const wasAt = before.x[index];
      const transform = (x, y) => ({ transform: `translate(${x}px, ${y}px)` });
      const from = [wasAt + dx, before.rows[places[index].depth]?.y + dy];
      if (Number.isNaN(wasAt)) group.animate([{ opacity: 0 }, { opacity: 1 }], timing);
      else if (Math.hypot(from[0] - layout.x[index], from[1] - row.y) > 0.5) {
        group.animate([transform(...from), transform(layout.x[index], row.y)], timing);
      }
    }
    plainLines.animate([{ opacity: 0 }, { opacity: 1 }], timing);
  }

  function setFolds(keys, anchor, isTold = true) {
    foldedKeys.clear();
    for (const key of keys) foldedKeys.add(key);
    arrange(anchor);
    if (isTold) callbacks.onFoldChange?.();
  }

  function fold(key, wish) {
    const place = places.find((each) => each.key === key && each.children.length);
    if (!place || isFolded(place) === wish) return;
    const keys = new Set(foldedKeys);
    if (wish) keys.add(key);
    else keys.delete(key);
    setFolds(keys, place.index);
  }

  function toggleFold(index) {
    if (places[index].children.length) fold(places[index].key, !isFolded(places[index]));
  }

  const foldsAtDepth = (least) =>
    places.filter(({ children, depth }) => children.length && depth >= least).map(({ key }) => key);

  // ---- finding and walking ------------------------------------------------------------------------------------------

  function goTo(index, { found = false, reveal = true } = {}) {
    current = index;
    isFound = found;
    const row = layout.rows[places[index].depth];
    const [x, { left, right }, bottom] = [layout.x[index], cards[index], row.symbolY + SYMBOL_HEIGHT];
    if (reveal) looking.reveal({ left: x - left, right: x + right, top: row.y, bottom });
    showInSight();
    repaint();
  }

  /** Unfold what hides the element, bring it to the middle and ring it; asked again, its next place. */
  function focus(name) {
    const at = places.filter((place) => place.vertex.name === name).sort((a, b) => a.transfer - b.transfer);
    if (isSelecting || !at.length) return;
    const here = isFound ? at.indexOf(places[current]) : -1;
    const place = at[(here + 1) % at.length];
    const keys = new Set(foldedKeys);
    for (let up = place.parent; up >= 0; up = places[up].parent) keys.delete(places[up].key);
    if (Number.isNaN(layout.x[place.index])) setFolds(keys, 0);
    const row = layout.rows[place.depth];
    goTo(place.index, { found: true, reveal: false });
    looking.centre(layout.x[place.index], (row.y + row.symbolY + SYMBOL_HEIGHT) / 2);
  }

  /** Names of the elements whose name or label holds the text, in drawing order. */
  function search(text) {
    const wanted = cleanText(text).toLowerCase();
    if (!wanted) return [];
    const holds = (said) => cleanText(said).toLowerCase().includes(wanted);
    const found = places.map(({ vertex }) => vertex).filter(({ name, label }) => name && (holds(name) || holds(label)));
    return [...new Set(found.map(({ name }) => name))];
  }

  function neighbour(step) {
    const row = layout.rows[places[current].depth].places;
    return row[row.indexOf(current) + step];
  }

  function down() {
    const place = places[current];
    if (!isFolded(place)) return place.children[0];
    toggleFold(current);
    return undefined;
  }

  const WALK = {
    ArrowUp: () => places[current].parent, ArrowDown: down, Home: () => 0,
    ArrowLeft: () => neighbour(-1), ArrowRight: () => neighbour(1),
  };
  const PAN = { ArrowUp: [0, 80], ArrowDown: [0, -80], ArrowLeft: [80, 0], ArrowRight: [-80, 0] };
  const DO = {
    "+": () => looking.zoom(1.25), "=": () => looking.zoom(1.25), "-": () => looking.zoom(0.8), 0: () => looking.fit(),
    f: () => toggleFold(current), F: () => toggleFold(current),
  };

  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const isToggle = key === "Enter" || key === " ";
    if (!isToggle && !WALK[key] && !DO[key]) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
    if (isToggle) toggle(current, event.shiftKey ? -1 : 1);
    else if (event.shiftKey && PAN[key]) looking.pan(...PAN[key]);
    else if (DO[key]) DO[key]();
    else {
      const next = WALK[key]();
      if (next === undefined || next < 0) return;
      goTo(next);
      select(next);
    }
  });

  // ---- pointing -----------------------------------------------------------------------------------------------------

  function select(index) {
    const { name } = places[index].vertex;
    isSelecting = true;
    try {
      if (name) callbacks.onSelect?.(name);
    } finally {
      isSelecting = false;
    }
  }

  function toggle(index, direction) {
    const { name } = places[index].vertex;
    if (name) callbacks.onToggle?.(name, direction);
  }

  /** The place under the pointer, from far away the nearest in that row; undefined where there is none. */
  function placeAt(event) {
    const group = event.target.closest?.("[data-place]");
    if (group) return Number(group.getAttribute("data-place"));
    if (!svg.classList.contains("ft-is-far")) return undefined;
    const at = looking.local(event);
    const [x, y] = [(at.x - view.left) / view.scale, (at.y - view.top) / view.scale];
    const row = layout.rows.find((each) => y >= each.y && y <= each.symbolY + each.body);
    if (!row) return undefined;
    const first = bisected(row.places, x);
    return row.places.slice(Math.max(0, first - 1), first + 1).find((index) => Math.abs(layout.x[index] - x) < 95);
  }

  svg.addEventListener("click", (event) => {
    const index = placeAt(event);
    if (index === undefined) return;
    svg.focus({ preventScroll: true });
    goTo(index, { reveal: false });
    if (event.target.closest("[data-fold]")) {
      toggleFold(index);
      return;
    }
    select(index);
    const isEvent = !places[index].vertex.connective;
    if (isEvent || event.altKey || event.target.closest("[data-toggle]")) toggle(index, event.shiftKey ? -1 : 1);
  });

  svg.addEventListener("dblclick", (event) => {
    const index = placeAt(event);
    if (index === undefined || event.target.closest("[data-fold], [data-toggle]")) return;
    if (places[index].transfer) focus(places[index].vertex.name);
    else toggleFold(index);
  });

  // ---- the whole picture --------------------------------------------------------------------------------------------

  /** A complete SVG file of the picture as folded now, in light colours. */
  function toSvg() {
    const groups = layout.visible.map((index) => cardOf(index).group);
    for (const group of groups) group.classList.remove("is-selected", "is-current", "is-found");
    const parts = [plainLines.cloneNode(), litPath.cloneNode(), ...groups];
    const sheet = sheetOf(parts, title, layout);
    container.append(sheet);
    try {
      return standaloneSvg(sheet);
    } finally {
      sheet.remove();
    }
  }

  /** Show other states and results; what is not given stays. Repaints in place: nothing moves. */
  function update(changes) {
    looks.update(changes);
    drawLit();
    repaint();
  }

  /** Where one looks at first: at the whole, or, if that were too small to read, at the top. */
  function lookAtFirst() {
    const fitted = looking.fittedScale();
    if (fitted >= LEAST_SCALE) looking.fit(false);
    else looking.jump({ scale: LEAST_SCALE, left: looking.size().width / 2 - layout.x[0] * LEAST_SCALE, top: 28 });
  }

  if (places.length > FOLD_ABOVE) {
    for (const key of foldsAtDepth(depthWith(places, OPEN_WITH))) foldedKeys.add(key);
  }
  arrange();
  lookAtFirst();
  let isSeen = container.clientWidth > 0;
  new ResizeObserver(() => {
    if (isSeen) showInSight();
    else if (container.clientWidth > 0) {
      isSeen = true;
      lookAtFirst();
    }
  }).observe(container);

  return {
    update, toSvg, search, focus, fold,
    fit: () => looking.fit(), zoom: (factor) => looking.zoom(factor), pan: (dx, dy) => looking.pan(dx, dy),
    foldAll: () => setFolds(foldsAtDepth(1), 0), // the top's own inputs stay in sight
    unfoldAll: () => setFolds([], current),
    foldToDepth: (depth) => setFolds(foldsAtDepth(depth), 0),
    folded: () => [...foldedKeys],
    setFolded: (keys) => setFolds(keys, 0, false),
  };
}
