// What the picture shows of the results at each element.

import { inputsFirst, wayToTop } from "./highlight.js";
import { figureText } from "./text.js";

/** @import { Payload, Result, State, Vertex } from "../types" */
/** @import { DiagramChanges, DiagramLooks, Look, Place } from "./types" */

/**
 * What every element shows: its state, probability, change against the base, and the words for one who cannot see it.
 *
 * update(changes): new states, observed, result, base, selected, highlighted. reached: keys that the highlighted
 * elements lead through. of(place, ring) -> {classes, tag, observed, figure, was, arrow, said}; ring: a further class.
 *
 * @param {Payload} payload
 * @param {ReadonlyMap<string, Vertex>} vertices
 * @returns {DiagramLooks}
 */
export function createDiagramLooks(payload, vertices) {
  const order = inputsFirst(vertices, payload.top);
  const houses = payload.houses ?? {};
  /** @type {Required<DiagramChanges>} */
  let now = { states: new Map(), observed: new Map(), result: null, base: null, selected: null, highlighted: new Set() };
  /** @type {Set<string>} */
  let reached = new Set();

  /** @param {DiagramChanges} changes */
  function update(changes) {
    now = { ...now, ...changes };
    reached = wayToTop(vertices, order, now.highlighted, stateOf);
  }

  /**
   * True, false, a probability that was set, or undefined: as the model has it.
   *
   * @param {Vertex} vertex
   * @returns {State | undefined}
   */
  function stateOf({ name, kind }) {
    if (!name) return undefined;
    if (now.observed.has(name)) return now.observed.get(name);
    if (now.states.has(name)) return now.states.get(name) ?? undefined;
    return kind === "house" ? houses[name] : undefined;
  }

  /**
   * @param {Result | null} result
   * @param {Vertex} vertex
   * @param {State | undefined} state
   * @returns {number | null | undefined}
   */
  function probabilityIn(result, { key, name, connective }, state) {
    if (!result || !name) return undefined;
    if (key === payload.top && result.top) return result.top.p ?? undefined;
    const known = connective ? result.gates : result.events;
    if (known?.has(name)) return known.get(name);
    return typeof state === "boolean" ? Number(state) : undefined;
  }

  /**
   * 1 where the probability rose against the base, -1 where it fell, 0 else; what is set itself needs no arrow.
   *
   * @param {number | null | undefined} value
   * @param {number | null | undefined} base
   * @param {boolean} isSetEvent
   * @returns {number}
   */
  function arrowOf(value, base, isSetEvent) {
    if (typeof value !== "number" || typeof base !== "number" || isSetEvent) return 0;
    return Math.abs(value - base) > 1e-9 * Math.max(value, base) ? Math.sign(value - base) : 0;
  }

  /**
   * @param {Place} place
   * @param {string} ring
   * @param {State | undefined} [state]
   * @returns {string[]}
   */
  function classes({ vertex, key }, ring, state = stateOf(vertex)) {
    /** @type {string[]} */
    const found = [];
    if (state !== undefined) found.push(state === true ? "is-true" : state === false ? "is-false" : "is-set");
    if (vertex.name && now.observed.has(vertex.name)) found.push("is-observed");
    if (reached.has(key)) found.push("is-lit");
    if (vertex.name && vertex.name === now.selected) found.push("is-selected");
    if (ring) found.push(ring);
    return found;
  }

  /**
   * @param {Place} place
   * @param {string} tag
   * @param {boolean} observed
   * @param {string} figure
   * @returns {string}
   */
  function spoken({ vertex, transfer, times, oval }, tag, observed, figure) {
    const kind = vertex.connective ? `${vertex.connective} gate` : `${vertex.kind}${oval ? "" : " event"}`;
    const parts = [vertex.label || vertex.name, vertex.label ? vertex.name : "", kind];
    if (vertex.connective === "atleast") parts.push(`at least ${vertex.low} of ${vertex.inputs.length}`);
    if (vertex.connective === "cardinality") parts.push(`${vertex.low} to ${vertex.high} of ${vertex.inputs.length}`);
    if (transfer) parts.push("developed elsewhere");
    else if (times > 1) parts.push(`occurs at ${times} places`);
    if (figure) parts.push(`probability ${{ "–": "not known", "…": "being worked out" }[figure] ?? figure}`);
    if (tag) parts.push(`${observed ? "observed" : "set"} ${tag === "SET" ? "to a number" : tag.toLowerCase()}`);
    return parts.filter(Boolean).join(", ");
  }

  /**
   * @param {Place} place
   * @param {string} [ring]
   * @returns {Look}
   */
  function of(place, ring = "") {
    const { vertex, key } = place;
    const state = stateOf(vertex);
    const value = probabilityIn(now.result, vertex, state);
    const base = probabilityIn(now.base, vertex, houses[vertex.name]);
    const arrow = arrowOf(value, base, state !== undefined && !vertex.connective);
    const observed = now.observed.has(vertex.name);
    const tag = state === undefined ? "" : typeof state === "boolean" ? String(state).toUpperCase() : "SET";
    const part = key === payload.top ? "top" : vertex.connective ? "gates" : "events";
    const isComing = value === undefined && Boolean(now.result?.coming?.has(part));
    const figure = vertex.name && now.result ? (isComing ? "…" : figureText(value)) : "";
    const direction = arrow ? [arrow > 0 ? "is-up" : "is-down"] : [];
    return { classes: [...classes(place, ring, state), ...direction], tag, observed, figure, arrow,
             was: arrow ? figureText(base) : "", said: spoken(place, tag, observed, figure) };
  }

  return { update, of, classes, get reached() { return reached; } };
}
