import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { namesOf } from "../../../operations/naming";
import { inRoot } from "../../../operations/paths";
import { run } from "../../../operations/run";
import { stackOf } from "../../../operations/engine/stack";

describe("the names of a lab with a broken file", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, "mine.yaml");
  const configFile = path.join(folder, "Pulumi.mine.yaml");
  // A group's size, as `up --webs` writes it, must not make it worse.
  before(() => fs.writeFileSync(configFile, "config:\n  lvs-lab:webs: 3\n"));
  const names = () => namesOf({ ...stackOf("nat"), file, configFile });
  const nothing = { lab: "", domains: [] };

  const cases: readonly [what: string, text: string | undefined, expected: ReturnType<typeof namesOf>][] = [
    ["gone", undefined, nothing],
    ["empty", "", nothing],
    ["no YAML", "a: [", nothing],
    ["one word", "mine", nothing],
    ["without nodes", "name: mine\nnodes:\nclient:\n", { lab: "mine", domains: [] }],
    ["half written", "name: mine\nnodes:\n  web:\n", { lab: "mine", domains: [["web", "mine-web"]] }],
  ];
  for (const [what, text, expected] of cases) {
    it(`are what can be read of a file that is ${what}`, () => {
      fs.rmSync(file, { force: true });
      if (text !== undefined) fs.writeFileSync(file, text);
      assert.deepEqual(names(), expected);
    });
  }

  it("are refused with a wrong size of the group", () => {
    fs.writeFileSync(configFile, "config:\n  lvs-lab:webs: many\n");
    fs.writeFileSync(file, "name: mine\n");
    assert.deepEqual(names(), { lab: "mine", domains: [] });
  });
});

describe("a stack whose topology file is gone", () => {
  it("exists as long as it has a configuration", async () => {
    assert.throws(() => stackOf("gone"), /got the lab gone, need the path/);
    const state = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const config = path.join(state, "stacks", "gone", "Pulumi.gone.yaml");
    fs.mkdirSync(path.dirname(config), { recursive: true });
    fs.writeFileSync(config, "config: {}\n");
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const text = `const { stackOf } = require("${inRoot("operations", "engine", "stack.ts")}");
      console.log(stackOf("gone").configFile); console.log(stackOf("/no/such/folder/gone.yaml").configFile);`;
    const said = await run([process.execPath, "--require", tsx, "--eval", text], {
      env: { LVS_LAB_STATE: state, HOME: state },
    });
    assert.equal(said, `${config}\n${config}\n`);
    fs.rmSync(state, { recursive: true });
  });
});
