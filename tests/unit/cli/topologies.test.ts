import * as assert from "node:assert/strict";
import { inRoot } from "../../../cli/paths";
import { tryRun } from "../../../cli/run";
import { labRow, problemsOf, shippedLabs } from "../../../cli/topologies";

const fixture = (name: string) => inRoot("tests", "fixtures", `${name}.yaml`);
const lab = (...words: readonly string[]) => tryRun([inRoot("scripts", "lab"), ...words]);

describe("topology files on the command line", () => {
  it("lists the shipped labs", () => {
    const rows = shippedLabs().map(labRow);
    assert.deepEqual(rows.find(([name]) => name === "dr-keepalived")?.slice(0, 4), [
      "dr-keepalived",
      "000",
      "4",
      "2048 MiB",
    ]);
  });

  it("finds nothing in a good file and everything in a bad one", () => {
    assert.deepEqual(problemsOf(fixture("valid-full")), []);
    assert.equal(problemsOf(fixture("invalid-several")).length, 6);
    assert.throws(() => problemsOf("nowhere.yaml"), /check: got nowhere\.yaml, need the path of a topology file/);
  });

  it("check tells by its exit code, and in JSON", async () => {
    const good = await lab("check", fixture("valid-minimal"));
    assert.equal(good.code, 0, good.stderr);
    const bad = await lab("check", "--json", fixture("valid-minimal"), fixture("invalid-several"));
    assert.equal(bad.code, 1);
    const findings = JSON.parse(bad.stdout) as { problems: { path: string }[] }[];
    assert.deepEqual(
      findings.map(({ problems }) => problems.length),
      [0, 6],
    );
  });

  for (const verb of ["up", "preview", "plan"]) {
    it(`${verb} refuses a bad file with the same words, before anything is made`, async () => {
      const check = await lab("check", fixture("invalid-several"));
      const refused = await lab(verb, fixture("invalid-several"));
      assert.equal(refused.code, 2);
      const said = check.stdout.trim().split("\n").slice(1);
      assert.equal(said.filter((line) => line.startsWith("      why: ")).length, 2);
      assert.ok(refused.stderr.endsWith(`${said.join("\n")}\n`), refused.stderr);
      assert.doesNotMatch(refused.stderr, /\[3\/7\]/);
    });
  }

  it("check tells the mistakes of a document that a lab as printed has", async () => {
    const { code, stdout } = await lab("check", inRoot("labs", "dr-two-networks-strict.yaml"));
    assert.equal(code, 0);
    assert.match(stdout, /strict\.yaml: ok\n {2}document 004 as printed: a router with both networks on one card/);
  });

  it("an unknown verb and a missing operand end with exit code 2 and the usage", async () => {
    const unknown = await lab("sing");
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /got the verb sing[\s\S]*usage:/);
    assert.equal((await lab("check")).code, 2);
    assert.equal((await lab("verify", "--nonsense")).code, 2);
  });
});
