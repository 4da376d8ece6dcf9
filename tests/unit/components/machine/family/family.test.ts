import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { TOOLS } from "../../../../../components/machine/family";
import { parseSource, sourceText } from "../../../../../components/machine/family/packageSource";
import { composeScript } from "../../../../../components/machine/remote/script";
import { roleOf, roleSteps } from "../../../../../components/roles";
import { PERL } from "../../../../../components/roles/server/family";
import type { Family, Guest } from "../../../../../model/topology/guest";
import { shippedLabs } from "../../../../../operations/topologies";
import { fixture, fixtureNames, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const repository = { trusted: true, address: "http://10.0.0.1:8000", parts: [] };

/** The machine's own part of a script, without the functions that all scripts share. */
function calls(name: string, node: string, guest: Guest): string {
  const topology = name.startsWith("valid-") ? fixture(name) : lab(name);
  const of = topology.nodes[node];
  assert.ok(of);
  const script = composeScript(roleSteps(topology, of, undefined, guest));
  return script.slice(script.indexOf("\nbegin\n") + 1, script.indexOf("\nfinish\n") + 1);
}

const cases: Readonly<Record<string, () => string>> = Object.fromEntries(
  [
    ["debian", "dr-ipvsadm-nfs", "web1"],
    ["rhel", "dr-ipvsadm-nfs", "lvs"],
    ["rhel", "dr-ipvsadm-nfs", "web1"],
    ["rhel", "dr-ipvsadm-nfs", "nfs"],
    ["rhel", "dr-two-networks", "lb140"],
    ["rhel", "dr-two-networks", "web142"],
    ["rhel", "dr-two-networks", "router146"],
    ["rhel", "l7-nginx", "lb01"],
    // Document 002 uses openEuler.
    ["openeuler", "dr-ipvsadm-nfs", "lvs"],
    ["openeuler", "dr-ipvsadm-nfs", "web1"],
    ["openeuler", "dr-ipvsadm-nfs", "nfs"],
    ["openeuler", "dr-keepalived", "zhuserver"],
    ["openeuler", "dr-keepalived", "web1"],
    ["openeuler", "l7-haproxy", "lb01"],
    ["debian", "valid-servers", "ns"],
    ["rhel", "valid-servers", "ns"],
    ["rhel", "valid-servers", "mx"],
  ].map(([family = "", name = "", node = ""]) => [
    `${family}.${name}.${node}.sh`,
    () => calls(name, node, { family: family as Family, ...(family === "openeuler" ? { packages: repository } : {}) }),
  ]),
);

describe("the scripts of a family", () => {
  for (const [name, render] of Object.entries(cases)) {
    it(name, () => {
      golden(`family/${name}`, render());
    });
  }

  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("family"), Object.keys(cases).sort());
  });

  it("other than Debian contain no name of Debian", () => {
    const debian =
      /apache2|www-data|nfs-kernel-server|nfs-common|iputils-arping|nginx-light|ipvsadm\.rules|networkd-wait|dnsmasq-base/;
    for (const [name, render] of Object.entries(cases)) {
      if (name.startsWith("debian")) assert.match(render(), debian);
      else assert.doesNotMatch(render(), debian, name);
    }
  });
});

describe("the packages of a family", () => {
  it("of the roles are in the guest image, and only in their part of it", () => {
    const lines = (file: string): string[] =>
      fs
        .readFileSync(path.join(__dirname, "../../../../../image", file), "utf8")
        .split("\n")
        .map((line) => line.replace(/\s*#.*/, ""))
        .filter(Boolean);
    // The bare image has them: programs for looks, and what every machine may need.
    const tools = Object.values(TOOLS).map(({ debian }) => debian.name);
    // Essential: no Debian is without it.
    const essential = PERL.debian.name;
    const needed = [...shippedLabs(), ...fixtureNames("valid-").map((name) => fixture(`valid-${name}`))].flatMap(
      (topology) => Object.values(topology.nodes).flatMap((node) => roleOf(node).software(topology, node)),
    );
    const names = [...new Set(needed.map(({ debian }) => debian.name))].filter(
      (name) => !tools.includes(name) && name !== essential,
    );
    assert.deepEqual(lines("role-packages"), names.sort());
    for (const name of tools) assert.ok(lines("packages").includes(name), name);
  });
});

describe("a package repository", () => {
  const sources: readonly [family: Family, text: string, source: ReturnType<typeof parseSource>][] = [
    [
      "debian",
      "[trusted=yes] http://10.0.0.1:8000 ./",
      { trusted: true, address: "http://10.0.0.1:8000", parts: ["./"] },
    ],
    [
      "debian",
      "https://mirror.example/debian trixie main non-free-firmware",
      { trusted: false, address: "https://mirror.example/debian", parts: ["trixie", "main", "non-free-firmware"] },
    ],
    ["rhel", "http://10.0.0.1/BaseOS/", { trusted: false, address: "http://10.0.0.1/BaseOS/", parts: [] }],
    ["openeuler", "[trusted=yes] http://10.0.0.1", { trusted: true, address: "http://10.0.0.1", parts: [] }],
  ];
  for (const [family, text, source] of sources) {
    it(`of ${family} is read and written: ${text}`, () => {
      assert.deepEqual(parseSource(text, family), source);
      assert.equal(typeof source === "string" ? "" : sourceText(source), text);
    });
  }

  for (const [family, text] of [
    ["debian", "http://10.0.0.1"],
    ["debian", "http://10.0.0.1 trixie"],
    ["debian", "http://10.0.0.1 ./ main"],
    ["debian", "ftp://10.0.0.1 ./"],
    ["debian", "[arch=amd64] http://10.0.0.1 ./"],
    ["debian", "http://10.0.0.1 $(reboot)/"],
    ["debian", "http://10.0.0.1 ./\ndeb http://10.0.0.2 ./"],
    ["rhel", "http://10.0.0.1 ./"],
    ["rhel", "10.0.0.1"],
  ] as const) {
    it(`of ${family} is refused: ${JSON.stringify(text)}`, () => {
      const need = parseSource(text, family);
      assert.match(typeof need === "string" ? need : "", /^\[trusted=yes\] if it is unsigned/);
    });
  }
});
