/* What part of the picture one looks at: panning by drag, zooming by wheel, pinch and call, short smooth moves. */

/** @import { View } from "./types" */

/**
 * A point of the screen, from the corner of the picture's frame.
 *
 * @typedef {{ x: number, y: number }} Point
 */

/**
 * What one looks at, and what moves it.
 *
 * @typedef {ReturnType<typeof createDiagramView>} DiagramView
 */

/**
 * The view on a picture: a point of the picture at (x, y) stands on the screen at (scale x + left, scale y + top).
 *
 * svg: takes the gestures. bounds(): {width, height} of the picture. onMove(view): called after every change.
 *
 * @param {SVGElement} svg
 * @param {() => { width: number, height: number }} bounds
 * @param {(view: View) => void} onMove
 */
export function createDiagramView(svg, bounds, onMove) {
  const MARGIN = 28;
  const NEAREST = 3;
  const DURATION = 170; // ms of a move
  const SLACK = 4; // px that a click may slip before it is a drag
  const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
  const view = { scale: 1, left: MARGIN, top: MARGIN };
  /** @type {Map<number, Point>} */
  const pointers = new Map();
  let frame = 0;
  let travelled = 0;
  let wasDragged = false;

  const size = () => ({ width: svg.clientWidth || 800, height: svg.clientHeight || 600 });

  /** @returns {View} */
  function fitted() {
    const room = size();
    const { width, height } = bounds();
    const scale = Math.min(1.15, (room.width - 2 * MARGIN) / width, (room.height - 2 * MARGIN) / height);
    return { scale: Math.max(scale, 1e-3), left: 0, top: 0 };
  }

  /**
   * @param {number} scale
   * @returns {number}
   */
  const limited = (scale) => Math.min(NEAREST, Math.max(scale, Math.min(fitted().scale, 0.1)));

  /** @param {View} target */
  function place(target) {
    Object.assign(view, target);
    onMove(view);
  }

  /**
   * Look from there, at once or in a short move.
   *
   * @param {View} target
   * @param {boolean} [isSmooth]
   */
  function moveTo(target, isSmooth = true) {
    cancelAnimationFrame(frame);
    if (!isSmooth || stillness.matches || document.hidden) return place(target);
    const from = { ...view };
    const start = performance.now();
    /** @type {(now: number) => void} */
    const step = (now) => {
      const share = Math.min(1, Math.max(0, (now - start) / DURATION));
      const eased = 1 - (1 - share) ** 3;
      /** @type {(key: "scale" | "left" | "top") => number} */
      const between = (key) => from[key] + (target[key] - from[key]) * eased;
      place({ scale: between("scale"), left: between("left"), top: between("top") });
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return undefined;
  }

  /**
   * The whole picture in the middle of the screen.
   *
   * @param {boolean} [isSmooth]
   */
  function fit(isSmooth = true) {
    const { scale } = fitted();
    const room = size();
    const { width, height } = bounds();
    moveTo({ scale, left: (room.width - width * scale) / 2,
             top: Math.max(MARGIN, Math.min(60, (room.height - height * scale) / 2)) }, isSmooth);
  }

  /**
   * Zoom by a factor around a point of the screen, its middle by default.
   *
   * @param {number} factor
   * @param {number} [x]
   * @param {number} [y]
   * @param {boolean} [isSmooth]
   */
  function zoom(factor, x = size().width / 2, y = size().height / 2, isSmooth = true) {
    const scale = limited(view.scale * factor);
    const change = scale / view.scale;
    moveTo({ scale, left: x - (x - view.left) * change, top: y - (y - view.top) * change }, isSmooth);
  }

  /**
   * @param {number} dx
   * @param {number} dy
   * @param {boolean} [isSmooth]
   */
  const pan = (dx, dy, isSmooth = true) =>
    moveTo({ scale: view.scale, left: view.left + dx, top: view.top + dy }, isSmooth);

  /**
   * A point of the picture in the middle of the screen, at a scale no less than given.
   *
   * @param {number} x
   * @param {number} y
   * @param {number} [least]
   */
  function centre(x, y, least = 0.8) {
    const room = size();
    const scale = limited(Math.max(view.scale, least));
    moveTo({ scale, left: room.width / 2 - x * scale, top: room.height / 2 - y * scale });
  }

  /**
   * Pan as little as brings the rectangle of the picture into sight.
   *
   * @param {{ left: number, right: number, top: number, bottom: number }} area
   */
  function reveal({ left, right, top, bottom }) {
    const room = size();
    /** @type {(start: number, end: number, length: number) => number} */
    const shift = (start, end, length) => {
      if (start < MARGIN) return MARGIN - start;
      return end > length - MARGIN ? Math.max(MARGIN - start, length - MARGIN - end) : 0;
    };
    const dx = shift(left * view.scale + view.left, right * view.scale + view.left, room.width);
    const dy = shift(top * view.scale + view.top, bottom * view.scale + view.top, room.height);
    if (dx || dy) pan(dx, dy);
  }

  /**
   * @param {MouseEvent} event
   * @returns {Point}
   */
  const local = (event) => {
    const box = svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 400 : 1;
    const amount = Math.max(-240, Math.min(240, event.deltaY * lines)) * (event.ctrlKey ? 0.01 : 0.0018);
    const { x, y } = local(event);
    zoom(Math.exp(-amount), x, y, false);
  }, { passive: false });

  svg.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    if (!pointers.size) travelled = 0;
    wasDragged = false;
    pointers.set(event.pointerId, local(event));
  });

  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = local(event);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (travelled < SLACK) return;
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("ft-dragging");
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    if (!other) return pan(now.x - before.x, now.y - before.y, false);
    /** @type {(point: Point) => number} */
    const spread = (point) => Math.max(20, Math.hypot(point.x - other.x, point.y - other.y));
    pan((now.x - before.x) / 2, (now.y - before.y) / 2, false);
    return zoom(spread(now) / spread(before), (now.x + other.x) / 2, (now.y + other.y) / 2, false);
  });

  /** @param {PointerEvent} event */
  function released(event) {
    if (!pointers.delete(event.pointerId)) return;
    wasDragged ||= travelled >= SLACK;
    if (!pointers.size) svg.classList.remove("ft-dragging");
  }
  svg.addEventListener("pointerup", released);
  svg.addEventListener("pointercancel", released);

  // The end of a drag is no click.
  svg.addEventListener("click", (event) => {
    if (wasDragged) event.stopImmediatePropagation();
    wasDragged = false;
  }, { capture: true });

  /**
   * Look from there at once, whatever move is under way.
   *
   * @param {Partial<View>} target
   */
  const jump = (target) => moveTo({ ...view, ...target }, false);

  return { view, size, fit, zoom, pan, centre, reveal, jump, local, fittedScale: () => fitted().scale };
}
