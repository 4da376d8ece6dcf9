import * as assert from "node:assert/strict";
import { roleSteps } from "../../../../../components/roles";
import {
  renderDirectorVipUnit,
  renderIpvsadmRules,
  renderIpvsadmUnit,
} from "../../../../../components/roles/director/ipvsadm";
import { directorsOf } from "../../../../../model/topology/queries";
import type { Scheduler, Topology } from "../../../../../model/topology/topology";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const document002 = lab("dr-ipvsadm-nfs");
const full = fixture("valid-ipvsadm");
const cases: Readonly<Record<string, () => string>> = {
  "dr-ipvsadm-nfs.ipvsadm.service": () => renderIpvsadmUnit(document002),
  "dr-ipvsadm-nfs.lvs-lab-vip.service": () => renderDirectorVipUnit(document002, "lvs"),
  "dr-ipvsadm-nfs.rules": () => renderIpvsadmRules(document002, "lvs"),
  "full.ipvsadm.service": () => renderIpvsadmUnit(full),
  "full.lvs-lab-vip.service": () => renderDirectorVipUnit(full, "lb01"),
  "full.rules": () => renderIpvsadmRules(full, "lb01"),
};

describe("files of a director without keepalived", () => {
  for (const [name, render] of Object.entries(cases)) {
    it(name, () => {
      golden(`ipvsadm/${name}`, render());
    });
  }
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("ipvsadm"), Object.keys(cases).sort());
  });

  const changed = (change: Partial<Topology["virtualServers"][number]>): Topology => ({
    ...document002,
    virtualServers: document002.virtualServers.map((server) => ({ ...server, ...change })),
  });
  for (const [forwarding, flag] of [
    ["DR", "-g"],
    ["NAT", "-m"],
    ["TUN", "-i"],
  ] as const) {
    it(`write ${forwarding} as ${flag}`, () => {
      assert.match(renderIpvsadmRules(changed({ forwarding }), "lvs"), new RegExp(`:80 ${flag} -w 1\n`));
    });
  }
  it("write UDP as -u, and every scheduler by the kernel's name", () => {
    assert.match(renderIpvsadmRules(changed({ protocol: "UDP" }), "lvs"), /^-A -u 192\.168\.16\.100:80 -s rr\n/);
    for (const scheduler of "rr wrr lc wlc lblc lblcr dh sh sed nq mh fo ovf".split(" ") as Scheduler[])
      assert.match(renderIpvsadmRules(changed({ scheduler }), "lvs"), new RegExp(` -s ${scheduler}\n`));
  });

  it("are refused for a wrong machine or topology", () => {
    assert.throws(() => renderIpvsadmRules(document002, "web1"), /web1 is not a director of lab dr-ipvsadm-nfs/);
    assert.throws(() => renderDirectorVipUnit(document002, "nobody"), /nobody is not a director/);
    assert.throws(() => renderDirectorVipUnit(changed({ vip: "10.9.9.9" }), "lvs"), /no interface in the segment of/);
    const realServers = { web9: { weight: 1, port: 80 } };
    assert.throws(() => renderIpvsadmRules(changed({ realServers }), "lvs"), /web9 is not a node of lab/);
  });

  it("are installed only after ipvsadm accepted the table in a separate network namespace", () => {
    const [lvs] = directorsOf(document002);
    assert.ok(lvs);
    const steps = roleSteps(document002, lvs);
    const rules = steps.find((step) => step.kind === "file" && step.path === "/etc/ipvsadm.rules");
    assert.deepEqual(rules?.kind === "file" && rules.check?.slice(0, 2), ["unshare", "--net"]);
  });

  it("come with keepalived off, and keepalived's files with these units off: VIP and table have one owner", () => {
    const unitsOf = (topology: Topology) =>
      roleSteps(topology, directorsOf(topology)[0] ?? assert.fail()).flatMap((step) =>
        step.kind === "unit" ? [`${step.name} ${step.enabled && step.active ? "on" : "off"}`] : [],
      );
    assert.deepEqual(unitsOf(document002), ["keepalived off", "lvs-lab-vip on", "ipvsadm on"]);
    assert.deepEqual(unitsOf(lab("dr-keepalived")), ["ipvsadm off", "lvs-lab-vip off", "keepalived on"]);
  });
});
