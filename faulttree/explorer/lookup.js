// Maps asked for what they must hold.

/**
 * The value of a key that is there.
 *
 * @template K, V
 * @param {ReadonlyMap<K, V>} map
 * @param {K} key
 * @returns {V}
 */
export function entry(map, key) {
  const value = map.get(key);
  if (value === undefined) throw new Error(`There is no entry '${key}'.`);
  return value;
}
