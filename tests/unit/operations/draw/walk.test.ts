import * as assert from "node:assert/strict";
import { drawSvg } from "../../../../operations/draw/svg";
import { changesOf } from "../../../../operations/draw/walk";
import { walksOf } from "../../../../operations/draw/walks";
import { walkScene } from "../../../../operations/draw/walkScene";
import { drawWalks, drawWalksMermaid } from "../../../../operations/draw/walkText";
import { loadTopology } from "../../../../documents/load";
import type { DirectorNode } from "../../../../model/topology/node";
import { inRoot } from "../../../../operations/paths";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { golden, goldenFiles } from "../../../golden";

const cases: readonly Topology[] = [
  lab("dr-keepalived"),
  lab("dr-two-networks"),
  lab("nat"),
  lab("tun"),
  lab("l7-haproxy"),
  fixture("valid-client-routed"),
  fixture("valid-site-crossed"),
  fixture("valid-site-marks"),
];

describe("lab walk", () => {
  for (const topology of cases) {
    it(`walks through ${topology.name}`, () => golden(`walk/${topology.name}.txt`, drawWalks(topology)));
    it(`draws the same as sequences of ${topology.name}`, () =>
      golden(`walk/${topology.name}.mmd`, drawWalksMermaid(topology).join("\n")));
    it(`draws the packets of ${topology.name}`, () =>
      golden(`walk/${topology.name}.svg`, drawSvg(walkScene(topology))));
  }
  it("has no golden file without a case", () => {
    assert.deepEqual(
      goldenFiles("walk"),
      cases.flatMap(({ name }) => [`${name}.mmd`, `${name}.svg`, `${name}.txt`]).sort(),
    );
  });

  it("DR: the answer bypasses the director; NAT: it goes through it", () => {
    const passes = (name: string): boolean => {
      const [walk] = walksOf(lab(name));
      const answer = walk?.legs.filter(({ ip }) => ip.destination.endsWith(":40000")) ?? [];
      return answer.some(({ from }) => lab(name).nodes[from]?.role === "director");
    };
    assert.deepEqual([passes("dr-keepalived"), passes("nat"), passes("tun")], [false, true, false]);
  });

  it("a lab of own configurations: by the VIP's holder, lost where nothing has the VIP, and without a virtual server by the holder itself", () => {
    const shown = (topology: Topology): readonly string[] =>
      walksOf(topology).map(({ mode, legs, lost }) =>
        [mode, legs[0]?.from, ...legs.map(({ to }) => to), ...(lost === undefined ? [] : [lost])].join(" "),
      );
    const marks = fixture("valid-site-marks");
    assert.deepEqual(shown(marks), ["DR client lb1 client", "DR client lb1 lb2 client"]);
    const { lb1, lb2 } = marks.nodes as Record<"lb1" | "lb2", DirectorNode>;
    const { holds: _, ...bare } = lb2;
    assert.deepEqual(shown({ ...marks, nodes: { lb1, lb2: bare } }), [
      "DR client lb1 client",
      "DR client lb1 lb2 lb2 does not have 10.9.64.100: it drops the packet",
    ]);
    const { marks: __, ...unmarked } = lb1;
    assert.match(
      drawWalks({ ...marks, nodes: { lb1: unmarked, lb2 } }),
      /Not walked:\n  - virtual_server fwmark 21: nothing is marked for it\n/,
    );
    const gateways = loadTopology(inRoot("tests", "lab", "imports", "crossed.yaml"));
    assert.ok(
      shown(gateways).every((one) => /^OWN client \S+ client$/.test(one)),
      shown(gateways).join("\n"),
    );
  });

  it("layer 7: the real server sees the proxy, not the client", () => {
    const [walk] = walksOf(lab("l7-haproxy"));
    assert.deepEqual(
      walk?.legs.map(({ from, to, ip }) => `${from} → ${to}: ${ip.source} → ${ip.destination}`),
      [
        "client → lb01: 10.0.0.61:40000 → 10.0.0.3:80",
        "lb01 → web01: 10.0.0.5:50000 → 10.0.0.7:80",
        "web01 → lb01: 10.0.0.7:80 → 10.0.0.5:50000",
        "lb01 → client: 10.0.0.3:80 → 10.0.0.61:40000",
      ],
    );
  });

  const changes: readonly (readonly [lab: string, walk: number, changed: readonly (string | undefined)[]])[] = [
    ["dr-keepalived", 0, [undefined, "ethernet", undefined]],
    ["dr-two-networks", 0, [undefined, "ethernet", undefined, "ethernet"]],
    ["nat", 0, [undefined, "ip", undefined, "ip"]],
    ["tun", 1, [undefined, "outer", "ethernet", undefined, "ethernet"]],
    ["l7-haproxy", 0, [undefined, undefined, undefined, undefined]],
  ];
  for (const [name, number, changed] of changes) {
    it(`${name}: what each sender changes`, () => {
      const walk = walksOf(lab(name))[number] ?? assert.fail("no walk");
      assert.deepEqual(changesOf(walk), changed);
    });
  }

  it("ends at a router whose strict filter drops the answer", () => {
    const [walk] = walksOf(lab("dr-two-networks-strict"));
    assert.match(walk?.lost ?? "", /^router146 has a strict source filter: 192\.168\.0\.144 is on another side/);
    assert.deepEqual(
      walk?.legs.map(({ to }) => to),
      ["lb140", "web142", "router146"],
    );
  });

  it("every leg is between two cards of one segment, and the next one starts at its end", () => {
    for (const topology of cases) {
      const owners = Object.values(topology.nodes).flatMap(({ name, interfaces }) =>
        Object.values(interfaces).map(({ mac, segment }) => [mac, `${name} ${segment}`] as const),
      );
      const known = new Map<string, string>([
        ...owners,
        [topology.client.mac, `client ${topology.client.segment}`] as const,
      ]);
      for (const { legs } of walksOf(topology)) {
        for (const [index, { from, to, segment, ethernet }] of legs.entries()) {
          assert.equal(known.get(ethernet.source), `${from} ${segment}`);
          assert.equal(known.get(ethernet.destination), `${to} ${segment}`);
          assert.equal(from, legs[index - 1]?.to ?? "client");
        }
        assert.equal(legs.at(-1)?.to, "client");
      }
    }
  });

  it("says where a packet is lost: a real server without a way back", () => {
    const of = lab("dr-two-networks");
    const { gateway: _, ...web142 } = of.nodes.web142 ?? assert.fail("no web142");
    const [walk] = walksOf({ ...of, nodes: { ...of.nodes, web142: web142 as Topology["nodes"][string] } });
    assert.equal(walk?.legs.at(-1)?.to, "web142");
    assert.match(walk?.lost ?? "", /web142 has no route to 192\.168\.0\.150/);
    assert.match(
      drawWalks({ ...of, nodes: { ...of.nodes, web142: web142 as Topology["nodes"][string] } }),
      /✗ {3}web142/,
    );
  });

  it("NAT: the client drops an answer that bypasses the director", () => {
    const of = lab("nat");
    const router = lab("tun").nodes.router ?? assert.fail("no router");
    const card = (segment: string, address: string, mac: string) => ({ segment, address, mac });
    const past = {
      ...router,
      name: "past",
      interfaces: {
        eth0: card("outside", "10.1.0.99", "52:54:00:00:00:01"),
        eth1: card("inside", "172.16.1.99", "52:54:00:00:00:02"),
      },
    };
    const web03 = of.nodes.web03 ?? assert.fail("no web03");
    const [walk] = walksOf({ ...of, nodes: { ...of.nodes, past, web03: { ...web03, gateway: "172.16.1.99" } } });
    assert.match(
      walk?.lost ?? "",
      /the answer does not pass lb03: the client asked 10\.1\.0\.13, and drops answers from 172\.16\.1\.17/,
    );
  });
});
