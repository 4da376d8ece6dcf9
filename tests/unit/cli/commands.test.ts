import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Answer, Request } from "../../../cli/command";
import { inRoot } from "../../../operations/paths";
import { commands, referenceText, tableText } from "../../../cli/reference";

const { parse } = require("../../../cli/front/parse.cjs") as { parse: (words: readonly string[]) => Request | Answer };
const { nearest } = require("../../../cli/front/nearest.cjs") as {
  nearest: (typed: string, known: readonly string[]) => string | undefined;
};

/** Splits a text into words at blanks; "" means no words. */
const said = (text: string) => parse(text === "" ? [] : text.split(" "));
const specs = commands().map(({ spec }) => spec);

describe("the table of verbs", () => {
  it("matches the files of cli/commands (npm run commands writes it)", () => {
    assert.equal(fs.readFileSync(inRoot("cli", "front", "commands.json"), "utf8"), tableText());
    assert.equal(fs.readFileSync(inRoot("docs", "commands.md"), "utf8"), referenceText());
  });

  it("has one file for each verb, with the verb's name", () => {
    const files = fs.readdirSync(inRoot("cli", "commands")).map((file) => path.basename(file, ".ts"));
    assert.deepEqual(specs.map(({ name }) => name).sort(), files.sort());
  });

  it("gives an option a value in all verbs or in none, because the words are split before the verb is known", () => {
    const kinds = new Map<string, Set<boolean>>();
    for (const [name, { value }] of specs.flatMap(({ options = {} }) => Object.entries(options)))
      kinds.set(name, (kinds.get(name) ?? new Set()).add(value !== undefined));
    assert.deepEqual(
      [...kinds].filter(([, valued]) => valued.size > 1),
      [],
    );
  });

  it("has work for each verb, unless the front does it", () => {
    const idle = commands().filter(({ spec, run }) => run === undefined && spec.program === undefined);
    assert.deepEqual(idle.map(({ spec }) => spec.name).sort(), ["completion", "help"]);
  });

  it("says what a verb brings for each verb that sets up, and for no other", () => {
    for (const { name, kind, brings } of specs) assert.equal(brings !== undefined, kind === "sets up", name);
  });

  it("is in README's table of verbs", () => {
    const text = fs.readFileSync(inRoot("README.md"), "utf8");
    const missing = specs.filter(({ name }) => !new RegExp(`\`(\\./scripts/lab )?${name}\\b`).test(text));
    assert.deepEqual(
      missing.map(({ name }) => name),
      [],
    );
  });
});

