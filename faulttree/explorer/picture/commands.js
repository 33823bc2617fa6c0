// How the picture is walked by keyboard and acted on by pointer.

/** @import { Scene } from "./types" */
/** @import { DiagramView } from "./view.js" */

/**
 * What keys and clicks do to the picture. Indices are those of places.
 *
 * @typedef {{
 *   goTo(index: number, how?: { reveal?: boolean }): void,
 *   select(index: number): void,
 *   toggle(index: number, direction: number): void,
 *   toggleFold(index: number): void,
 *   focus(name: string): void,
 *   placeAt(event: MouseEvent): number | undefined,
 * }} Commands
 */

/**
 * Listen to the keys: arrows walk, or pan with Shift; Enter and Space toggle; f folds; + - 0 zoom.
 *
 * @param {SVGElement} svg
 * @param {Scene} scene
 * @param {DiagramView} looking
 * @param {Commands} commands
 */
export function listenToKeys(svg, scene, looking, commands) {
  const { places } = scene;

  /**
   * The place so many steps along the current row.
   *
   * @param {number} step
   * @returns {number | undefined}
   */
  function neighbour(step) {
    const row = scene.layout.rows[places[scene.current].depth].places;
    return row[row.indexOf(scene.current) + step];
  }

  /** @returns {number | undefined} */
  function down() {
    const place = places[scene.current];
    if (!scene.isFolded(place)) return place.children[0];
    commands.toggleFold(scene.current);
    return undefined;
  }

  /** @type {Record<string, () => number | undefined>} */
  const WALK = {
    ArrowUp: () => places[scene.current].parent, ArrowDown: down, Home: () => 0,
    ArrowLeft: () => neighbour(-1), ArrowRight: () => neighbour(1),
  };
  /** @type {Record<string, [number, number]>} */
  const PAN = { ArrowUp: [0, 80], ArrowDown: [0, -80], ArrowLeft: [80, 0], ArrowRight: [-80, 0] };
  const fold = () => commands.toggleFold(scene.current);
  /** @type {Record<string, () => void>} */
  const DO = {
    "+": () => looking.zoom(1.25), "=": () => looking.zoom(1.25), "-": () => looking.zoom(0.8), 0: () => looking.fit(),
    f: fold, F: fold,
  };

  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const isToggle = key === "Enter" || key === " ";
    if (!isToggle && !WALK[key] && !DO[key]) return;
    event.preventDefault();
    event.stopPropagation(); // the page has keys of its own
    if (isToggle) commands.toggle(scene.current, event.shiftKey ? -1 : 1);
    else if (event.shiftKey && PAN[key]) looking.pan(...PAN[key]);
    else if (DO[key]) DO[key]();
    else {
      const next = WALK[key]();
      if (next === undefined || next < 0) return;
      commands.goTo(next);
      commands.select(next);
    }
  });
}

/**
 * Listen to clicks: a click selects, and toggles an event; a double click folds, or follows a transfer.
 *
 * @param {SVGElement} svg
 * @param {Scene} scene
 * @param {Commands} commands
 */
export function listenToPointer(svg, scene, commands) {
  const { places } = scene;
  /** @type {(event: MouseEvent, selector: string) => boolean} */
  const isOn = (event, selector) => event.target instanceof Element && event.target.closest(selector) !== null;

  svg.addEventListener("click", (event) => {
    const index = commands.placeAt(event);
    if (index === undefined) return;
    svg.focus({ preventScroll: true });
    commands.goTo(index, { reveal: false });
    if (isOn(event, "[data-fold]")) {
      commands.toggleFold(index);
      return;
    }
    commands.select(index);
    const isEvent = !places[index].vertex.connective;
    if (isEvent || event.altKey || isOn(event, "[data-toggle]")) commands.toggle(index, event.shiftKey ? -1 : 1);
  });

  svg.addEventListener("dblclick", (event) => {
    const index = commands.placeAt(event);
    if (index === undefined || isOn(event, "[data-fold], [data-toggle]")) return;
    if (places[index].transfer) commands.focus(places[index].vertex.name);
    else commands.toggleFold(index);
  });
}
