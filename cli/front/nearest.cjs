"use strict";
const { closest } = require("../../model/editDistance.cjs");

/**
 * The known word that a mistyped word probably means: one that begins with it, or the nearest one; undefined: none is near enough.
 * @param {string} typed
 * @param {readonly string[]} known
 * @returns {string | undefined}
 */
function nearest(typed, known) {
  const word = typed.toLowerCase();
  const [begun, ...more] = known.filter((one) => word.length > 1 && one.startsWith(word));
  if (begun !== undefined && more.length === 0) return begun;
  return closest(word, known)?.word;
}

module.exports = { nearest };
