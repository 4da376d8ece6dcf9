import * as assert from "node:assert/strict";
import { parseCameUp } from "../../../cli/inspect";
import { checkName, deploymentOf, parseSnapshot, snapshotTable } from "../../../cli/snapshots";
import type { LabOutputs } from "../../../infra/outputs";

const LAB = {
  topology: "{}",
  nodes: [{ domain: "dr-web1", hostKey: "ssh-ed25519 one" }],
} as unknown as LabOutputs;

describe("snapshots", () => {
  for (const name of ["a", "before-failover", "x1", "a".repeat(32)]) {
    it(`may be called ${name}`, () => {
      assert.equal(checkName(name), name);
    });
  }
  for (const name of [undefined, "", "-a", "a-", "A", "a b", "a".repeat(33), "../a", "ä"]) {
    it(`may not be called ${name}`, () => {
      assert.throws(() => checkName(name), /^Error: snapshot: got .*, need a name of 1 to 32/);
    });
  }

  it("belong to one deployment: other guests or another topology are another one", () => {
    const others = [
      LAB,
      { ...LAB, topology: "{ }" },
      { ...LAB, nodes: [{ ...LAB.nodes[0], hostKey: "ssh-ed25519 two" }] } as LabOutputs,
      { ...LAB, nodes: [] },
    ];
    assert.equal(new Set(others.map(deploymentOf)).size, others.length);
    assert.equal(deploymentOf({ ...LAB }), deploymentOf(LAB));
  });

  it("are read from what virsh prints; one of somebody else's is none", () => {
    const xml = (description: string) =>
      `<domainsnapshot>\n  <name>a</name>\n${description}  <creationTime>1795274034</creationTime>\n</domainsnapshot>\n`;
    assert.deepEqual(parseSnapshot(xml("  <description>lvs-lab 0123abcd</description>\n")), {
      deployment: "0123abcd",
      taken: "2026-11-21T15:13:54.000Z",
    });
    assert.equal(parseSnapshot(xml("")), undefined);
    assert.equal(parseSnapshot(xml("  <description>mine</description>\n")), undefined);
  });

  it("are a table", () => {
    const one = { name: "after-up", taken: "2026-11-21T15:13:54.000Z", deployment: "0", domains: ["a", "b"] };
    assert.match(snapshotTable([one]), /^SNAPSHOT +TAKEN +GUESTS\nafter-up +2026-11-21T15:13:54\.000Z +2$/);
  });
});

describe("how a guest came up", () => {
  const cases: readonly [text: string, how: string, seconds: number][] = [
    ["forked 16.45 29.32\n", "forked", 12.9],
    ["booted 0 8123456e-6\n", "booted", 8.1],
  ];
  for (const [text, how, seconds] of cases) {
    it(`is read from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseCameUp("web1", text), { node: "web1", how, seconds });
    });
  }

  it("is an error where a guest does not say", () => {
    assert.throws(() => parseCameUp("web1", ""), /web1: no answer/);
  });
});
