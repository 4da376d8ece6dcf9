"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { operandsOf, optionsOf } = require("./help.cjs");
const { TABLE } = require("./parse.cjs");

/** @typedef {import("../command").Request} Request */

const root = path.join(__dirname, "..", "..");

/**
 * The script that makes a shell complete this command, or with SHELL "words" the candidates for the last word.
 * @param {Request} request
 */
function completion({ operands: { SHELL, WORD } }) {
  if (SHELL === "words")
    return candidates(Array.isArray(WORD) ? WORD : [])
      .map((word) => `${word}\n`)
      .join("");
  return fs.readFileSync(path.join(__dirname, `complete.${String(SHELL)}`), "utf8");
}

/** The labs of the checkout, by name. */
const labs = () =>
  fs
    .readdirSync(path.join(root, "labs"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => path.basename(file, ".yaml"));

/**
 * The candidates for the last word. If there are none, the shell offers file names.
 * @param {readonly string[]} words
 * @returns {string[]}
 */
function candidates(words) {
  const begun = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  return all(before, begun).filter((word) => word.startsWith(begun));
}

/**
 * @param {readonly string[]} before
 * @param {string} begun
 * @returns {string[]}
 */
function all(before, begun) {
  if (before.at(-1) === "--lab") return labs();
  const at = before.findIndex((word, index) => !word.startsWith("-") && before[index - 1] !== "--lab");
  const spec = at < 0 ? undefined : TABLE.verbs[before[at] ?? ""];
  if (at < 0) return begun.startsWith("-") ? ["--lab", "--help", "--version"] : Object.keys(TABLE.verbs);
  if (spec === undefined) return [];
  const options = optionsOf(TABLE, spec);
  const valued = options[(before.at(-1) ?? "").replace(/^--/, "")];
  if (valued?.value !== undefined) return [...(valued.choices ?? [])];
  if (begun.startsWith("-")) return Object.keys(options).map((name) => `--${name}`);
  const values = new Set(
    Object.entries(options).flatMap(([name, { value }]) => (value === undefined ? [] : [`--${name}`])),
  );
  const plain = before
    .slice(at + 1)
    .filter((word, index, rest) => !word.startsWith("-") && !values.has(rest[index - 1] ?? ""));
  const [name, operand] = Object.entries(operandsOf(spec))[plain.length] ?? [];
  if (name === "LAB") return labs();
  if (name === "VERB") return Object.keys(TABLE.verbs);
  return [...(operand?.choices ?? [])];
}

module.exports = { completion };
