"use strict";

/**
 * The known word that was meant by a mistyped one; undefined: none is near enough. A known word that begins with it is meant too.
 * @param {string} typed
 * @param {readonly string[]} known
 * @returns {string | undefined}
 */
function nearest(typed, known) {
  const word = typed.toLowerCase();
  const [begun, ...more] = known.filter((one) => word.length > 1 && one.startsWith(word));
  if (begun !== undefined && more.length === 0) return begun;
  const [best] = known.map((one) => ({ one, distance: distance(word, one) })).sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.min(2, Math.ceil(word.length / 3)) ? best.one : undefined;
}

/**
 * Letters to add, drop, change or swap with the next one (optimal string alignment).
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  /** @type {number[][]} */
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  /** @param {number} i @param {number} j */
  const at = (i, j) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      rows[i]?.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

module.exports = { nearest };
