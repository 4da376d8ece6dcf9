"use strict";
// This file uses plain JavaScript and Node's own modules only: it answers help, version and mistyped words on a fresh clone, before npm
// has installed the TypeScript loader. That is why it parses with util.parseArgs, once per verb, and not with a package.

const { parseArgs } = require("node:util");
const { helpOf, helpOfAll, operandsOf, optionsOf, PROGRAM, usageOf } = require("./help.cjs");
const { nearest } = require("./nearest.cjs");
const { version } = require("./version.cjs");

/** @typedef {import("../command").Spec} Spec */
/** @typedef {import("../command").Option} Option */
/** @typedef {import("../command").Operand} Operand */
/** @typedef {import("../command").Table} Table */
/** @typedef {import("../command").Request} Request */
/** @typedef {import("../command").Answer} Answer */

const TABLE = /** @type {Table} */ (/** @type {unknown} */ (require("./commands.json")));

/** @param {readonly string[]} lines @returns {Answer} */
const refusal = (...lines) => ({ code: 2, text: lines.map((line) => `lab: ${line}\n`).join("") });

/**
 * Finds out what the words ask for: a verb's work, or an answer that needs only the table.
 * @param {readonly string[]} words
 * @param {Table} [table]
 * @returns {Request | Answer}
 */
function parse(words, table = TABLE) {
  const at = verbAt(words, table);
  const verb = words[at];
  // Options may stand before or after the verb.
  const rest = [...words.slice(0, at), ...words.slice(at + 1)];
  if (verb === undefined) {
    const { problems } = read(rest, { name: "lab", kind: "pure", summary: "", lab: "option" }, table);
    if (rest.includes("--version")) return { code: 0, text: version() };
    return problems.length > 0 ? refusal(...problems) : { code: 0, text: helpOfAll(table) };
  }
  const spec = specOf(verb, table);
  if (spec === undefined) return refusal(...unknownVerb(verb, table));
  const { problems, request, wants } = read(rest, spec, table);
  if (wants.version) return { code: 0, text: version() };
  if (wants.help) return { code: 0, text: helpOf(table, spec) };
  if (problems.length > 0) return refusal(...problems);
  if (verb !== "help") return request;
  const about = request.operands.VERB;
  if (typeof about !== "string") return { code: 0, text: helpOfAll(table) };
  const other = specOf(about, table);
  return other === undefined ? refusal(...unknownVerb(about, table)) : { code: 0, text: helpOf(table, other) };
}

/** @param {string} verb @param {Table} table @returns {Spec | undefined} */
const specOf = (verb, { verbs }) => (Object.hasOwn(verbs, verb) ? verbs[verb] : undefined);

/** @param {string} verb @param {Table} table */
function unknownVerb(verb, { verbs }) {
  const meant = nearest(verb, Object.keys(verbs));
  return [
    `got the verb ${verb}${meant === undefined ? "" : `: did you mean ${meant}?`} (${PROGRAM} help lists all verbs)`,
  ];
}

/**
 * Index of the verb: the first word that is neither an option nor an option's value. An option takes a value in every verb or in none.
 * @param {readonly string[]} words
 * @param {Table} table
 */
function verbAt(words, { lab, verbs }) {
  const all = [{ lab }, ...Object.values(verbs).map(({ options = {} }) => options)];
  const valued = all.flatMap((options) => Object.entries(options).filter(([, { value }]) => value !== undefined));
  const names = new Set(valued.map(([name]) => `--${name}`));
  let at = 0;
  while (words[at]?.startsWith("-")) at += names.has(words[at] ?? "") ? 2 : 1;
  return at;
}

/**
 * Reads the words of a verb, without the verb.
 * @param {readonly string[]} words
 * @param {Spec} spec
 * @param {Table} table
 * @returns {{ problems: string[], request: Request, wants: { help: boolean, version: boolean } }}
 */
