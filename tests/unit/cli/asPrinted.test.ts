import * as assert from "node:assert/strict";
import { judged } from "../../../cli/verify";
import { CHECKS } from "../../../cli/verify/checks";
import type { Check } from "../../../cli/verify/checks/check";
import type { LabSeen } from "../../../cli/verify/seen";
import { ERRATA, erratumText } from "../../../infra/config/errata";
import { lab } from "../../fixtures";
import { healthyLab } from "./healthy";

const check = (name: string): Check => CHECKS.find((one) => one.name === name) ?? assert.fail(name);
const explanation = (id: string): string => erratumText(ERRATA.find((one) => one.id === id) ?? assert.fail(id));
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

  it("004: of equal priorities either has the VIP, neither takes it back, and the sentence says so", () => {
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
    assert.match(problems[0] ?? "", /answered no answer/);
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

  it("what fails for another reason is not explained, nor what fails in the corrected form", () => {
    const other = { ...healthy, nodes: {} };
    assert.ok(judged(directors, check("addresses"), other).problems.every((line) => !line.includes("as printed")));
    const corrected = lab("dr-two-networks");
    assert.ok(judged(corrected, check("one-master"), other).problems.every((line) => !line.includes("as printed")));
  });
});
