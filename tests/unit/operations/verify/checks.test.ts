import { MASKED } from "../../../../model/topology/secrets";
import * as assert from "node:assert/strict";
import { CHECKS, checkId, checksFor } from "../../../../operations/verify/checks";
import { chooseChecks, hasSettled } from "../../../../operations/verify";
import type { LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import { renderKeepalived } from "../../../../components/roles/director/keepalived";
import { loadTopology } from "../../../../documents/load";
import { inRoot } from "../../../../operations/paths";
import { rulesOf } from "../../../../components/roles";
import type { Node } from "../../../../model/topology/node";
import type { ExposedSeen } from "../../../../components/looks/exposed";
import { healthyExposed } from "./healthy";
import { healthyWalks } from "./walks";

const topology = loadTopology(inRoot("labs", "dr-keepalived.yaml"));
const vip = "192.168.10.200";
const macOf = (name: string) => topology.nodes[name]?.interfaces.ens33?.mac ?? "";

/** A lab that does everything right. Each case damages one thing. */
function healthy(): LabSeen {
  const node = (name: string): NodeSeen => {
    const director = topology.nodes[name]?.role === "director";
    const address = topology.nodes[name]?.interfaces.ens33?.address ?? "";
    const vipAt = director
      ? { interface: "ens33", address: vip, prefixLength: 32, label: "ens33" }
      : { interface: "lo", address: vip, prefixLength: 32, label: "lo:0" };
    return {
      reachable: true,
      hostname: name,
      addresses: [
        { interface: "ens33", address, prefixLength: 24, label: "ens33" },
        ...(name === "beiserver" ? [] : [vipAt]),
      ],
      sysctls: Object.fromEntries(
        ["all", "default", "lo", "ens33"].flatMap((at) => [
          [`${at}.send_redirects`, "0"],
          [`${at}.arp_ignore`, "1"],
          [`${at}.arp_announce`, "2"],
        ]),
      ),
      ipvsVersion: "IP Virtual Server version 1.2.1 (size=4096)",
      ipvs: [
        {
          protocol: "TCP",
          address: vip,
          port: 80,
          scheduler: "rr",
          realServers: ["192.168.10.133", "192.168.10.134"].map((one) => ({
            address: one,
            port: 80,
            forwarding: "Route",
            weight: 1,
          })),
        },
      ],
      units: {
        keepalived: { active: "active", enabled: "enabled" },
        ipvsadm: { active: "inactive", enabled: "disabled" },
        httpd: { active: "active", enabled: "enabled" },
        "lvs-lab-vip": { active: "active", enabled: "enabled" },
      },
      packages: ["ipvsadm", "keepalived"],
      keepalivedConf: director ? renderKeepalived(topology, name, { authPass: MASKED }) : "",
      keepalivedBackup: true,
      rules: rulesOf(topology, topology.nodes[name] as Node),
      drops: [],
      selinux: "",
      ...(director
        ? {
            advert: {
              source: "192.168.10.130",
              destination: "224.0.0.18",
              virtualRouterId: 10,
              priority: 100,
              addresses: [vip],
            },
          }
        : {}),
      ipvsModules: ["ip_vs", "ip_vs_rr"],
      routes: [`local ${vip} dev lo table local proto kernel scope host src ${vip}`, `${vip} dev lo scope link`],
    };
  };
  const page = (body: string) => ({ status: 200, body, keepAlive: false });
  const turns = Array.from({ length: 20 }, (_, index) => page(index % 2 ? "zzt is boy" : "zhantai is boy"));
  return {
    nodes: Object.fromEntries(Object.keys(topology.nodes).map((name) => [name, node(name)])),
    client: {
      arp: { [vip]: [macOf("zhuserver")] },
      throughVip: { [`${vip}:80`]: turns },
      direct: { web1: page("zzt is boy"), web2: page("zhantai is boy") },
      bySource: {},
      asked: {},
      neighbours: { [vip]: macOf("zhuserver"), "192.168.10.133": macOf("web1"), "192.168.10.134": macOf("web2") },
    },
    failover: {
      stopped: "zhuserver",
      holdersAfterStop: ["beiserver"],
      servedAfterStop: turns.slice(0, 4),
      holdersAfterStart: ["zhuserver"],
      servedAfterStart: turns.slice(0, 4),
      moves: 2,
      mail: {},
      outage: 0.7,
      rounds: 1,
    },
    down: {
      first: "web1",
      unnoticed: [],
      withoutFirst: [page("zhantai is boy"), page("zhantai is boy")],
      back: turns.slice(0, 4),
      mail: {},
    },
    walks: healthyWalks(topology),
    exposed: healthyExposed(topology),
  };
}

type Damage = Partial<Record<keyof NodeSeen, unknown>>;
/** The healthy lab with some facts about one node replaced. */
const withNode = (name: string, damage: Damage): LabSeen => {
  const seen = healthy();
  return { ...seen, nodes: { ...seen.nodes, [name]: { ...(seen.nodes[name] as NodeSeen), ...damage } as NodeSeen } };
};
const withClient = (damage: Partial<LabSeen["client"]>): LabSeen => ({
  ...healthy(),
  client: { ...healthy().client, ...damage },
});
const withExposed = (name: string, damage: Partial<ExposedSeen>): LabSeen => {
  const seen = healthy();
  const one = seen.exposed?.[name] as ExposedSeen;
  return { ...seen, exposed: { ...seen.exposed, [name]: { ...one, ...damage } } };
};
const withFailover = (damage: Partial<NonNullable<LabSeen["failover"]>>): LabSeen => {
  const seen = healthy();
  return { ...seen, failover: { ...(seen.failover as NonNullable<LabSeen["failover"]>), ...damage } };
};
const off = {
  keepalived: { active: "inactive", enabled: "enabled" },
  ipvsadm: { active: "active", enabled: "enabled" },
  httpd: { active: "failed", enabled: "disabled" },
};
const good = healthy();
const of = (name: string) => good.nodes[name] as NodeSeen;
const exposedOf = (name: string) => good.exposed?.[name] as ExposedSeen;
const silent = { status: 0, body: "", keepAlive: true };
const turns = good.client.throughVip[`${vip}:80`] ?? [];

/** Check, damage, and what the check must say of it. */
const cases: [check: string, seen: LabSeen, says: string][] = [
  ["addresses", withNode("web1", { hostname: "localhost" }), "web1: host name is localhost, must be web1"],
  ["addresses", withNode("web1", { addresses: [] }), "web1: ens33 has nobody, must have 192.168.10.133"],
  ["addresses", withNode("web2", { reachable: false }), "web2: does not answer SSH"],
  ["packages", withNode("beiserver", { packages: ["keepalived"] }), "beiserver: package ipvsadm is not installed"],
  [
    "no-other-filter",
    withNode("zhuserver", { drops: ["ip protocol vrrp drop"] }),
    "zhuserver: nftables drops packets in a table that is not the lab's: ip protocol vrrp drop",
  ],
  [
    "no-other-filter",
    withNode("web1", { selinux: "1" }),
    "web1: SELinux enforces its policy: /sys/fs/selinux/enforce is 1",
  ],
  ["ip_vs", withNode("zhuserver", { ipvsVersion: "" }), "zhuserver: /proc/net/ip_vs says nothing"],
  [
    "send_redirects",
    withNode("beiserver", { sysctls: { ...of("beiserver").sysctls, "ens33.send_redirects": "1" } }),
    "beiserver: net.ipv4.conf.ens33.send_redirects is 1, must be 0",
  ],
  [
    "keepalived.conf",
    withNode("zhuserver", { keepalivedConf: of("zhuserver").keepalivedConf.replace("priority 100", "priority 99") }),
    "priority 99, must be priority 100",
  ],
  ["keepalived.conf", withNode("zhuserver", { keepalivedBackup: false }), "zhuserver: keepalived.conf.bak is missing"],
  ["master-table", withNode("zhuserver", { ipvs: [] }), "zhuserver: the IPVS table lacks TCP 192.168.10.200:80 rr"],
  ["master-table", withNode("zhuserver", { addresses: [] }), "no director holds the VIP, so none is MASTER"],
  [
    "router-ids",
    withNode("beiserver", { keepalivedConf: of("beiserver").keepalivedConf.replace("LVS_02", "LVS_01") }),
    "beiserver: router_id is LVS_01, which is zhuserver's too",
  ],
  ["router-ids", withNode("zhuserver", { keepalivedConf: "" }), "zhuserver: keepalived.conf has no router_id"],
  [
    "same-file",
    withNode("beiserver", {
      keepalivedConf: of("beiserver").keepalivedConf.replace("virtual_router_id 10", "virtual_router_id 11"),
    }),
    "beiserver: keepalived.conf differs from zhuserver's: virtual_router_id 11",
  ],
  ["one-owner", withNode("beiserver", { units: off }), "beiserver: ipvsadm.service is active: two owners of one table"],
  ["one-owner", withNode("beiserver", { units: off }), "beiserver: keepalived.service is inactive, must be active"],
  [
    "one-owner",
    withNode("beiserver", { units: { ...of("beiserver").units, ipvsadm: { active: "inactive", enabled: "enabled" } } }),
    "beiserver: ipvsadm.service starts at boot: two owners of one table",
  ],
  [
    "pages",
    withClient({ direct: { ...good.client.direct, web2: { status: 200, body: "wrong", keepAlive: false } } }),
    'web2: answers 200 "wrong" at 192.168.10.134, must be 200 "zhantai is boy"',
  ],
  [
    "pages",
    withClient({ direct: { ...good.client.direct, web1: { status: 200, body: "zzt is boy", keepAlive: true } } }),
    "web1: keeps the connection open: KeepAlive must be off",
  ],
  ["pages", withNode("web1", { units: off }), "web1: httpd is failed, must be active"],
  ["vip-on-lo", withNode("web1", { addresses: [] }), "web1: lo does not hold 192.168.10.200/32"],
  [
    "vip-on-lo",
    withNode("web1", { routes: of("web1").routes.slice(0, 1) }),
    "web1: no host route to 192.168.10.200 on lo",
  ],
  ["vip-on-lo", withNode("web1", { units: off }), "web1: lvs-lab-vip.service at boot is nothing, must be enabled"],
  [
    "vip-on-lo",
    withNode("web2", { addresses: of("web2").addresses.map((at) => ({ ...at, label: at.interface })) }),
    "web2: 192.168.10.200 has no label lo:N on lo",
  ],
  [
    "vip-on-lo",
    withNode("web1", { sysctls: { ...of("web1").sysctls, "all.arp_ignore": "0" } }),
    "web1: net.ipv4.conf.all.arp_ignore is 0, must be 1",
  ],
  [
    "vip-on-lo",
    withNode("web2", {
      addresses: [...of("web2").addresses, { interface: "ens33", address: vip, prefixLength: 24, label: "ens33" }],
    }),
    "web2: ens33 holds 192.168.10.200: only lo may",
  ],
  [
    "tables",
    withNode("beiserver", { ipvs: [{ ...of("beiserver").ipvs[0], realServers: [] }] }),
    "beiserver: the IPVS table lacks TCP 192.168.10.200:80 rr -> 192.168.10.133:80 Route weight 1",
  ],
  [
    "tables",
    withNode("beiserver", {
      ipvs: [...of("beiserver").ipvs, { ...of("beiserver").ipvs[0], port: 81, realServers: [] }],
    }),
    "beiserver: the IPVS table has TCP 192.168.10.200:81 rr, which is not in the topology",
  ],
  [
    "round-robin",
    withClient({ throughVip: { [`${vip}:80`]: turns.map(() => turns[0] ?? silent) } }),
    "web1: gave 0 of 20 answers through 192.168.10.200:80, must be 10",
  ],
  [
    "round-robin",
    withClient({ throughVip: { [`${vip}:80`]: [...turns.slice(1), silent] } }),
    "192.168.10.200:80: got no answer, which is not a page of web1, web2",
  ],
  [
    "round-robin",
    withClient({ throughVip: { [`${vip}:80`]: [...turns].sort((a, b) => a.body.localeCompare(b.body)) } }),
    "192.168.10.200:80: real servers do not take turns",
  ],
  ["round-robin", withClient({ throughVip: {} }), "192.168.10.200:80: was not asked"],
  [
    "arp",
    withClient({ arp: { [vip]: [macOf("zhuserver"), macOf("web1")] } }),
    "web1: answers ARP for 192.168.10.200, which zhuserver holds",
  ],
  ["arp", withClient({ arp: { [vip]: [] } }), "nobody answers ARP for 192.168.10.200"],
  [
    "one-master",
    withNode("zhuserver", { addresses: [], units: off }),
    "no director holds 192.168.10.200: zhuserver's keepalived is inactive, beiserver's keepalived is active",
  ],
  [
    "one-master",
    withNode("beiserver", { addresses: of("zhuserver").addresses }),
    "zhuserver, beiserver: all hold 192.168.10.200 (split brain)",
  ],
  [
    "one-master",
    {
      ...good,
      nodes: {
        ...good.nodes,
        zhuserver: { ...of("zhuserver"), addresses: [] },
        beiserver: { ...of("beiserver"), addresses: of("zhuserver").addresses },
      },
    },
    "beiserver: holds 192.168.10.200, must be zhuserver",
  ],
  [
    "scheduler-modules",
    withNode("beiserver", { ipvsModules: ["ip_vs"] }),
    "beiserver: ip_vs_rr is not loaded; loaded modules of ip_vs: ip_vs",
  ],
  [
    "gateway",
    withNode("web2", { routes: ["default via 192.168.10.130 dev ens33 proto static"] }),
    "web2: its route leads through a director: default via 192.168.10.130 dev ens33 proto static",
  ],
  [
    "client-arp",
    withClient({ neighbours: { [vip]: macOf("web1") } }),
    "client: in the ARP cache 192.168.10.200 is web1's, held by zhuserver",
  ],
  [
    "client-arp",
    withClient({ neighbours: { "192.168.10.134": macOf("web1") } }),
    "client: in the ARP cache 192.168.10.134 is web1's, must be web2's",
  ],
  ["client-arp", withClient({ neighbours: {} }), "client: in the ARP cache 192.168.10.200 is not in it"],
  [
    "real-servers-silent",
    withClient({ arp: { [vip]: [macOf("zhuserver"), macOf("web2")] } }),
    "web2: answers ARP for 192.168.10.200",
  ],
  [
    "real-servers-silent",
    withNode("web1", {
      addresses: [...of("web1").addresses, { interface: "ens33", address: vip, prefixLength: 24, label: "ens33" }],
    }),
    "web1: ens33 holds 192.168.10.200: its ARP answers would take the VIP away",
  ],
  [
    "failover",
    withFailover({ holdersAfterStop: [] }),
    "with keepalived stopped on zhuserver the VIP is held by nobody",
  ],
  [
    "failover",
    withFailover({ servedAfterStop: [silent] }),
    "client: 1 of 1 requests with keepalived stopped on zhuserver got no answer",
  ],
  [
    "failover",
    withFailover({ servedAfterStop: turns.filter((_, index) => index % 2) }),
    "web2: gave no answer with keepalived stopped on zhuserver",
  ],
  [
    "preempt",
    withFailover({ holdersAfterStart: ["beiserver"] }),
    "keepalived is back on zhuserver and the VIP is held by beiserver, must return to zhuserver",
  ],
  [
    "takeover-time",
    withFailover({ outage: 3.2, rounds: 3 }),
    "stopping keepalived on zhuserver left the client without an answer for 3.20 s at best in 3 rounds",
  ],
  [
    "adverts",
    withNode("beiserver", { advert: { ...of("beiserver").advert, destination: "224.0.0.19" } }),
    "beiserver: the adverts' group is 224.0.0.19, must be 224.0.0.18",
  ],
  ["adverts", withNode("beiserver", { advert: undefined }), "beiserver: saw no advert"],
  [
    "one-down",
    { ...good, down: { ...(good.down ?? assert.fail()), unnoticed: ["beiserver"] } },
    "beiserver: still lists web1, whose httpd is stopped",
  ],
  ["firewall", withNode("web1", { rules: "" }), "web1: nftables has no table inet lvs-lab: everything comes in"],
  [
    "firewall",
    withNode("web1", { rules: of("web1").rules.replace("policy drop", "policy accept") }),
    "web1: table inet lvs-lab lacks: type filter hook input priority filter; policy drop;",
  ],
  [
    "firewall",
    withNode("zhuserver", {
      rules: of("zhuserver").rules.replace("ip saddr 192.168.10.132 ip protocol", "ip protocol"),
    }),
    'zhuserver: table inet lvs-lab has a line that is not in the topology: ip protocol 112 accept comment "VRRP of the peers"',
  ],
  [
    "firewall",
    withNode("web1", {
      rules: of("web1").rules.replace(/(\t\ttcp dport 22 .*\n)(\t\ttcp dport 80 .*\n)/, "$2$1"),
    }),
    "web1: table inet lvs-lab has another order",
  ],
  [
    "ports",
    withExposed("web1", {
      sockets: [...exposedOf("web1").sockets, { transport: "udp", address: "0.0.0.0", port: 68 }],
    }),
    "web1: listens on udp 68, which its role does not use",
  ],
  ["ports", withExposed("web2", { sockets: exposedOf("web2").sockets.slice(0, 1) }), "web2: nothing listens on tcp 80"],
  ["ports", withExposed("web2", { sockets: [] }), "web2: does not list its sockets"],
  [
    "logins",
    withExposed("web1", { sshd: { ...exposedOf("web1").sshd, passwordauthentication: "yes" } }),
    "web1: sshd's passwordauthentication is yes, must be no",
  ],
  [
    "logins",
    withExposed("beiserver", { passwords: { root: "usable" } }),
    "beiserver: root's password is usable, must be locked",
  ],
  [
    "logins",
    withExposed("beiserver", { passwords: { root: "locked", student: "usable" } }),
    "beiserver: student has a password, or needs none",
  ],
];

// Each fails in several ways in forwarding.test.ts.
for (const name of ["request-way", "answer-way", "payload"])
  cases.push([name, { nodes: good.nodes, client: good.client }, `${vip}:80: was not watched`]);

describe("checks", () => {
  for (const check of checksFor(topology)) {
    it(`${checkId(check, topology)} ${check.name}: a healthy lab passes`, () => {
      assert.deepEqual(check.judge(topology, good).problems, []);
      assert.notEqual(check.judge(topology, good).seen, "");
    });
  }

  for (const [name, seen, says] of cases) {
    it(`${name} fails: ${says}`, () => {
      const check = CHECKS.find((one) => one.name === name);
      const problems = check?.judge(topology, seen).problems ?? [];
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });
  }

  it("every check has a case in which it fails", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(checksFor(topology).map(({ name }) => name)));
  });

  it("every point of document 000 has a check", () => {
    const points = new Set(checksFor(topology).map((check) => checkId(check, topology)));
    for (let point = 1; point <= 16; point++) assert.ok(points.has(`000-${point}`), `000-${point}`);
  });

  it("a director of lower priority does not take the VIP back", () => {
    const preempt = CHECKS.find(({ name }) => name === "preempt");
    const back = (holder: string) =>
      withFailover({ stopped: "beiserver", holdersAfterStop: ["zhuserver"], holdersAfterStart: [holder] });
    assert.deepEqual(preempt?.judge(topology, back("zhuserver")).problems, []);
    assert.match(preempt?.judge(topology, back("beiserver")).problems.join() ?? "", /must stay where it was/);
  });

  it("a failover that could not be drilled is a failure", () => {
    const seen: LabSeen = { nodes: good.nodes, client: good.client };
    for (const check of CHECKS.filter((one) => one.needs === "failover"))
      assert.equal(check.judge(topology, seen).problems.length, 1);
  });

  it("a lab has settled when VIPs are held, httpd runs, and no check of the nodes fails", () => {
    const settled = (seen: LabSeen) => hasSettled(topology, checksFor(topology), seen);
    assert.ok(settled(good));
    const starting = { ...off, httpd: { active: "activating", enabled: "enabled" } };
    const unsettled = [
      withNode("web1", { units: starting }),
      withNode("zhuserver", { addresses: [] }),
      withNode("beiserver", { ipvs: [] }),
      withNode("web2", { reachable: false }),
    ];
    assert.deepEqual(unsettled.map(settled), [false, false, false, false]);
  });

  it("--only takes points and names, and refuses others with a list of them", () => {
    assert.deepEqual(
      chooseChecks(topology, { only: ["000-11"] }).map(({ name }) => name),
      ["tables"],
    );
    assert.deepEqual(
      chooseChecks(topology, { only: ["arp"] }).map(({ name }) => name),
      ["arp"],
    );
    assert.throws(
      () => chooseChecks(topology, { only: ["000-99"] }),
      /--only: got 000-99, need one of: 000-1, addresses/,
    );
  });

  it("--quick leaves out what breaks something, unless it is asked for by name", () => {
    const names = (only: readonly string[], quick: boolean): string[] =>
      chooseChecks(topology, { only, quick }).map(({ name }) => name);
    const all = names([], false);
    const disturbing = ["one-down", "failover", "preempt", "takeover-time"];
    for (const name of disturbing) assert.ok(all.includes(name), name);
    assert.deepEqual(
      names([], true),
      all.filter((name) => !disturbing.includes(name)),
    );
    assert.deepEqual(names(["failover"], true), ["failover"]);
  });
});
