import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { runVerb } from "../../../cli/main";
import { inRoot } from "../../../operations/paths";
import { run } from "../../../operations/run";
import { fixtureNames, fixturePath } from "../../fixtures";
import type { Said } from "./sayAll";

/** Every verb that reads a topology file before its work. */
const verbs = ["up", "recreate", "preview", "plan", "plan --files", "graph", "walk"];
const names = fixtureNames("invalid-");

/** The mistakes that a verb reports. The first line names the file. */
const problems = (text: string): string[] => text.trimEnd().split("\n").slice(1);

describe("a bad topology file", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  let said: Said[] = [];

  // Use one process for all: a start of the command costs a second, and there are some hundred pairs.
  before(async function () {
    this.timeout(120_000);
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const files = names.map((name) => fixturePath(`invalid-${name}`));
    const words = ["--require", tsx, path.join(__dirname, "sayAll.ts"), "check", ...verbs, "--", ...files];
    const answer = await run([process.execPath, ...words], {
      // Anything that is made would be in there. Nothing can be made, because no program is found.
      env: {
        HOME: folder,
        LVS_LAB_STATE: path.join(folder, "state"),
        LVS_LAB_CACHE: path.join(folder, "cache"),
        PATH: "",
      },
    });
    said = JSON.parse(answer) as Said[];
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  it("is one of 40 or more, and each was given to every verb", () => {
    assert.ok(names.length >= 40, `${names.length}`);
    assert.equal(said.length, names.length * (verbs.length + 1));
  });

  for (const name of names) {
    it(`${name}: every verb refuses it with the message of check`, () => {
      const [check, ...others] = said.filter(({ file }) => file === fixturePath(`invalid-${name}`));
      assert.ok(check?.verb === "check" && check.code === 1 && check.stderr === "", JSON.stringify(check));
      const words = problems(check.stdout);
      assert.ok(
        words.some((line) => /^ {2}\S.*: got .*, need /.test(line)),
        check.stdout,
      );
      for (const { verb, code, stdout, stderr } of others)
        assert.deepEqual({ verb, code, stdout, words: problems(stderr) }, { verb, code: 2, stdout: "", words });
    });
  }

  it("leaves nothing behind", () => {
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});

describe("a word too many", () => {
  const cases: readonly [words: string, said: string][] = [
    ["verify nat scale", "verify: got scale, need one lab"],
    ["inspect --json nat scale", "inspect: got scale, need one lab"],
    ["snapshot nat a scale", "snapshot: got scale, need one lab"],
    ["restore --lab nat a scale", "restore: got scale, need one lab"],
    ["console web1 nat", "console: got nat, need --lab nat"],
    ["up nat scale", "up: got scale, need one lab"],
    ["destroy nat --lab scale", "destroy: got nat, need one lab"],
    ["sweep nat scale --yes", "sweep: got scale, need one lab"],
    ["list nat", "list: got nat, need no more words"],
    // A named lab is looked for, not the default one.
    ["sweep no-such-lab --yes", "got the lab no-such-lab, need the path"],
  ];
  for (const [words, expected] of cases) {
    it(`is refused before anything is done: ${words}`, async () => {
      const said: string[] = [];
      const write = process.stderr.write.bind(process.stderr);
      const { PATH } = process.env;
      process.stderr.write = (chunk: string | Uint8Array): boolean => said.push(String(chunk)) > 0;
      process.env.PATH = ""; // if it were not refused, it would find no program to go on
      try {
        assert.equal(await runVerb(words.split(" ")), 2);
      } finally {
        process.stderr.write = write;
        process.env.PATH = PATH;
      }
      assert.ok(said.join("").startsWith(`lab: ${expected}`), said.join(""));
    });
  }
});
