"use strict";
// Plain JavaScript: the front of the command line runs before there is a compiler (cli/front/parse.cjs).

/**
 * The fewest letters to add, drop, change or swap with the next one that turn one word into the other (optimal string alignment).
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function editDistance(a, b) {
  /** @type {number[]} */
  let beforeLast = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/**
 * The known word that a mistyped one is nearest to, with at most two letters wrong and not more than a third; undefined: none is so near.
 * @param {string} typed
 * @param {readonly string[]} known
 * @param {(known: string) => string} [fold] How a known word is written to be compared; default: as it is.
 * @returns {{ readonly word: string, readonly distance: number } | undefined}
 */
function closest(typed, known, fold = (word) => word) {
  const [best] = known
    .map((word) => ({ word, distance: editDistance(typed, fold(word)) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.min(2, Math.ceil(typed.length / 3)) ? best : undefined;
}

module.exports = { closest, editDistance };