function read(words, spec, table) {
  const known = /** @type {Record<string, Option>} */ ({
    ...optionsOf(table, spec),
    version: { what: "show version and commit" },
  });
  const { tokens } = parseArgs({
    args: [...words],
    strict: false, // read() reports all mistakes itself, all at once
    allowPositionals: true,
    tokens: true,
    // Other verbs' options too, so that their values are not taken for operands of this verb.
    options: Object.fromEntries(
      [
        ...Object.values(table.verbs).flatMap(({ options = {} }) => Object.entries(options)),
        ...Object.entries(known),
      ].map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? "boolean" : "string", ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });
  const cut = passedFrom(tokens, spec);
  /** @type {string[]} */
  const problems = [];
  /** @type {Record<string, string | number | boolean | (string | number)[] | undefined>} */
  const values = {};
  for (const [name, { value, many, default: usual }] of Object.entries(known))
    values[name] = value === undefined ? false : many ? [] : usual;
  const given = new Set();
  for (const token of tokens.filter(({ index }) => index < cut)) {
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (option === undefined) {
      problems.push(unknownOption(token.rawName, spec, known, table));
      continue;
    }
    if (option.value === undefined) {
      if (token.value !== undefined) problems.push(`--${token.name}: got ${token.value}, need no value`);
      values[token.name] = true;
      continue;
    }
    const need = needOf(token.inlineValue ? token.value : token.value?.replace(/^-.*/, ""), option);
    if (need !== undefined) problems.push(`--${token.name}: got ${token.value ?? "nothing"}, need ${need}`);
    if (given.has(token.name) && !option.many) problems.push(`--${token.name}: got it twice, need it once`);
    given.add(token.name);
    const one = option.is === undefined ? (token.value ?? "") : Number(token.value);
    const before = values[token.name];
    values[token.name] = option.many && Array.isArray(before) ? [...before, one] : one;
  }
  const plain = tokens.flatMap((token) => (token.kind === "positional" && token.index < cut ? [token.value] : []));
  const { help, version: wantsVersion, lab, ...options } = values;
  const operands = place([...plain, ...words.slice(cut)], spec, typeof lab === "string" ? lab : undefined, problems);
  return {
    problems: problems.map((problem) => (problem.startsWith("-") ? `${spec.name}: ${problem}` : problem)),
    request: { verb: spec.name, lab: operands.lab, operands: operands.words, options },
    wants: { help: help === true, version: wantsVersion === true },
  };
}

/**
 * Index of the first word that is passed on unread: the first operand with `passed`.
 * @param {readonly { kind: string, index: number }[]} tokens
 * @param {Spec} spec
 */
function passedFrom(tokens, spec) {
  const place = Object.values(operandsOf(spec)).findIndex(({ passed }) => passed);
  return (place < 0 ? undefined : tokens.filter(({ kind }) => kind === "positional")[place]?.index) ?? Infinity;
}

/**
 * What the value should have been; undefined: the value is right.
 * @param {string | undefined} text
 * @param {Option} option
 */
function needOf(text, { value, is, choices }) {
  if (is === "count") return /^[1-9]\d*$/.test(text ?? "") ? undefined : "a whole number, 1 or more";
  if (is === "seconds") return /^\d+(\.\d+)?$/.test(text ?? "") ? undefined : "a number of seconds, 0 or more";
  if (choices !== undefined) return choices.includes(text ?? "") ? undefined : `one of ${choices.join(", ")}`;
  return text ? undefined : value;
}

/**
 * @param {string} typed
 * @param {Spec} spec
 * @param {Readonly<Record<string, Option>>} known
 * @param {Table} table
 */
function unknownOption(typed, spec, known, { verbs }) {
  const name = typed.replace(/^-+/, "");
  const owners = Object.values(verbs).filter(({ options = {} }) => Object.hasOwn(options, name));
  const meant = nearest(name, Object.keys(known));
  const own = Object.keys({ ...spec.options, ...(spec.lab === undefined ? {} : { lab: true }) });
  const hint =
    owners.length > 0
      ? ` (an option of ${owners.map((one) => one.name).join(", ")})`
      : meant === undefined
        ? ""
        : `: did you mean --${meant}?`;
  const need = own.length === 0 ? "no option" : `one of ${own.map((one) => `--${one}`).join(", ")}`;
  return `${spec.name}: got ${typed}, need ${need}${hint}`;
}

/**
 * Gives each plain word its operand's name. The lab comes first and may be left out: the first word is the lab only if there are more words
 * than the verb's other operands need.
 * @param {readonly string[]} words
 * @param {Spec} spec
 * @param {string | undefined} lab
 * @param {string[]} problems
 * @returns {{ lab: string | undefined, words: Record<string, string | readonly string[] | undefined> }}
 */
function place(words, spec, lab, problems) {
  const all = Object.entries(spec.operands ?? {});
  const needed = all.filter(([, { optional }]) => !optional).length;
  const left = [...words];
  const named = lab ?? (spec.lab === "operand" && left.length > needed ? left.shift() : undefined);
  /** @type {Record<string, string | readonly string[] | undefined>} */
  const placed = {};
  for (const [name, operand] of all) {
    const value = operand.many ? left.splice(0) : left.shift();
    if (!operand.optional && (value === undefined || value.length === 0))
      problems.push(`${spec.name}: got no ${name}: ${usageOf(spec)}`);
    const need = typeof value === "string" && operand.choices !== undefined ? needOf(value, operand) : undefined;
    if (need !== undefined) problems.push(`${spec.name}: got ${String(value)}, need ${need}`);
    placed[name] = value;
  }
  if (left[0] !== undefined) {
    const need =
      spec.lab === undefined
        ? "no more words"
        : spec.lab === "operand" || lab !== undefined
          ? "one lab"
          : `--lab ${left[0]}`;
    problems.push(`${spec.name}: got ${left[0]}, need ${need}`);
  }
  return { lab: named, words: placed };
}

module.exports = { parse, TABLE };
