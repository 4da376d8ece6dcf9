"use strict";

/** @typedef {import("../command").Spec} Spec */
/** @typedef {import("../command").Option} Option */
/** @typedef {import("../command").Operand} Operand */
/** @typedef {import("../command").Table} Table */

/** How the command is called: it is run from the checkout. */
const PROGRAM = "./scripts/lab";

/** @type {Operand} */
const LAB = {
  what: "a name in labs/, or the path of a topology file (default: the lab that Pulumi.dev.yaml chooses)",
  optional: true,
};

/**
 * The operands of a verb in their order, the lab first.
 * @param {Spec} spec
 * @returns {Readonly<Record<string, Operand>>}
 */
const operandsOf = (spec) => ({ ...(spec.lab === "operand" ? { LAB } : {}), ...spec.operands });

/**
 * The options of a verb: its own, then those of every verb.
 * @param {Table} table
 * @param {Spec} spec
 * @returns {Readonly<Record<string, Option>>}
 */
const optionsOf = (table, spec) => ({
  ...spec.options,
  ...(spec.lab === undefined ? {} : { lab: table.lab }),
  ...table.common,
});

/** @param {string} name @param {Operand} operand */
function shownOperand(name, { optional, many, choices }) {
  const word = `${choices === undefined ? name : choices.join("|")}${many ? "…" : ""}`;
  return optional ? `[${word}]` : word;
}

/** @param {string} name @param {Option} option */
const shownOption = (name, { short, value }) =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;

/** @param {Option} option */
function saidOf({ what, many, default: value }) {
  const more = [...(many ? ["may be repeated"] : []), ...(value === undefined ? [] : [`default ${value}`])];
  return more.length === 0 ? what : `${what} (${more.join("; ")})`;
}

/**
 * How a verb is called.
 * @param {Spec} spec
 */
const usageOf = (spec) =>
  [
    `${PROGRAM} ${spec.name}`,
    ...Object.entries(operandsOf(spec)).map(([name, operand]) => shownOperand(name, operand)),
    "[OPTIONS]",
  ].join(" ");

/**
 * Two columns.
 * @param {readonly (readonly [string, string])[]} rows
 * @param {number} [width]
 */
function columns(rows, width = Math.max(...rows.map(([left]) => left.length))) {
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}

/**
 * The list of all verbs.
 * @param {Table} table
 */
function helpOfAll(table) {
  const verbs = Object.values(table.verbs);
  const shown = verbs.map((spec) => ({
    spec,
    call: [spec.name, ...Object.entries(operandsOf(spec)).map((one) => shownOperand(...one))].join(" "),
  }));
  const width = Math.max(...shown.map(({ call }) => call.length));
  const kinds = /** @type {(keyof Table["kinds"])[]} */ (Object.keys(table.kinds));
  return [
    `usage: ${PROGRAM} VERB [OPERANDS] [OPTIONS]`,
    ...kinds.reverse().flatMap((kind) => [
      "",
      `${kind}: ${table.kinds[kind]}`,
      ...columns(
        shown.filter(({ spec }) => spec.kind === kind).map(({ spec, call }) => [call, spec.summary]),
        width,
      ),
    ]),
    "",
    ...columns([
      ["LAB, --lab LAB", LAB.what],
      ...Object.entries(table.common).map(
        ([name, option]) => /** @type {const} */ ([shownOption(name, option), option.what]),
      ),
      ["--version", "show version and commit"],
    ]),
    "",
    "exit codes: 0 done, all checks passed; 1 a check failed, there is drift, or a file has mistakes; 2 it could not be done",
    "",
  ].join("\n");
}

/**
 * What one verb takes.
 * @param {Table} table
 * @param {Spec} spec
 */
function helpOf(table, spec) {
  const operands = Object.entries(operandsOf(spec)).map(([name, { what }]) => /** @type {const} */ ([name, what]));
  const options = Object.entries(optionsOf(table, spec)).map(
    ([name, option]) => /** @type {const} */ ([shownOption(name, option), saidOf(option)]),
  );
  const { 0: done = "done", 1: not } = spec.exits ?? {};
  return [
    `usage: ${usageOf(spec)}`,
    "",
    spec.summary,
    ...(spec.details ?? []),
    `${spec.kind}: ${table.kinds[spec.kind]}`,
    "",
    ...columns([...operands, ...options]),
    "",
    `exit codes: 0 ${done}; ${not === undefined ? "" : `1 ${not}; `}2 it could not be done`,
    ...(spec.examples === undefined ? [] : ["", ...spec.examples.map((words) => `  ${PROGRAM} ${words}`)]),
    "",
  ].join("\n");
}

module.exports = { PROGRAM, helpOf, helpOfAll, operandsOf, optionsOf, saidOf, shownOption, usageOf };
