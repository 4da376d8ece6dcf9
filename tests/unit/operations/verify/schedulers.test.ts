import * as assert from "node:assert/strict";
import { checksFor } from "../../../../operations/verify/checks";
import { SCHEDULERS } from "../../../../operations/verify/checks/schedulers";
import { parseActive } from "../../../../operations/verify/drills/held";
import { requestsFor } from "../../../../operations/verify/observe";
import type { LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import type { Response } from "../../../../components/looks/page";
import type { VirtualServer } from "../../../../model/topology/topology";
import { lab } from "../../../fixtures";
import { nothingAsked } from "./healthy";

const topology = lab("schedulers");
const named = (scheduler: string): VirtualServer => {
  const found = topology.virtualServers.find((one) => one.scheduler === scheduler);
  assert.ok(found);
  return found;
};
const at = (scheduler: string): string => `10.4.0.13:${named(scheduler).port}`;
const page = (body: string): Response => ({ status: 200, body, keepAlive: false });
const times = (web1: number, web2: number): Response[] => [
  ...Array.from({ length: web1 }, () => page("web1")),
  ...Array.from({ length: web2 }, () => page("web2")),
];

/** Three answers for each of the client's addresses, of these servers in turn. */
const sources = (...names: readonly string[]): Record<string, Response[]> =>
  Object.fromEntries(
    topology.client.addresses.map((from, index) => [
      from,
      Array.from({ length: 3 }, () => page(names[index % names.length] ?? "")),
    ]),
  );

const good: LabSeen = {
  nodes: {
    lb: {
      reachable: true,
      ipvs: topology.virtualServers.map(({ vip, port, scheduler }) => ({
        protocol: "TCP",
        address: vip,
        port,
        scheduler,
        realServers: [],
      })),
    } as unknown as NodeSeen,
  },
  client: {
    ...nothingAsked,
    throughVip: {
      [at("wrr")]: times(15, 5),
      [at("fo")]: times(20, 0),
      ...Object.fromEntries(
        topology.virtualServers
          .filter(({ scheduler }) => !["wrr", "fo"].includes(scheduler))
          .map(({ scheduler }) => [at(scheduler), times(0, 20)]),
      ),
    },
    bySource: { [at("sh")]: sources("web1", "web2"), [at("mh")]: sources("web2", "web1") },
  },
  held: {
    [at("lc")]: { held: 4, active: { web1: 2, web2: 2 } },
    ...Object.fromEntries(["wlc", "sed", "nq"].map((one) => [at(one), { held: 8, active: { web1: 6, web2: 2 } }])),
  },
};
const answers = (scheduler: string, responses: readonly Response[]): LabSeen => ({
  ...good,
  client: { ...good.client, throughVip: { ...good.client.throughVip, [at(scheduler)]: responses } },
});
const held = (scheduler: string, active: Record<string, number>): LabSeen => ({
  ...good,
  held: { ...good.held, [at(scheduler)]: { held: scheduler === "lc" ? 4 : 8, active } },
});
const bySource = (scheduler: string, answers: Record<string, Response[]>): LabSeen => ({
  ...good,
  client: { ...good.client, bySource: { ...good.client.bySource, [at(scheduler)]: answers } },
});

/** Check, damage, and what the check must say of it. */
const cases: readonly [check: string, seen: LabSeen, says: string][] = [
  [
    "weighted-round-robin",
    answers("wrr", times(10, 10)),
    `${at("wrr")} wrr: web1 must give 15 of 20 answers (web1 10, web2 10)`,
  ],
  ["weighted-round-robin", answers("wrr", []), `${at("wrr")} wrr: was not asked`],
  ["weighted-round-robin", answers("wrr", [page("other")]), `${at("wrr")} wrr: answered 200 "other"`],
  [
    "source-hash",
    bySource("sh", { ...good.client.bySource[at("sh")], "10.4.0.31": times(1, 2) }),
    `10.4.0.31: was served by web1, web2 through ${at("sh")}, must stay on one`,
  ],
  ["source-hash", bySource("mh", sources("web1")), `web2: served none of 6 source addresses through ${at("mh")}`],
  [
    "destination",
    answers("dh", times(1, 19)),
    `${at("dh")} dh: one VIP must always get the same real server (web1 1, web2 19)`,
  ],
  ["destination", answers("lblc", times(10, 10)), `${at("lblc")} lblc: one VIP must always get the same real server`],
  [
    "served",
    answers("ovf", [page("web1"), { status: 0, body: "", keepAlive: true }]),
    `client: got no answer through ${at("ovf")} ovf`,
  ],
  ["served", answers("nq", []), `client: was not asked through ${at("nq")} nq`],
  ["weighted-failover", answers("fo", times(19, 1)), `${at("fo")} fo: web1 must give all 20 answers (web1 19, web2 1)`],
  [
    "least-connection",
    held("lc", { web1: 4, web2: 0 }),
    `${at("lc")} lc: web1 4, web2 0 of 4 open connections, web1 must have 2`,
  ],
  [
    "least-connection",
    held("wlc", { web1: 4, web2: 4 }),
    `${at("wlc")} wlc: web1 4, web2 4 of 8 open connections, web1 must have 6`,
  ],
  ["least-connection", held("lc", { web1: 1, web2: 1 }), `${at("lc")} lc: 2 connections are active, must be 4`],
  ["least-connection", { nodes: good.nodes, client: good.client }, `${at("lc")} lc: no connection was held`],
  [
    "schedulers",
    { ...good, nodes: { lb: { ...good.nodes.lb, ipvs: [] } as unknown as NodeSeen } },
    "lb: 10.4.0.13:8001 has scheduler nothing, must be rr",
  ],
];

describe("checks of schedulers", () => {
  for (const check of SCHEDULERS) {
    it(`${check.name}: a healthy lab passes`, () => {
      assert.ok(check.applies(topology));
      assert.deepEqual(check.judge(topology, good).problems, []);
      assert.notEqual(check.judge(topology, good).seen, "");
    });
  }
  for (const [name, seen, says] of cases) {
    it(`${name} fails: ${says}`, () => {
      const problems = SCHEDULERS.find((check) => check.name === name)?.judge(topology, seen).problems ?? [];
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });
  }
  it("every check has a case in which it fails", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(SCHEDULERS.map(({ name }) => name)));
  });
  it("the lab has every scheduler that a topology may name, once", () => {
    const all = "rr wrr lc wlc lblc lblcr dh sh sed nq mh fo ovf".split(" ");
    assert.deepEqual(
      topology.virtualServers.map(({ scheduler }) => scheduler),
      all,
    );
    assert.ok(checksFor(topology).some(({ name }) => name === "round-robin"));
  });
  it("asks whole rounds of the weights", () => {
    const server = (...weights: number[]) => ({
      ...named("wrr"),
      realServers: Object.fromEntries(weights.map((weight, index) => [`web${index}`, { weight, port: 80 }])),
    });
    assert.equal(requestsFor(server(1, 1)), 20);
    assert.equal(requestsFor(server(3, 1)), 20);
    assert.equal(requestsFor(server(5, 2)), 21);
    assert.equal(requestsFor(server(100, 1)), 20);
    assert.equal(requestsFor(server(0, 0)), 20);
  });
  it("reads active connections of one virtual server", () => {
    const text = [
      "TCP  10.4.0.13:8002 wrr",
      "  -> 10.4.0.17:8002               Route   3      9          0",
      "TCP  10.4.0.13:8003 lc",
      "  -> 10.4.0.17:8003               Route   1      2          1",
      "  -> 10.4.0.18:8003               Route   1      1          3",
    ].join("\n");
    assert.equal(parseActive(text, named("lc"), "10.4.0.17"), 2);
    assert.equal(parseActive(text, named("lc"), "10.4.0.18"), 1);
    assert.equal(parseActive(text, named("lc"), "10.4.0.19"), 0);
    assert.equal(parseActive("", named("lc"), "10.4.0.17"), 0);
  });
});
