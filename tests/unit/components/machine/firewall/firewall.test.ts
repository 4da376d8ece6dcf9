import * as assert from "node:assert/strict";
import type { Opening } from "../../../../../components/machine/firewall/opening";
import { renderRules } from "../../../../../components/machine/firewall/ruleset";
import { rulesFile } from "../../../../../components/machine/remote/script";
import { listenersOf, openingsOf, roleSteps, rulesOf } from "../../../../../components/roles";
import { isOwn } from "../../../../../model/topology/own/config";
import { shippedLabs } from "../../../../../operations/topologies";
import type { Node } from "../../../../../model/topology/node";
import type { Topology } from "../../../../../model/topology/topology";
import { fixture, fixtureNames, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const nodeOf = (topology: Topology, name: string): Node => topology.nodes[name] ?? assert.fail(name);
const rules = (topology: Topology, name: string): string => rulesOf(topology, nodeOf(topology, name));

/** One node of each kind. Together they cover all openings. */
const cases: Readonly<Record<string, readonly string[]>> = {
  "dr-keepalived": ["zhuserver", "web1"],
  "valid-sync-daemon": ["lb1"],
  "valid-unicast": ["lb1"],
  "warned-firewall": ["lb2"],
  "dr-ipvsadm-nfs": ["lvs", "web1", "nfs"],
  "dr-two-networks": ["lb140", "web142", "router146"],
  "l7-haproxy": ["lb01"],
  "l7-nginx-vips": ["liuyazhuang133"],
  nat: ["lb03", "web03"],
  schedulers: ["lb"],
  tun: ["lb03", "web03", "web04", "router"],
  "valid-servers": ["ns", "mx"],
  "valid-site-crossed": ["gw1"],
  "valid-site-dns": ["lvs1"],
  "valid-site-marks": ["lb1"],
  "valid-stand-ins": ["app"],
};
const topologyOf = (name: string): Topology => (/^(valid|warned)-/.test(name) ? fixture(name) : lab(name));

describe("the firewall of a machine", () => {
  for (const [name, nodes] of Object.entries(cases)) {
    for (const node of nodes)
      it(`${name}.${node}`, () => {
        golden(`firewall/${name}.${node}.nft`, rules(topologyOf(name), node));
      });
  }
  it("has no golden file without a case", () => {
    const files = Object.entries(cases).flatMap(([name, nodes]) => nodes.map((node) => `${name}.${node}.nft`));
    assert.deepEqual(goldenFiles("firewall"), files.sort());
  });

  it("allows VRRP only from the peers, on their side, and tunnels only from the directors", () => {
    const two = lab("dr-two-networks");
    assert.match(rules(two, "lb141"), /ip saddr 192\.168\.0\.140 ip protocol 112 accept/);
    assert.doesNotMatch(rules(two, "web142"), /112/);
    assert.match(rules(lab("tun"), "web04"), /ip saddr { 10\.2\.0\.15, 10\.2\.0\.16 } ip protocol 4 accept/);
    assert.doesNotMatch(rules(lab("nat"), "web03"), /ip protocol 4/);
  });

  it("opens ports in both families, and an opening with addresses in the family of each, in nft's spelling and order", () => {
    const of = (opening: Partial<Opening>): string[] =>
      renderRules([{ name: "it", what: { number: 112 }, ...opening }])
        .split("\n")
        .filter((line) => line.includes('"it"'))
        .map((line) => line.trim().replace(' accept comment "it"', ""));
    const sources = ["fe80::/10", "10.0.0.9", "2001:DB8:0::a:1", "2001:db8::1", "10.0.0.10", "2001:db8:0:0::1", "::1"];
    assert.deepEqual(of({}), ["ip protocol 112"]);
    assert.deepEqual(of({ from: sources }), [
      "ip saddr { 10.0.0.9, 10.0.0.10 } ip protocol 112",
      "ip6 saddr { ::1, 2001:db8::1, 2001:db8::a:1, fe80::/10 } meta l4proto 112",
    ]);
    const what = { transport: "tcp", ports: [443, 80] } as const;
    assert.deepEqual(of({ what }), ["tcp dport { 80, 443 }"]);
    assert.deepEqual(of({ what, to: "2001:db8:0::3" }), ["ip6 daddr 2001:db8::3 tcp dport { 80, 443 }"]);
    assert.deepEqual(of({ what, to: "2001:db8::3", from: ["2001:db8::9"] }), [
      "ip6 saddr 2001:db8::9 ip6 daddr 2001:db8::3 tcp dport { 80, 443 }",
    ]);
  });

  it("blocks other ports of a VIP, and a director's own httpd", () => {
    const said = rules(lab("dr-two-networks"), "lb140");
    assert.deepEqual(said.match(/.*dport .*/g), [
      '\t\ttcp dport 22 accept comment "SSH"',
      '\t\tip daddr 192.168.0.144 tcp dport 80 accept comment "virtual servers"',
    ]);
  });

  it("forwards only on routers, NAT directors, where it is only answers of real servers, and gateways that bring their configuration", () => {
    for (const topology of shippedLabs())
      for (const node of Object.values(topology.nodes)) {
        const nat = topology.virtualServers.some(({ forwarding }) => forwarding === "NAT");
        const isGateway = isOwn(node) && Object.keys(node.interfaces).length > 1;
        const forwards = node.role === "router" || (node.role === "director" && nat) || isGateway;
        assert.equal(rulesOf(topology, node).includes("chain forward"), forwards, `${topology.name} ${node.name}`);
      }
    assert.deepEqual(rules(lab("nat"), "lb03").match(/.*sport .*/g), [
      '\t\tip saddr 172.16.1.17 tcp sport 8080 tcp flags rst,ack accept comment "answers of web03"',
      '\t\tip saddr 172.16.1.18 tcp sport 8080 tcp flags rst,ack accept comment "answers of web04"',
    ]);
  });

  it("drops by default and answers SSH, on every machine of every lab", () => {
    for (const topology of [...shippedLabs(), ...fixtureNames("valid-").map((name) => fixture(`valid-${name}`))])
      for (const node of Object.values(topology.nodes)) {
        assert.match(rulesOf(topology, node), /hook input priority filter; policy drop;/);
        assert.equal(openingsOf(topology, node)[0]?.name, "SSH");
      }
  });

  it("is loaded by the role's script before the role's daemons start, from each family's file", () => {
    for (const [family, path] of [
      ["debian", "/etc/nftables.conf"],
      ["rhel", "/etc/sysconfig/nftables.conf"],
      ["openeuler", "/etc/sysconfig/nftables.conf"],
    ] as const)
      for (const name of Object.keys(cases)) {
        const topology = topologyOf(name);
        for (const node of Object.values(topology.nodes)) {
          const steps = roleSteps(topology, node, "secret", { family });
          const at = steps.findIndex(({ kind }) => kind === "ruleset");
          const step = steps[at];
          assert.ok(step?.kind === "ruleset");
          assert.equal(step.path, path);
          assert.equal(step.rules, rulesOf(topology, node));
          assert.ok(
            steps.every((one, index) => one.kind !== "unit" || !one.active || index > at),
            node.name,
          );
        }
      }
  });

  it("replaces only its own table", () => {
    assert.equal(
      rulesFile({ table: "inet lvs-lab", rules: "table inet lvs-lab {\n}\n" }),
      "# Generated by lvs-lab: changes are lost.\ntable inet lvs-lab\ndelete table inet lvs-lab\n\ntable inet lvs-lab {\n}\n",
    );
  });
});

describe("sockets of a machine", () => {
  for (const [name, node, sockets] of [
    ["dr-keepalived", "zhuserver", ["tcp 22"]],
    ["dr-keepalived", "web1", ["tcp 22", "tcp 80"]],
    ["dr-two-networks", "lb140", ["tcp 22", "tcp 80"]],
    ["dr-two-networks", "router146", ["tcp 22"]],
    ["nat", "web03", ["tcp 22", "tcp 80", "tcp 8080"]],
    ["l7-haproxy", "lb01", ["tcp 22", "tcp 80"]],
    ["dr-ipvsadm-nfs", "nfs", ["tcp 22", "tcp 111", "tcp 2049", "tcp 20048", "udp 111", "udp 20048"]],
    ["valid-servers", "ns", ["tcp 22", "tcp 53", "udp 53"]],
    ["valid-servers", "mx", ["tcp 22", "tcp 25"]],
  ] as const)
    it(`${name} ${node}: ${sockets.join(", ")}`, () => {
      const topology = topologyOf(name);
      assert.deepEqual(listenersOf(topology, nodeOf(topology, node)), sockets);
    });
});
