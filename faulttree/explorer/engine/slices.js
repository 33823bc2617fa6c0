// Work that takes long is a generator: it yields now and then, so that the page can go on between slices of it.

import { entry } from "../lookup.js";

/** @import { Steps } from "../types" */

export const TURNS = 1 << 13; // of a loop between two pauses: less than a millisecond

/**
 * What the steps come to, without a pause.
 *
 * @template T
 * @param {Steps<T>} steps
 * @returns {T}
 */
export function finished(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/**
 * Take steps for so many milliseconds, at least one; the last step.
 *
 * @template T
 * @param {Steps<T>} steps
 * @param {number} milliseconds
 * @returns {IteratorResult<undefined, T>}
 */
export function advanced(steps, milliseconds) {
  const end = performance.now() + milliseconds;
  let step = steps.next();
  while (!step.done && performance.now() < end) step = steps.next();
  return step;
}

/**
 * What is kept under a key, made in steps if it is not there; the oldest entries give way.
 *
 * @template K, T
 * @param {Map<K, T>} cache
 * @param {K} key
 * @param {number} most
 * @param {() => Steps<T>} make
 * @returns {Steps<T>}
 */
export function* kept(cache, key, most, make) {
  if (cache.has(key)) return entry(cache, key);
  const made = yield* make();
  for (const oldest of cache.keys()) {
    if (cache.size < most) break;
    cache.delete(oldest);
  }
  cache.set(key, made);
  return made;
}
