import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { shippedLabs } from "../../../operations/topologies";
import { loadTopology } from "../../../documents/load";
import { guestsOf } from "../../../model/topology/guests";
import type { Node } from "../../../model/topology/node";
import { DOCUMENTS } from "../../../documents";
import { SUITES } from "../../lab/proofs";
import { inPlace, staying } from "../../lab/proofs/course";
import { courses as labs } from "../../lab/proofs/labs";
import { courses as networks } from "../../lab/proofs/networks";
import { courses as siteLabs } from "../../lab/proofs/siteLabs";
import { impossible, provenBy, type Suites, without } from "../../lab/proofs/proof";

/** Checks that fail only in unit tests, never in a running lab. This list may only get shorter. */
const inUnitTestsAlone = [
  "packages",
  "ip_vs",
  "client-arp",
  "gratuitous-arp",
  "track-script",
  "case-both-master",
  "case-master-high",
  "case-master-low",
  "request-way",
  "ping-out",
  "one-down",
  "sorry",
  "mail",
  "mail-state",
  // A wrong prediction is a mistake of the product; stops, which judges alike, fails in a lab.
  "predictions",
];

/** Points that say nothing about a lab: the terms DS, RS, VIP, DIP, RIP, CIP. */
const words = ["003-12"];

/** Everything that is not proven but should be, and wrong declarations. */
function lost(suites: Suites): string[] {
  const { passed, failed, points } = provenBy(suites);
  const labs = Object.values(suites).flatMap((proofs) => proofs.map(({ lab }) => lab));
  const unproven = without(failed);
  return [
    ...impossible(suites).map((one) => `${one} is no check of that lab`),
    ...without(passed).map((name) => `${name} is not seen to pass`),
    ...unproven.filter((name) => !inUnitTestsAlone.includes(name)).map((name) => `${name} is not seen to fail`),
    ...inUnitTestsAlone.filter((name) => !unproven.includes(name)).map((name) => `${name} now fails in a lab`),
    ...DOCUMENTS.flatMap((one) => Object.keys(one.points))
      .filter((point) => !points.has(point) && !words.includes(point))
      .map((point) => `${point} is not proven`),
    ...shippedLabs()
      .filter(({ name }) => !labs.includes(name))
      .map(({ name }) => `the lab ${name} comes up in no suite`),
  ];
}

describe("the table of proofs", () => {
  it("has every check, every point of a document and every shipped lab", () => {
    assert.deepEqual(lost(SUITES), []);
  });

  it("has every suite of the real labs, and each suite uses its own declaration", () => {
    const files = fs.readdirSync(inRoot("tests", "lab"));
    const suites = files.filter((file) => file.endsWith(".test.ts")).map((file) => file.slice(0, -".test.ts".length));
    assert.deepEqual(Object.keys(SUITES).sort(), suites.sort());
    for (const [suite, proofs] of Object.entries(SUITES))
      if (proofs.some(({ fails }) => fails.length > 0))
        assert.match(
          fs.readFileSync(inRoot("tests", "lab", `${suite}.test.ts`), "utf8"),
          new RegExp(` from "./proofs/${suite}";`),
          suite,
        );
  });

  const cases: readonly [title: string, changed: Suites, says: readonly string[]][] = [
    [
      "a negative control that is gone",
      {
        ...SUITES,
        networks: (SUITES.networks ?? []).map((proof) =>
          proof.lab === "nat" || proof.lab === "tun" ? { ...proof, fails: [] } : proof,
        ),
      },
      ["answer-way is not seen to fail"],
    ],
    [
      "a lab that comes up no more",
      { ...SUITES, networks: (SUITES.networks ?? []).filter(({ lab }) => lab !== "tun") },
      ["the lab tun comes up in no suite"],
    ],
    [
      "a verify that has become a part",
      {
        ...SUITES,
        labs: (SUITES.labs ?? []).map((proof) =>
          proof.lab === "dr-wrr-persistent" ? { ...proof, passes: ["addresses"] } : proof,
        ),
      },
      ["timeouts is not seen to pass", "003-3 is not proven"],
    ],
    [
      "a check that the lab does not have",
      { ...SUITES, falls: [{ lab: "nat", passes: ["mount"], fails: ["no-such"] }] },
      ["falls: nat: mount is no check of that lab", "falls: nat: no-such is no check of that lab"],
    ],
    [
      "a check that a lab sees fail now",
      { ...SUITES, falls: [{ lab: "nat", passes: [], fails: ["one-down"] }] },
      ["one-down now fails in a lab"],
    ],
  ];
  for (const [title, changed, says] of cases)
    it(`tells of ${title}`, () => {
      assert.deepEqual(lost(changed), says);
    });

  it("has courses whose topologies leave a guest as it is, where they have it from the one before", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const guests = (shipped: string, name: string): Readonly<Record<string, Node>> => {
      const file = path.join(folder, `${shipped}.yaml`);
      fs.writeFileSync(file, inPlace(shipped, name));
      return guestsOf(loadTopology(file));
    };
    try {
      for (const course of [...labs, ...networks, ...siteLabs]) {
        const all = course.map((stage) => guests(stage.lab, course[0].lab));
        for (const index of course.keys())
          for (const guest of staying(course, index)) {
            const [before, now] = [all[index - 1], all[index]].map((stage) => {
              const { memory, vcpus, interfaces } = stage?.[guest] ?? assert.fail(guest);
              return { memory, vcpus, interfaces };
            });
            assert.deepEqual(now, before, `${course[index]?.lab}: ${guest}`);
          }
        for (const index of [...course.keys()].slice(1)) assert.ok(staying(course, index).length >= 3);
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("has what fails of itself for each lab that is as printed, and for no other", () => {
    const failing = [...labs, ...networks].flat().filter(({ fails }) => fails !== undefined);
    assert.deepEqual(
      failing.map(({ lab }) => lab).sort(),
      shippedLabs()
        .filter(({ form }) => form === "as-printed")
        .map(({ name }) => name)
        .sort(),
    );
  });
});