describe("words on the command line", () => {
  const requests: readonly [words: string, expected: Partial<Omit<Request, "options">> & { options?: object }][] = [
    ["graph nat --svg", { verb: "graph", lab: "nat", options: { svg: true, mermaid: false } }],
    ["graph", { lab: undefined }],
    ["--lab nat graph", { verb: "graph", lab: "nat" }],
    ["--lab=nat graph --svg", { lab: "nat", options: { svg: true } }],
    ["graph --svg --lab nat", { lab: "nat" }],
    ["verify foo", { lab: "foo" }],
    ["verify --only a --only=b", { options: { only: ["a", "b"], settle: 60 } }],
    ["--settle 2.5 verify", { verb: "verify", options: { settle: 2.5 } }],
    ["up scale --webs 16", { lab: "scale", options: { webs: 16 } }],
    ["up -qv", { options: { quiet: true, verbose: true } }],
    ["snapshot before", { lab: undefined, operands: { NAME: "before" } }],
    ["snapshot nat before", { lab: "nat", operands: { NAME: "before" } }],
    ["snapshot --lab nat before", { lab: "nat", operands: { NAME: "before" } }],
    ["check a b --json", { operands: { FILE: ["a", "b"] }, options: { json: true } }],
    ["ssh --lab=nat web1", { lab: "nat", operands: { NODE: "web1", COMMAND: [] } }],
    ["ssh web1 --lab nat", { lab: "nat", operands: { NODE: "web1", COMMAND: [] } }],
    ["ssh web1 ls --lab nat -l", { lab: undefined, operands: { NODE: "web1", COMMAND: ["ls", "--lab", "nat", "-l"] } }],
    ["ssh web1 -- -x --lab", { lab: undefined, operands: { NODE: "web1", COMMAND: ["-x", "--lab"] } }],
    ["--lab nat ssh web1 -- ls", { lab: "nat", operands: { NODE: "web1", COMMAND: ["ls"] } }],
    ["shell client curl -s", { operands: { COMMAND: ["client", "curl", "-s"] } }],
    ["graph -- -odd", { lab: "-odd" }],
  ];
  for (const [words, expected] of requests) {
    it(`are a request: ${words}`, () => {
      const request = said(words);
      assert.ok(!("text" in request), JSON.stringify(request));
      const { options = {}, ...others } = expected;
      for (const [key, value] of Object.entries(others)) assert.deepEqual(request[key as keyof Request], value, key);
      for (const [key, value] of Object.entries(options)) assert.deepEqual(request.options[key], value, key);
    });
  }

  const refusals: readonly [words: string, message: string][] = [
    ["grpah", "got the verb grpah: did you mean graph? (./scripts/lab help lists all verbs)"],
    ["sing", "got the verb sing (./scripts/lab help lists all verbs)"],
    ["constructor", "got the verb constructor (./scripts/lab help lists all verbs)"],
    ["help grpah", "got the verb grpah: did you mean graph? (./scripts/lab help lists all verbs)"],
    ["--nonsense", "lab: got --nonsense, need one of --lab"],
    ["graph scale --webs 8", "graph: got --webs, need one of --svg, --mermaid, --lab (an option of up)"],
    ["graph --webs=8", "graph: got --webs, need one of --svg, --mermaid, --lab (an option of up)"],
    ["graph --svgg", "graph: got --svgg, need one of --svg, --mermaid, --lab: did you mean --svg?"],
    ["graph -s", "graph: got -s, need one of --svg, --mermaid, --lab"],
    ["graph --constructor", "graph: got --constructor, need one of --svg, --mermaid, --lab"],
    ["graph --svg=yes", "graph: --svg: got yes, need no value"],
    ["doctor -x", "doctor: got -x, need one of --json, --lab"],
    ["help -x", "help: got -x, need no option"],
    ["graph --lab", "graph: --lab: got nothing, need LAB"],
    ["graph --lab --svg", "graph: --lab: got --svg, need LAB"],
    ["graph --lab nat --lab tun", "graph: --lab: got it twice, need it once"],
    ["up --webs 0", "up: --webs: got 0, need a whole number, 1 or more"],
    ["verify --settle -1", "verify: --settle: got -1, need a number of seconds, 0 or more"],
    ["verify --settle=soon", "verify: --settle: got soon, need a number of seconds, 0 or more"],
    ["check", "check: got no FILE: ./scripts/lab check FILE… [OPTIONS]"],
    ["snapshot", "snapshot: got no NAME: ./scripts/lab snapshot [LAB] NAME [OPTIONS]"],
    ["snapshot --lab nat", "snapshot: got no NAME: ./scripts/lab snapshot [LAB] NAME [OPTIONS]"],
    ["list nat", "list: got nat, need no more words"],
    ["console web1 nat", "console: got nat, need --lab nat"],
    ["completion tcsh", "completion: got tcsh, need one of bash, zsh, fish, words"],
  ];
  for (const [words, message] of refusals) {
    it(`are refused in one line: ${words}`, () => {
      assert.deepEqual(said(words), { code: 2, text: `lab: ${message}\n` });
    });
  }

  it("are refused with all their mistakes at once", () => {
    const { text } = said("verify a b --jsn --settle x") as Answer;
    assert.equal(text.trimEnd().split("\n").length, 3, text);
  });

  for (const words of ["", "help", "--help", "-h"]) {
    it(`ask for the list of verbs: lab ${words}`, () => {
      const answer = said(words) as Answer;
      assert.equal(answer.code, 0);
      for (const { name, summary } of specs)
        assert.match(answer.text, new RegExp(`^ {2}${name}\\b.*${summary.slice(-9)}$`, "m"));
    });
  }

  for (const { name, summary, options = {} } of specs) {
    it(`ask for help about ${name}, without doing it`, () => {
      const answer = said(`${name} --help`) as Answer;
      assert.equal(answer.code, 0);
      assert.deepEqual(answer, said(`help ${name}`));
      for (const part of [summary, ...Object.keys(options).map((option) => `--${option}`)])
        assert.ok(answer.text.includes(part), part);
    });
  }

  it("ask for the version, with the commit, wherever they stand", () => {
    for (const words of ["--version", "graph --version", "--version up nat"])
      assert.match((said(words) as Answer).text, /^lvs-lab \d+\.\d+\.\d+ \(commit (unknown|[0-9a-f]{12})\)\n$/);
  });
});

describe("a mistyped word", () => {
  const known = ["graph", "up", "verify", "preview", "snapshot", "snapshots", "reset", "restore"];
  const cases: readonly [typed: string, meant: string | undefined][] = [
    ["grpah", "graph"],
    ["Graph", "graph"],
    ["pu", "up"],
    ["verfy", "verify"],
    ["prev", "preview"],
    ["snapshort", "snapshot"],
    ["rest", "restore"],
    ["sing", undefined],
    ["x", undefined],
    ["", undefined],
  ];
  for (const [typed, meant] of cases)
    it(`"${typed}" ${meant === undefined ? "is like no word" : `meant ${meant}`}`, () =>
      assert.equal(nearest(typed, known), meant));
});
