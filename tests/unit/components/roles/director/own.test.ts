import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { listenersOf, roleOf, roleSteps } from "../../../../../components/roles";
import { ownSteps } from "../../../../../components/roles/director/ownSteps";
import { composeScript, type Step } from "../../../../../components/machine/remote/script";
import { director } from "../../../../../components/roles/director";
import { isOwn, type OwnDirector, ownDirectorsOf } from "../../../../../model/topology/own/config";
import type { Topology } from "../../../../../model/topology/topology";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";
import { bring, instance } from "../../../model/topology/own/bring";

const cases = { "site-dns": "lvs1", "site-crossed": "gw1" } as const;

const ownNode = (topology: Topology, name: string): OwnDirector => {
  const node = topology.nodes[name];
  return node !== undefined && isOwn(node) ? node : assert.fail(name);
};

/** A step in one line, without what other golden files have. */
function line(step: Step): string {
  const {
    content: _,
    rules: __,
    packages: ___,
    ...shown
  } = step as Step & Record<"content" | "rules" | "packages", unknown>;
  return JSON.stringify(shown);
}

describe("a director with its own keepalived.conf", () => {
  for (const [name, director] of Object.entries(cases)) {
    const topology = fixture(`valid-${name}`);
    const node = ownNode(topology, director);
    it(`has its steps: ${name}`, () => {
      golden(`own-steps/${name}.${director}.jsonl`, `${roleSteps(topology, node).map(line).join("\n")}\n`);
    });
    it(`holds no secret, and its password is not asked for: ${name}`, () => {
      assert.equal(roleOf(node).holdsSecret?.(node), false);
      assert.equal(composeScript(roleSteps(topology, node, "topsec9")).includes("topsec9"), false);
    });
  }
  it("has no golden file without a case", () => {
    const wanted = Object.entries(cases).map(([name, director]) => `${name}.${director}.jsonl`);
    assert.deepEqual(goldenFiles("own-steps"), wanted.sort());
  });

  it("listens only for what it serves", () => {
    assert.deepEqual(listenersOf(fixture("valid-site-crossed"), ownNode(fixture("valid-site-crossed"), "gw1")), [
      "tcp 22",
      "tcp 9100",
    ]);
    const rendered = Object.values(lab("dr-keepalived").nodes)[0] ?? assert.fail();
    assert.equal(roleOf(rendered).holdsSecret?.(rendered), true);
  });

  describe("is judged by the daemon's own parser", () => {
    const node = ownNode(fixture("valid-site-dns"), "lvs1");
    const checksOf = (director: OwnDirector): readonly (readonly string[])[] =>
      ownSteps(director).flatMap((step) => (step.kind === "file" && step.check !== undefined ? [step.check] : []));

    it("before its main file is swapped, and again when everything is there", () => {
      assert.deepEqual(
        checksOf(node).map((check) => check.at(-1)),
        ["--use-file={staged}", "--use-file=/etc/keepalived/keepalived.conf"],
      );
      const changed = structuredClone(node) as OwnDirector & { keepalived: { files: Record<string, string> } };
      changed.keepalived.files["/etc/keepalived/services/dns.conf"] += "\n";
      const digestOf = (director: OwnDirector): string =>
        ownSteps(director).flatMap((step) =>
          step.kind === "file" && step.path.endsWith(".accepted") ? [step.content] : [],
        )[0] ?? assert.fail();
      assert.notEqual(digestOf(changed), digestOf(node));
    });

    const judge = (director: OwnDirector, exit: number): boolean => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-judge-"));
      try {
        fs.writeFileSync(path.join(folder, "keepalived"), `#!/bin/sh\nexit ${exit}\n`, { mode: 0o755 });
        const [program = "", ...words] = checksOf(director)[0] ?? [];
        execFileSync(program, words, { env: { PATH: `${folder}:${process.env.PATH}` }, stdio: "ignore" });
        return true;
      } catch {
        return false;
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    };

    it("which refuses what keepalived does not run, and lets pass what it only dislikes", () => {
      assert.deepEqual(
        [0, 4, 5, 6].map((exit) => judge(node, exit)),
        [true, false, true, true],
      );
    });
  });

  it("listens for BFD where it has sessions, and is asked for what it serves", () => {
    const text = `bfd_instance peer {\n    neighbor_ip 10.9.9.12\n    source_ip 10.9.9.11\n}\n${instance()}`;
    const { topology } = bring([text, instance()]);
    const [one = assert.fail(), other = assert.fail()] = ownDirectorsOf(topology);
    assert.deepEqual(director.listeners(topology, one), [{ transport: "udp", ports: [3784] }]);
    assert.deepEqual(director.listeners(topology, other), []);
    assert.deepEqual(director.asks?.command(one, "10.9.9.11", topology), []);
    const serving = { ...one, serves: [{ protocol: "http", port: 80 }] } as const;
    assert.ok(director.asks?.command(serving, "10.9.9.11", topology).includes("http://10.9.9.11:80/"));
  });
});
