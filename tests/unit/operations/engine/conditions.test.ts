import * as assert from "node:assert/strict";
import { conditionsOf, freeMemory, type HostFacts } from "../../../../operations/engine/conditions";
import { lab } from "../../../fixtures";

const host: HostFacts = { uid: 0, memory: 4096, running: [], routes: [] };
const topology = lab("dr-keepalived"); // four guests of 512 MiB

describe("what a lab asks of its host", () => {
  const memory: readonly [why: string, changed: Partial<HostFacts>, uri: string | undefined, row: RegExp][] = [
    ["there is enough", {}, undefined, /^ok memory 4096 MiB free 4 guests of dr-keepalived have 2048 MiB$/],
    ["there is what they take", { memory: 1400 }, undefined, /^note memory 1400 MiB free .* enough until they use all/],
    ["there is less", { memory: 1300 }, undefined, /^missing memory 1300 MiB free .* and use 1366 of them as soon as/],
    [
      "some run already",
      { memory: 1300, running: ["dr-keepalived-web1", "dr-keepalived-web2", "other-lvs01"] },
      undefined,
      /^ok memory 1300 MiB free 2 guests of dr-keepalived have 1024 MiB$/,
    ],
    ["the guests are another machine's", { memory: 1 }, "qemu+ssh://host/system", /^$/],
  ];
  for (const [why, changed, uri, expected] of memory)
    it(`memory: ${why}`, () => {
      const [row] = conditionsOf(topology, uri, { ...host, ...changed });
      assert.match(row === undefined ? "" : `${row.state} ${row.requirement} ${row.found} ${row.why}`, expected);
    });

  it("routes: a segment that the host reaches already is refused with its fix", () => {
    const rows = conditionsOf(topology, undefined, { ...host, routes: [{ dst: "192.168.0.0/16", dev: "tun0" }] });
    assert.deepEqual(rows.slice(1), [
      {
        state: "missing",
        requirement: "segments.lan.cidr",
        found: "192.168.10.0/24",
        why: "need a prefix to which this host has no route",
        fix: "the host has a route to 192.168.0.0/16 dev tun0: destroy the lab that uses it, or choose another prefix",
      },
    ]);
  });

  it("root: needed for a client that is a namespace, not for a guest", () => {
    const asked = (one: typeof topology) =>
      conditionsOf(one, "qemu:///system", { ...host, uid: 1000 }).map(({ state, requirement }) => [state, requirement]);
    assert.deepEqual(asked(topology), [
      ["ok", "memory"],
      ["missing", "root for the client"],
    ]);
    assert.deepEqual(asked({ ...topology, client: { ...topology.client, kind: "vm" } }), [["ok", "memory"]]);
  });
});

describe("free memory", () => {
  const files = (more: Readonly<Record<string, string>>) => (file: string) =>
    ({ "/proc/meminfo": "MemTotal:  9 kB\nMemAvailable:    2097152 kB\n", ...more })[file] ?? "";
  const limit = {
    "/sys/fs/cgroup/memory.max": `${1024 ** 3}\n`,
    "/sys/fs/cgroup/memory.current": `${512 * 1024 ** 2}\n`,
  };
  const cases: readonly [string, Readonly<Record<string, string>>, number][] = [
    ["what the kernel says", {}, 2048],
    ["without a limit", { "/sys/fs/cgroup/memory.max": "max\n" }, 2048],
    ["within a limit", limit, 512],
    [
      "within a limit, where files can be dropped",
      { ...limit, "/sys/fs/cgroup/memory.stat": `anon 1\ninactive_file ${256 * 1024 ** 2}\n` },
      768,
    ],
  ];
  for (const [why, more, expected] of cases) it(why, () => assert.equal(freeMemory(files(more)), expected));
});
