import * as assert from "node:assert/strict";
import { checksFor } from "../../../cli/verify/checks";
import { SCHEDULERS } from "../../../cli/verify/checks/schedulers";
import { parseActive } from "../../../cli/verify/drills/held";
import { requestsFor } from "../../../cli/verify/observe";
import type { LabSeen, NodeSeen, Response } from "../../../cli/verify/seen";
import type { VirtualServer } from "../../../infra/model/topology";
import { lab } from "../../fixtures";

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
    arp: {},
    direct: {},
    throughVip: {
      [at("wrr")]: times(15, 5),
      [at("sh")]: times(0, 20),
      [at("mh")]: times(20, 0),
      [at("fo")]: times(20, 0),
    },
  },
  held: { [at("lc")]: { held: 4, active: { web1: 2, web2: 2 } } },
};
const answers = (scheduler: string, responses: readonly Response[]): LabSeen => ({
  ...good,
  client: { ...good.client, throughVip: { ...good.client.throughVip, [at(scheduler)]: responses } },
});
const held = (active: Record<string, number>): LabSeen => ({ ...good, held: { [at("lc")]: { held: 4, active } } });

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
    answers("sh", times(1, 19)),
    `${at("sh")} sh: one client must always get the same real server (web1 1, web2 19)`,
  ],
  ["source-hash", answers("mh", times(10, 10)), `${at("mh")} mh: one client must always get the same real server`],
  ["weighted-failover", answers("fo", times(19, 1)), `${at("fo")} fo: web1 must give all 20 answers (web1 19, web2 1)`],
  [
    "least-connection",
    held({ web1: 4, web2: 0 }),
    `${at("lc")} lc: web1 4, web2 0 of 4 open connections, must be even`,
  ],
  ["least-connection", held({ web1: 1, web2: 1 }), `${at("lc")} lc: 2 connections are active, must be 4`],
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
  it("every check is seen to fail", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(SCHEDULERS.map(({ name }) => name)));
  });
  it("the lab has every scheduler of the kernel, once", () => {
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
