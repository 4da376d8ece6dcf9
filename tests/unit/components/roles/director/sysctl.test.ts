import * as assert from "node:assert/strict";
import { renderDirectorSysctl } from "../../../../../components/roles/director/sysctl";
import { fixture, lab } from "../../../../fixtures";
import { roleSteps } from "../../../../../components/roles";
import { golden, goldenFiles } from "../../../../golden";

describe("sysctls of a director", () => {
  it("of document 000 (000-4)", () => {
    golden("director/sysctl.dr-keepalived.conf", renderDirectorSysctl(lab("dr-keepalived"), "zhuserver"));
  });
  it("with two interfaces", () => {
    golden("director/sysctl.full.conf", renderDirectorSysctl(fixture("valid-full"), "lb01"));
  });
  it("that is the real servers' gateway (NAT)", () => {
    golden("director/sysctl.nat.conf", renderDirectorSysctl(lab("nat"), "lb03"));
  });
  it("has the source filter that the topology sets, and then the node's own settings", () => {
    const topology = fixture("valid-unicast");
    const steps = roleSteps(topology, topology.nodes.lb1 ?? assert.fail());
    const [step = assert.fail(), further] = steps.filter(({ kind }) => kind === "sysctl");
    assert.equal(further, undefined);
    golden("director/sysctl.unicast.conf", step.kind === "sysctl" ? step.content : "");
  });
  it("has no golden file without a case", () => {
    assert.deepEqual(goldenFiles("director"), [
      "sysctl.dr-keepalived.conf",
      "sysctl.full.conf",
      "sysctl.nat.conf",
      "sysctl.unicast.conf",
    ]);
  });
  it("are refused for a web server", () => {
    assert.throws(() => renderDirectorSysctl(lab("dr-keepalived"), "web1"), /web1 is not a director/);
  });
});
