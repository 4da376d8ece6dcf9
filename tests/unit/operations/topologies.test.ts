import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { problemText } from "../../../model/topology/error";
import { inRoot } from "../../../operations/paths";
import { tryRun } from "../../../operations/run";
import { findingsOf, labRow, problemsOf, shippedLabs } from "../../../operations/topologies";

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
    assert.deepEqual(problemsOf("dr-keepalived"), []);
    assert.throws(() => problemsOf("nowhere.yaml"), /check: got nowhere\.yaml, need the path of a topology file/);
  });

  it("finds two labs with the same virtual router id on one bridge of the host", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-check-"));
    const written = (name: string, bridge: string, id: number): string => {
      const text = fs.readFileSync(fixture("valid-minimal"), "utf8");
      const file = path.join(folder, `${name}.yaml`);
      const bridged = text.replace("{ cidr: 10.0.0.0/24 }", `{ cidr: 10.0.0.0/24, mode: bridge, bridge: ${bridge} }`);
      fs.writeFileSync(file, bridged.replace("virtualRouterId: 1", `virtualRouterId: ${id}`));
      return file;
    };
    try {
      const one = written("one", "br0", 7);
      const files = [one, written("other", "br1", 7), written("third", "br0", 8), one, written("last", "br0", 7)];
      const found = findingsOf(files).map(({ problems }) => problems.map(problemText));
      const said = `vrrp.virtualRouterId: got 7, need an id of its own on bridge br0 (choose another id: ${one} has this one, and each lab would take the other's adverts for its own)`;
      assert.deepEqual(found, [[], [], [], [], [said]]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("finds it also if the first of the two has other mistakes, and names the rule", () => {
    const files = ["one", "other"].map((name) => fixture(`bridge-vrid-${name}`));
    const found = (of: readonly string[]) => findingsOf(of).map(({ problems }) => problems.map(({ rule }) => rule));
    assert.deepEqual(found(files), [["weightsNone"], ["virtualRouterShared"]]);
    assert.deepEqual(found([...files].reverse()), [[], ["weightsNone", "virtualRouterShared"]]);
    assert.deepEqual(
      found([fixture("invalid-group-name-taken"), fixture("invalid-port-zero"), fixture("invalid-syntax")]),
      [["groupProblems"], ["schema"], [undefined, undefined]],
    );
  });

  it("check reports by its exit code, and in JSON", async () => {
    const good = await lab("check", fixture("valid-minimal"));
    assert.equal(good.code, 0, good.stderr);
    const bad = await lab("check", "--json", fixture("valid-minimal"), fixture("invalid-several"));
    assert.equal(bad.code, 1);
    const findings = JSON.parse(bad.stdout) as { problems: { path: string; rule: string }[] }[];
    const rules = findings[1]?.problems.map(({ rule }) => rule);
    assert.deepEqual(rules, ["schema", "schema", "schema", "schema", "prefixUnusable", "routerIdTwice"]);
    assert.deepEqual(
      findings.map(({ problems }) => problems.length),
      [0, 6],
    );
  });

  for (const verb of ["up", "preview", "plan"]) {
    it(`${verb} refuses a bad file with the same message, before anything is made`, async () => {
      const check = await lab("check", fixture("invalid-several"));
      const refused = await lab(verb, fixture("invalid-several"));
      assert.equal(refused.code, 2);
      const said = check.stdout.trim().split("\n").slice(1);
      assert.equal(said.filter((line) => line.startsWith("      why: ")).length, 2);
      assert.ok(refused.stderr.endsWith(`${said.join("\n")}\n`), refused.stderr);
      assert.doesNotMatch(refused.stderr, /\[3\/7\]/);
    });
  }

  it("check reports the document's mistakes in a lab as printed", async () => {
    const { code, stdout } = await lab("check", inRoot("labs", "dr-two-networks-strict.yaml"));
    assert.equal(code, 0);
    assert.match(stdout, /strict\.yaml: ok\n {2}document 004 as printed: a router with both networks on one card/);
  });
});
