import * as assert from "node:assert/strict";
import { renderDirectorSysctl } from "../../../../../components/roles/director/sysctl";
import { fixture, lab } from "../../../../fixtures";
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
  it("has no golden file without a case", () => {
    assert.deepEqual(goldenFiles("director"), ["sysctl.dr-keepalived.conf", "sysctl.full.conf", "sysctl.nat.conf"]);
  });
  it("are refused for a web server", () => {
    assert.throws(() => renderDirectorSysctl(lab("dr-keepalived"), "web1"), /web1 is not a director/);
  });
});
