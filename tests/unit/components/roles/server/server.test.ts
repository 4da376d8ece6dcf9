import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { roleSteps } from "../../../../../components/roles";
import { renderCertificate } from "../../../../../components/roles/server/certificate";
import { holdsRunning } from "../../../../../components/roles/server/holds";
import { server } from "../../../../../components/roles/server";
import { answers } from "../../../../../components/roles/server/serving";
import type { AddressSeen } from "../../../../../components/looks/addresses";
import type { ServerNode } from "../../../../../model/topology/node";
import type { Topology } from "../../../../../model/topology/topology";
import type { Step } from "../../../../../components/machine/remote/script";
import { fixture } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const lab = fixture("valid-stand-ins");
const app = lab.nodes.app as ServerNode;
const { serves = [], holds = [] } = app;
const { serves: _serves, holds: _holds, tunnel: _tunnel, ...bare } = app;

/** The lab with another server in place of app. */
const withApp = (node: ServerNode): Topology => ({ ...lab, nodes: { ...lab.nodes, app: node } });
const stepsOf = (node: ServerNode): Step[] => roleSteps(withApp(node), node);
const textAt = (node: ServerNode, path: string): string =>
  stepsOf(node).find((step) => step.kind === "file" && step.path === path && step.content)?.["content" as never] ?? "";
const unit = (name: string): string => `/etc/systemd/system/${name}.service`;

describe("files of a server", () => {
  const cases: Readonly<Record<string, () => string>> = {
    "lvs-lab-server.service": () => textAt(app, unit("lvs-lab-server")),
    "lvs-lab-server-tls.service": () => textAt(app, unit("lvs-lab-server-tls")),
    "lvs-lab-vip.service": () => textAt(app, unit("lvs-lab-vip")),
    "server-tls.cfg": () => textAt(app, "/etc/lvs-lab/server-tls.cfg"),
  };
  for (const [name, render] of Object.entries(cases))
    it(name, () => {
      golden(`server/${name}`, render());
    });
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("server"), Object.keys(cases).sort());
  });

  it("come in this order: silence about the VIPs, the VIPs, the daemon, TLS", () => {
    assert.deepEqual(
      stepsOf(app).map((step) => ("path" in step ? step.path : "name" in step ? step.name : step.kind)),
      [
        "/etc/modules-load.d/lvs-lab-holds.conf",
        "ipip",
        "ip6_tunnel",
        "/etc/sysctl.d/91-lvs-lab-holds.conf",
        "network",
        "systemd-networkd",
        "packages",
        "/etc/nftables.conf",
        unit("lvs-lab-vip"),
        "lvs-lab-vip",
        "/usr/local/lib/lvs-lab/server",
        unit("lvs-lab-server"),
        "lvs-lab-server",
        "haproxy",
        "/etc/lvs-lab/server.pem",
        "/etc/lvs-lab/server-tls.cfg",
        unit("lvs-lab-server-tls"),
        "lvs-lab-server-tls",
      ],
    );
  });

  it("are removed, and their units stopped before, if the server has nothing to serve and to hold", () => {
    const steps = stepsOf(bare);
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === "absent" ? [step.path] : [])),
      [
        "/etc/modules-load.d/lvs-lab-holds.conf",
        "/etc/sysctl.d/91-lvs-lab-holds.conf",
        ...["lvs-lab-vip", "lvs-lab-server-tls", "lvs-lab-server"].map(unit),
      ],
    );
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === "unit" ? [[step.name, step.enabled, step.active]] : [])),
      ["lvs-lab-vip", "lvs-lab-server-tls", "lvs-lab-server"].map((name) => [name, false, false]),
    );
    assert.deepEqual(server.openings(lab, bare), []);
    assert.deepEqual(server.listeners(lab, bare), []);
    assert.deepEqual(answers.command(bare, "10.9.54.31", lab), []);
  });

  it("need haproxy only for https, a tunnel only the modules of its VIPs' families", () => {
    const plain = { ...bare, serves: serves.filter(({ protocol }) => protocol !== "https") };
    assert.deepEqual(
      server.software(lab, plain).map(({ debian }) => debian.name),
      ["perl-base"],
    );
    assert.deepEqual(
      server.software(lab, app).map(({ openeuler }) => openeuler.name),
      ["perl", "haproxy"],
    );
    const modules = (node: ServerNode): string[] =>
      stepsOf(node).flatMap((step) => (step.kind === "module" ? [step.name] : []));
    assert.deepEqual(modules({ ...bare, tunnel: true }), ["ipip"]);
    assert.deepEqual(modules({ ...bare, tunnel: true, holds: ["2001:db8:54::4/128"] }), ["ip6_tunnel"]);
    assert.deepEqual(modules({ ...bare, holds }), []);
  });

  it("say a link-local address nowhere: a socket cannot have it without its card", () => {
    const eth = { ...Object.values(app.interfaces)[0], aliases: ["fe80::1/64", "2001:db8::1/64"] };
    const node = { ...app, interfaces: { eth0: eth } } as ServerNode;
    assert.match(textAt(node, unit("lvs-lab-server")), / -- 10\.9\.54\.31 2001:db8::1 10\.9\.54\.4 2001:db8:54::4\n/);
  });
});

describe("VIPs that a server holds", () => {
  const differences = (...there: readonly AddressSeen[]): string[] =>
    holdsRunning(app, { addresses: there })
      .filter(([, expected, found]) => expected !== found)
      .map(([what, expected, found]) => `${what}: ${found ?? "nothing"}, must be ${expected}`);
  const at = (card: string, address: string, prefixLength: number): AddressSeen => ({
    ...{ interface: card, address, prefixLength, label: card },
  });

  it("are on lo, in both families", () => {
    assert.deepEqual(differences(at("lo", "10.9.54.4", 32), at("lo", "2001:db8:54::4", 128)), []);
  });

  it("are missed one by one, with another prefix length, and on another card", () => {
    assert.deepEqual(differences(at("lo", "10.9.54.4", 24), at("eth0.10", "2001:db8:54::4", 128)), [
      "10.9.54.4: 10.9.54.4/24 on lo, must be 10.9.54.4/32 on lo",
      "2001:db8:54::4: nothing, must be 2001:db8:54::4/128 on lo",
    ]);
  });
});

describe("the certificate of a server", () => {
  const certificateOf = (pem: string) => new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));

  it("names the server, is signed by its own key, and is valid for longer than any lab", () => {
    const certificate = certificateOf(renderCertificate("stand-ins", "app"));
    assert.equal(certificate.subject, "CN=app");
    assert.equal(certificate.issuer, "CN=app");
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.validTo, "Dec 31 23:59:59 2049 GMT");
  });

  it("is the same each time, and another one for another server and another lab", () => {
    const [first, again, server2, lab2] = [
      renderCertificate("stand-ins", "app"),
      renderCertificate("stand-ins", "app"),
      renderCertificate("stand-ins", "app2"),
      renderCertificate("other", "app"),
    ];
    assert.equal(first, again);
    assert.equal(new Set([first, server2, lab2]).size, 3);
    assert.ok(!certificateOf(server2 ?? "").verify(certificateOf(first ?? "").publicKey));
  });

  it("may have a name as long as a host name can be", () => {
    const name = "a".repeat(63);
    assert.equal(certificateOf(renderCertificate("stand-ins", name)).subject, `CN=${name}`);
  });
});
