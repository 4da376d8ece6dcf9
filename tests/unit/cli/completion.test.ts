import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { inRoot } from "../../../operations/paths";
import { commands } from "../../../cli/reference";
import { shippedLabs } from "../../../operations/topologies";

const { completion } = require("../../../cli/front/complete.cjs") as {
  completion: (request: { operands: { SHELL: string; WORD?: readonly string[] } }) => string;
};

/** The candidates for the last word. */
const offered = (...WORD: readonly string[]): string[] =>
  completion({ operands: { SHELL: "words", WORD } })
    .split("\n")
    .filter(Boolean);

const verbs = commands().map(({ spec }) => spec.name);
const labs = shippedLabs().map(({ name }) => name);

describe("completion", () => {
  const cases: readonly [words: readonly string[], expected: readonly string[]][] = [
    [[""], verbs],
    [["ver"], ["verify"]],
    [["--"], ["--lab", "--help", "--version"]],
    [["help", ""], verbs],
    [["graph", ""], labs],
    [
      ["graph", "sc"],
      ["scale", "schedulers"],
    ],
    [["graph", "--s"], ["--svg"]],
    [["graph", "--lab", "na"], ["nat"]],
    [["--lab", "na"], ["nat"]],
    [["--lab", "nat", "ver"], ["verify"]],
    [["verify", "--only", ""], []],
    [["verify", "--only", "arp", "na"], ["nat"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish", "words"],
    ],
    // Files are offered by the shell itself.
    [["check", "lab"], []],
    [["no-such-verb", ""], []],
  ];
  for (const [words, expected] of cases)
    it(`offers what may follow: lab ${words.join(" ")}|`, () => {
      assert.deepEqual(offered(...words).sort(), [...expected].sort());
    });

  it("asks the command that was typed, in bash", () => {
    const text = `${completion({ operands: { SHELL: "bash" } })}
      COMP_WORDS=("$0" graph sca) COMP_CWORD=2
      _lvs_lab && printf '%s\\n' "\${COMPREPLY[@]}"`;
    assert.equal(execFileSync("bash", ["-c", text, inRoot("scripts", "lab")], { encoding: "utf8" }), "scale\n");
  });

  it("has text for each shell that it names", () => {
    for (const SHELL of ["bash", "zsh", "fish"])
      assert.match(completion({ operands: { SHELL } }), /completion words -- /);
  });
});
