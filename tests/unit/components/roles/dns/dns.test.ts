import * as assert from "node:assert/strict";
import { roleSteps } from "../../../../../components/roles";
import { renderDnsmasq, renderDnsmasqUnit } from "../../../../../components/roles/dns/dnsmasq";
import { dnsServersOf } from "../../../../../model/topology/queries";
import type { DnsNode } from "../../../../../model/topology/node";
import { fixture } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const servers = fixture("valid-servers");
const ns: DnsNode = dnsServersOf(servers)[0] ?? assert.fail();

describe("files of a DNS server", () => {
  const cases: Readonly<Record<string, () => string>> = {
    "dnsmasq.service": () => renderDnsmasqUnit(servers),
    "servers.dnsmasq.conf": () => renderDnsmasq(ns),
  };
  for (const [name, render] of Object.entries(cases)) {
    it(name, () => {
      golden(`dns/${name}`, render());
    });
  }
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("dns"), Object.keys(cases).sort());
  });

  it("come before the daemon, whose own parser checks the staged configuration", () => {
    const steps = roleSteps(servers, ns);
    assert.deepEqual(
      steps.map((step) => (step.kind === "file" ? step.path : step.kind === "unit" ? step.name : step.kind)),
      [
        "network",
        "reload",
        "packages",
        "ruleset",
        "/etc/dnsmasq.conf",
        "/etc/systemd/system/dnsmasq.service",
        "dnsmasq",
      ],
    );
    const [conf] = steps.filter((step) => step.kind === "file");
    assert.deepEqual(conf?.check, ["dnsmasq", "--test", "--conf-file={staged}"]);
  });

  it("start the daemon anew if one of them changes: it reads them only when it starts", () => {
    for (const step of roleSteps(servers, ns))
      if (step.kind === "file") assert.deepEqual(step.events, ["restart:dnsmasq"], step.path);
  });
});
