// Settings as text: the URL's hash, in the grammar of --set, and a scenario in YAML. A setting is a name with true, false or a number.

import { NOT_PRINTABLE } from "../characters.js";
import { isTooSmall, probabilityFrom, shortened } from "./format.js";

/** @import { Observed, States } from "../types" */

export const AS_WRITTEN = "as-written"; // the hash of a page without settings, where the model came with some
const GIVEN = "given:";
const QUOTED = 60; // characters of a setting that a message repeats

/**
 * The hash, without `#`: each setting encoded, joined by `&`. Observations begin with `given:`.
 *
 * @param {States} states
 * @param {Observed} observed
 * @returns {string}
 */
export function settingsText(states, observed) {
  const written = [...states].map(([name, state]) => encodeURIComponent(`${name}=${state}`));
  const given = [...observed].map(([name, state]) => encodeURIComponent(`${GIVEN}${name}=${state}`));
  return [...written, ...given].join("&");
}

/**
 * Settings from a hash, with or without `#`: {states, observed, faults}. known: Set of the names that can be set.
 * Where a name itself begins with `given:`, the name as it stands wins for a state that names it.
 *
 * @param {string} text
 * @param {ReadonlySet<string>} known
 * @returns {{ states: States, observed: Observed, faults: string[] }}
 */
export function settingsFrom(text, known) {
  /** @type {States} */
  const states = new Map();
  /** @type {Observed} */
  const observed = new Map();
  /** @type {string[]} */
  const faults = [];
  for (const part of text.replace(/^#/, "").split("&")) {
    if (part === "" || part === AS_WRITTEN) continue;
    const setting = decoded(part);
    if (setting === null) {
      faults.push(`${quoted(part)} is not an encoded setting`);
      continue;
    }
    const equals = setting.lastIndexOf("=");
    const written = setting.slice(0, Math.max(equals, 0)).trim();
    const isGiven = written.startsWith(GIVEN) && !known.has(written);
    const name = isGiven ? written.slice(GIVEN.length) : written;
    const word = setting.slice(equals + 1).trim();
    const truth = ["false", "true"].indexOf(word.toLowerCase());
    const state = truth >= 0 ? truth === 1 : probabilityFrom(word);
    if (equals < 1) faults.push(`${quoted(setting)} is not a setting; write NAME=true, NAME=false or NAME=0.02`);
    else if (!known.has(name)) faults.push(`there is no event or gate ${quoted(name)}`);
    else if (Number.isNaN(state) && isTooSmall(word)) faults.push(`${quoted(setting)}: ${quoted(word)} is smaller than 2.2e-308, the least that has all its digits`);
    else if (Number.isNaN(state)) faults.push(`${quoted(setting)}: ${quoted(word)} is neither true, false nor a probability`);
    else if (!isGiven) states.set(name, state);
    else if (typeof state !== "boolean") faults.push(`${quoted(setting)}: what is observed is true or false`);
    else observed.set(name, state);
  }
  return { states, observed, faults };
}

/**
 * The text that was encoded for an address, or null where it was not.
 *
 * @param {string} text
 * @returns {string | null}
 */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {string}
 */
function quoted(text) {
  return `“${shortened(text, QUOTED)}”`;
}

/**
 * A double-quoted YAML scalar; whatever is not plain printable is escaped.
 *
 * @param {string} text
 * @returns {string}
 */
function yamlText(text) {
  return JSON.stringify(text).replace(NOT_PRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
}

/**
 * The states as a scenario, and the observations as evidence, to be copied into a model file.
 *
 * @param {string} modelName
 * @param {States} states
 * @param {Observed} observed
 * @returns {string}
 */
export function settingsYaml(modelName, states, observed) {
  /** @type {(settings: States | Observed) => string} */
  const mapping = (settings) => `{${[...settings].map(([name, state]) => `${yamlText(name)}: ${state}`).join(", ")}}`;
  const lines = [`# Settings of the explorer for the model ${yamlText(modelName)}; to be copied into its file.`];
  if (states.size || !observed.size) lines.push("scenarios:", "  my-scenario:", `    set: ${mapping(states)}`);
  if (observed.size) lines.push("evidence:", "  my-evidence:", `    observe: ${mapping(observed)}`);
  return `${lines.join("\n")}\n`;
}
