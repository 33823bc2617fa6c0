// Work that takes long is a generator: it yields now and then, so that the page can go on between slices of it.

export const TURNS = 1 << 13; // of a loop between two pauses: less than a millisecond

/** What the steps come to, without a pause. */
export function finished(steps) {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Take steps for so many milliseconds, at least one; the last step. */
export function advanced(steps, milliseconds) {
  const end = performance.now() + milliseconds;
  let step = steps.next();
  while (!step.done && performance.now() < end) step = steps.next();
  return step;
}

/** What is kept under a key, made in steps if it is not there; the oldest entries give way. */
export function* kept(cache, key, most, make) {
  if (!cache.has(key)) {
    const made = yield* make();
    if (cache.size >= most) cache.delete(cache.keys().next().value);
    cache.set(key, made);
  }
  return cache.get(key);
}
