import * as assert from "node:assert/strict";
import { DOCUMENTS } from "../../../../documents";
import { judged } from "../../../../operations/verify";
import { CHECKS } from "../../../../operations/verify/checks";
import type { Check } from "../../../../components/checks/check";
import type { LabSeen } from "../../../../components/looks/lab";
import { erratumText, mistakesOf } from "../../../../model/topology/errata";
import { fixture, lab } from "../../../fixtures";
import { healthyLab } from "./healthy";
import { healthyWalks } from "./walks";

const errata = DOCUMENTS.flatMap(({ id }) => mistakesOf(DOCUMENTS, id));

const check = (name: string): Check => CHECKS.find((one) => one.name === name) ?? assert.fail(name);
const explanation = (id: string): string => erratumText(errata.find((one) => one.id === id) ?? assert.fail(id));
const silent = { status: 0, body: "", keepAlive: true };

describe("verify of a lab as printed", () => {
  const directors = lab("dr-two-networks-as-printed");
  const healthy = healthyLab(directors);

  it("004: one router_id for both fails, with its sentence", () => {
    assert.deepEqual(judged(directors, check("router-ids"), healthy).problems, [
      "lb140: router_id is node2, which is lb141's too",
      "lb141: router_id is node2, which is lb140's too",
      explanation("004-router-id"),
    ]);
  });

  it("004: with equal priorities either director has the VIP, neither takes it back, and the sentence says so", () => {
    const [vip] = (healthy.nodes.lb140?.addresses ?? []).filter(({ address }) => address === "192.168.0.144");
    const moved = {
      ...healthy,
      nodes: Object.fromEntries(
        Object.entries(healthy.nodes).map(([name, one]) => {
          const own = one.addresses.filter((held) => held !== vip);
          return [name, { ...one, addresses: name === "lb141" && vip !== undefined ? [...own, vip] : own }];
        }),
      ),
    } satisfies LabSeen;
    assert.deepEqual(judged(directors, check("one-master"), moved).problems, [
      "lb141: holds 192.168.0.144, must be lb140",
      explanation("004-masters-equal"),
    ]);
    assert.deepEqual(judged(directors, check("one-master"), healthy).problems, []);
    const drill = healthy.failover ?? assert.fail("no drill");
    const stays = { ...healthy, failover: { ...drill, holdersAfterStart: ["lb141"] } };
    assert.deepEqual(judged(directors, check("preempt"), stays).problems, [
      "keepalived is back on lb140 and the VIP is held by lb141, must return to lb140",
      explanation("004-masters-equal"),
    ]);
  });

  it("004: a strict filter loses the answers", () => {
    const strict = lab("dr-two-networks-strict");
    const seen = healthyLab(strict);
    const lost = { ...seen, client: { ...seen.client, throughVip: { "192.168.0.144:80": [silent, silent] } } };
    const { problems } = judged(strict, check("round-robin"), lost);
    assert.match(problems[0] ?? "", /got no answer/);
    assert.equal(problems.at(-1), explanation("004-strict-filter"));
  });

  it("001: nopreempt on the lower priority lets the higher one preempt", () => {
    const nopreempt = lab("l7-nginx-as-printed");
    const seen = healthyLab(nopreempt);
    assert.deepEqual(judged(nopreempt, check("case-both-backup-nopreempt"), seen).problems, [
      "lb01 is back and the VIP is held by lb01, must be lb02",
      explanation("001-nopreempt-low"),
    ]);
    assert.deepEqual(judged(nopreempt, check("preempt"), seen).problems, []);
  });

  it("001: weight -20 does not move the VIP, for two reasons", () => {
    const weight = fixture("as-printed-001-weight");
    const seen = healthyLab(weight);
    const drill = seen.proxyStop ?? assert.fail("no drill");
    const stays = {
      ...seen,
      proxyStop: { ...drill, stopped: "lb01", holdersAfterStop: ["lb01"], servedAfterStop: [silent] },
    };
    const { problems } = judged(weight, check("track-script"), stays);
    assert.equal(problems[0], "with nginx stopped on lb01 the VIP is held by lb01");
    assert.deepEqual(problems.slice(-2), [explanation("001-weight-nopreempt"), explanation("001-weight-small")]);
  });

  it("003: one client with persistence sees one real server", () => {
    const one = fixture("as-printed-003");
    const { packets, ...rest } = healthyWalks(one)["10.0.0.13:80"] ?? assert.fail("no walk");
    const held = packets.filter(({ at }) => at !== "web04");
    const seen = { ...healthyLab(one), walks: { "10.0.0.13:80": { ...rest, packets: held } } };
    const said = (name: string) => judged(one, check(name), seen).problems;
    assert.deepEqual(said("request-way"), ["web04: no request of the client arrived", explanation("003-one-client")]);
    assert.deepEqual(said("answer-way"), ["web04: sent the client no answer", explanation("003-one-client")]);
    assert.deepEqual(judged(one, check("payload"), seen).problems, []);
  });

  it("explains neither a failure with another cause nor one in the corrected form", () => {
    const other = { ...healthy, nodes: {} };
    assert.ok(judged(directors, check("addresses"), other).problems.every((line) => !line.includes("as printed")));
    const corrected = lab("dr-two-networks");
    assert.ok(judged(corrected, check("one-master"), other).problems.every((line) => !line.includes("as printed")));
  });
});
