import * as assert from "node:assert/strict";
import { CHECKS, checkId, checksFor } from "../../../../operations/verify/checks";
import { CLIENT } from "../../../../operations/verify/checks/client";
import { CONTENT } from "../../../../operations/verify/checks/content";
import { IPVSADM } from "../../../../operations/verify/checks/ipvsadm";
import { PREEMPTION } from "../../../../operations/verify/checks/preemption";
import { PROXY } from "../../../../components/roles/proxy/checks";
import { SECURITY } from "../../../../operations/verify/checks/security";
import { SETTINGS } from "../../../../operations/verify/checks/kernelSettings";
import { VRRP } from "../../../../operations/verify/checks/vrrp";
import { UNKNOWN } from "../../../../components/roles/dns/ask";
import { DNS } from "../../../../components/roles/dns/checks";
import { MAIL } from "../../../../components/roles/mail/checks";
import { SERVERS } from "../../../../components/roles/server/checks";
import type { Answer } from "../../../../components/roles/server/ask";
import type { ExposedSeen } from "../../../../components/looks/exposed";
import type { LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { healthyLab } from "./healthy";

/** Labs whose checks are tested here on a healthy lab. Some check must have each of these points of the document. */
const labs: Readonly<Record<string, { readonly topology: Topology; readonly points: readonly string[] }>> = {
  "dr-ipvsadm-nfs": {
    topology: lab("dr-ipvsadm-nfs"),
    points: Array.from({ length: 12 }, (_, index) => `002-${index + 1}`),
  },
  "dr-keepalived-nopreempt": { topology: lab("dr-keepalived-nopreempt"), points: [] },
  "dr-keepalived-preempt-delay": { topology: lab("dr-keepalived-preempt-delay"), points: ["000-14"] },
  "dr-wrr-persistent": {
    topology: lab("dr-wrr-persistent"),
    points: [1, 2, 3, 4, 5, 6, 8, 10].map((point) => `003-${point}`),
  },
  "dr-wrr-persistent-keepalived": {
    topology: lab("dr-wrr-persistent-keepalived"),
    points: [1, 2, 4, 5, 6, 7, 8, 10, 11].map((point) => `003-${point}`),
  },
  "l7-haproxy": { topology: lab("l7-haproxy"), points: [1, 3, 6, 7, 8].map((point) => `001-${point}`) },
  "l7-master-low": { topology: lab("l7-master-low"), points: ["001-4"] },
  "l7-nginx": { topology: lab("l7-nginx"), points: ["001-5", "001-6", "001-8"] },
  "l7-nginx-vips": { topology: lab("l7-nginx-vips"), points: ["001-2", "001-7"] },
  nat: { topology: lab("nat"), points: ["003-8"] },
  "valid-ipvsadm": { topology: fixture("valid-ipvsadm"), points: [] },
  "valid-servers": { topology: fixture("valid-servers"), points: [] },
  "valid-stand-ins": { topology: fixture("valid-stand-ins"), points: [] },
  "valid-unicast": { topology: fixture("valid-unicast"), points: [] },
  "valid-sync-daemon": { topology: fixture("valid-sync-daemon"), points: [] },
};

/** A healthy lab with some facts about one node, or about the client, replaced. */
type Damage = (seen: LabSeen) => LabSeen;
const node =
  (name: string, damage: (one: NodeSeen) => Partial<NodeSeen>): Damage =>
  (seen) => {
    const one = seen.nodes[name] as NodeSeen;
    return { ...seen, nodes: { ...seen.nodes, [name]: { ...one, ...damage(one) } } };
  };
const client =
  (damage: (one: LabSeen["client"]) => Partial<LabSeen["client"]>): Damage =>
  (seen) => ({ ...seen, client: { ...seen.client, ...damage(seen.client) } });

const drill =
  (damage: Partial<NonNullable<LabSeen["failover"]>>): Damage =>
  (seen) => ({
    ...seen,
    failover: { ...(seen.failover as NonNullable<LabSeen["failover"]>), ...damage },
    proxyStop: { ...(seen.proxyStop as NonNullable<LabSeen["proxyStop"]>), ...damage },
  });
/** The server app with another answer to one question. */
const answered = (what: string, answer: Answer): Damage =>
  client(({ asked }) => ({ asked: { ...asked, app: { answers: { ...asked.app?.answers, [what]: answer } } } }));
const exposedOf = (seen: LabSeen, name: string) => seen.exposed?.[name] as ExposedSeen;
const silent = { status: 0, body: "", keepAlive: true };

const off = { active: "failed", enabled: "disabled" };

/** Lab, check, damage, and what the check must say of it. */
const cases: readonly (readonly [lab: string, check: string, damage: Damage, says: string])[] = [
  [
    "valid-stand-ins",
    "servers",
    node("app", ({ units }) => ({ units: { ...units, "lvs-lab-server": off } })),
    "app: lvs-lab-server.service is failed, must be active",
  ],
  [
    "valid-stand-ins",
    "servers",
    node("app", ({ units }) => ({
      units: { ...units, "lvs-lab-server-tls": { active: "active", enabled: "disabled" } },
    })),
    "app: lvs-lab-server-tls.service at boot is disabled, must be enabled",
  ],
  [
    "valid-stand-ins",
    "servers",
    answered("dns 53 by TCP", { error: "Connection refused" }),
    "app: the answer to dns 53 by TCP is nothing (Connection refused), must be app",
  ],
  [
    "valid-stand-ins",
    "servers",
    answered("tcp 7 at 2001:db8:54::31", { name: "web" }),
    "app: the answer to tcp 7 at 2001:db8:54::31 is web, must be app",
  ],
  [
    "valid-stand-ins",
    "servers",
    answered("http 8080", { name: "app", status: 200 }),
    "app: the answer to http 8080 is app with status 200, must be status 204",
  ],
  [
    "valid-stand-ins",
    "servers",
    client(() => ({ asked: {} })),
    "app: the answer to https 443 is nothing (no answer), must be app with status 200",
  ],
  [
    "valid-servers",
    "names",
    node("ns", () => ({ units: { dnsmasq: off } })),
    "ns: dnsmasq.service is failed, must be active",
  ],
  [
    "valid-servers",
    "names",
    node("ns", () => ({ units: { dnsmasq: { active: "active", enabled: "disabled" } } })),
    "ns: dnsmasq.service at boot is disabled, must be enabled",
  ],
  [
    "valid-servers",
    "names",
    client(({ asked }) => ({ asked: { ...asked, ns: { names: { ...asked.ns?.names, "www.lab": "10.9.53.4" } } } })),
    "ns: the answer for www.lab is 10.9.53.4, must be 10.9.53.3",
  ],
  [
    "valid-servers",
    "names",
    client(({ asked }) => ({ asked: { ...asked, ns: { names: { ...asked.ns?.names, [UNKNOWN]: "REFUSED" } } } })),
    "ns: the answer for no-such-name.invalid is REFUSED, must be NXDOMAIN",
  ],
  ["valid-servers", "names", client(() => ({ asked: {} })), "ns: the answer for mail.lab is nothing"],
  ["valid-servers", "names", node("ns", () => ({ reachable: false })), "ns: does not answer SSH"],
  [
    "valid-servers",
    "greeting",
    client(({ asked }) => ({ asked: { ...asked, mx: { greeting: "220 web SMTP" } } })),
    "mx: the greeting is 220 web SMTP, must be 220 mx SMTP",
  ],
  ["valid-servers", "greeting", client(() => ({ asked: {} })), "mx: the greeting is nothing, must be 220 mx SMTP"],
  [
    "valid-servers",
    "greeting",
    node("mx", () => ({ units: { "lvs-lab-mail.socket": { active: "active", enabled: "disabled" } } })),
    "mx: lvs-lab-mail.socket at boot is disabled, must be enabled",
  ],
  [
    "dr-ipvsadm-nfs",
    "packages",
    node("lvs", () => ({ packages: ["keepalived"] })),
    "lvs: package ipvsadm is not installed",
  ],
  [
    "dr-ipvsadm-nfs",
    "vip-on-director",
    node("lvs", ({ addresses }) => ({ addresses: addresses.slice(0, 1) })),
    "lvs: the VIP is nothing, must be 192.168.16.100/32 on ens33:0",
  ],
  [
    "dr-ipvsadm-nfs",
    "vip-on-director",
    node("lvs", ({ addresses }) => ({ addresses: addresses.map((at) => ({ ...at, label: "ens33" })) })),
    "lvs: the VIP is 192.168.16.100/32 on ens33, must be 192.168.16.100/32 on ens33:0",
  ],
  [
    "dr-ipvsadm-nfs",
    "vip-on-director",
    node("lvs", ({ units }) => ({ units: { ...units, "lvs-lab-vip": off } })),
    "lvs: lvs-lab-vip.service at boot is disabled, must be enabled",
  ],
  ["dr-ipvsadm-nfs", "tables", node("lvs", () => ({ ipvs: [] })), "lvs: the IPVS table lacks TCP 192.168.16.100:80 rr"],
  [
    "dr-ipvsadm-nfs",
    "saved-table",
    node("lvs", () => ({ ipvsadm: { rules: "-A -t 192.168.16.100:80 -s rr", timeouts: "900 120 300" } })),
    "lvs: the saved table lacks -a -t 192.168.16.100:80 -r 192.168.16.143:80 -g -w 1",
  ],
  [
    "dr-ipvsadm-nfs",
    "saved-table",
    node("lvs", ({ ipvsadm }) => ({ ipvsadm: { timeouts: "", rules: `${ipvsadm?.rules}\n-A -t 10.0.0.1:80 -s rr` } })),
    "lvs: the saved table has more than the topology's rows",
  ],
  [
    "dr-ipvsadm-nfs",
    "saved-table",
    node("lvs", ({ units }) => ({ units: { ...units, ipvsadm: off } })),
    "lvs: ipvsadm.service at boot is disabled, must be enabled",
  ],
  [
    "dr-ipvsadm-nfs",
    "saved-table",
    node("lvs", ({ units }) => ({ units: { ...units, keepalived: { active: "active", enabled: "enabled" } } })),
    "lvs: keepalived.service is active: two owners of one table",
  ],
  [
    "valid-ipvsadm",
    "timeouts",
    node("lb01", ({ ipvsadm }) => ({ ipvsadm: { rules: ipvsadm?.rules ?? "", timeouts: "900 120 300" } })),
    "lb01: the timeouts (tcp tcpfin udp) is 900 120 300, must be 30 5 60",
  ],
  [
    "dr-ipvsadm-nfs",
    "share",
    node("nfs", ({ units }) => ({ units: { ...units, rpcbind: off } })),
    "nfs: rpcbind.service is failed, must be active",
  ],
  [
    "dr-ipvsadm-nfs",
    "share",
    node("nfs", ({ share }) => ({ share: { shown: [], page: "", exports: share?.exports ?? [] } })),
    "nfs: showmount -e shows nobody, must show /opt/wwwroot 192.168.16.0/24",
  ],
  [
    "dr-ipvsadm-nfs",
    "share",
    node("nfs", ({ share }) => ({ share: { page: "", shown: share?.shown ?? [], exports: ["/opt *(ro)"] } })),
    "nfs: /etc/exports lacks /opt/wwwroot 192.168.16.0/24(rw,sync,no_root_squash,no_subtree_check)",
  ],
  [
    "dr-ipvsadm-nfs",
    "mount",
    node("web2", ({ mount }) => ({ mount: { fstab: [], ownPage: "This is web2", mounted: mount?.mounted ?? "" } })),
    "web2: /etc/fstab lacks 192.168.16.145:/opt/wwwroot /var/www/html nfs defaults,_netdev 0 0",
  ],
  [
    "dr-ipvsadm-nfs",
    "mount",
    node("web1", ({ mount }) => ({ mount: { fstab: mount?.fstab ?? [], ownPage: "This is web1", mounted: "" } })),
    "web1: /var/www/html is nothing, must be 192.168.16.145:/opt/wwwroot nfs4",
  ],
  [
    "dr-ipvsadm-nfs",
    "mount",
    node("web1", ({ mount }) => ({
      mount: { fstab: mount?.fstab ?? [], mounted: mount?.mounted ?? "", ownPage: "this is NFS" },
    })),
    "web1: the page beneath is this is NFS, must be This is web1",
  ],
  [
    "dr-ipvsadm-nfs",
    "shared-content",
    node("nfs", ({ share }) => ({ share: { exports: [], shown: share?.shown ?? [], page: "other" } })),
    'nfs: index.html of the share is "other", must be "this is NFS"',
  ],
  [
    "dr-ipvsadm-nfs",
    "shared-content",
    client(({ throughVip }) => ({
      throughVip: Object.fromEntries(
        Object.entries(throughVip).map(([at, all]) => [at, all.map((one) => ({ ...one, body: "This is web1" }))]),
      ),
    })),
    'client: 20 of 20 answers differ, one is 200 "This is web1"',
  ],
  ["dr-ipvsadm-nfs", "shared-content", client(() => ({ throughVip: {} })), "client: asked 0 times through the VIP"],
  [
    "dr-ipvsadm-nfs",
    "round-robin",
    client(({ throughVip }) => ({
      throughVip: Object.fromEntries(
        Object.entries(throughVip).map(([at, all]) => [at, all.map((one) => ({ ...one, servedBy: "web1" }))]),
      ),
    })),
    "web2: gave 0 of 20 answers through 192.168.16.100:80, must be 10",
  ],
  [
    "dr-ipvsadm-nfs",
    "pages",
    client(({ direct }) => ({ direct: { ...direct, web1: { status: 200, body: "This is web1", keepAlive: false } } })),
    'web1: answers 200 "This is web1" at 192.168.16.143, must be 200 "this is NFS"',
  ],
  [
    "dr-wrr-persistent",
    "persistence",
    client(({ bySource }) => ({
      bySource: { "10.0.0.13:80": { "10.0.0.16": Object.values(bySource["10.0.0.13:80"] ?? {}).flat() } },
    })),
    "10.0.0.16: was served by web03, web04 through 10.0.0.13:80, must stay on one",
  ],
  [
    "dr-wrr-persistent",
    "persistence",
    client(({ bySource }) => {
      const [first = []] = Object.values(bySource["10.0.0.13:80"] ?? {});
      const all = Object.keys(bySource["10.0.0.13:80"] ?? {}).map((source) => [source, first] as const);
      return { bySource: { "10.0.0.13:80": Object.fromEntries(all) } };
    }),
    "web04: served none of 6 source addresses through 10.0.0.13:80",
  ],
  [
    "dr-wrr-persistent",
    "persistence",
    client(() => ({ bySource: { "10.0.0.13:80": { "10.0.0.16": [silent] } } })),
    "10.0.0.16: got no answer through 10.0.0.13:80",
  ],
  ["dr-wrr-persistent", "persistence", client(() => ({ bySource: {} })), "10.0.0.13:80: was not asked"],
  [
    "dr-wrr-persistent-keepalived",
    "vip-secondary",
    node("lb03", ({ addresses }) => ({
      addresses: addresses.map((at) => ({ ...at, secondary: false })),
    })),
    "lb03: 10.0.0.13 is not secondary",
  ],
  [
    "dr-wrr-persistent-keepalived",
    "vip-secondary",
    node("lb03", ({ addresses }) => ({
      addresses: addresses.map((at) => (at.address === "10.0.0.13" ? { ...at, prefixLength: 32 } : at)),
    })),
    "lb03: holds 10.0.0.13/32, must be /24",
  ],
  [
    "dr-wrr-persistent-keepalived",
    "gratuitous-arp",
    (seen) => ({ ...seen, move: { ...(seen.move ?? assert.fail()), announced: seen.move?.before ?? "" } }),
    "client: after lb04 announced it its ARP cache has the VIP at lb03, must be lb04",
  ],
  [
    "dr-wrr-persistent-keepalived",
    "gratuitous-arp",
    (seen) => ({ ...seen, move: { ...(seen.move ?? assert.fail()), silent: "" } }),
    "client: after the move, unannounced, its ARP cache has the VIP at nobody, must be lb03",
  ],
  [
    "dr-wrr-persistent-keepalived",
    "gratuitous-arp",
    ({ nodes, client: seen }) => ({ nodes, client: seen }),
    "there are no two directors to move the VIP between",
  ],
  [
    "l7-haproxy",
    "proxies",
    node("lb02", ({ units }) => ({ units: { ...units, haproxy: off } })),
    "lb02: haproxy.service is failed, must be active",
  ],
  [
    "l7-nginx",
    "proxies",
    node("lb01", ({ units }) => ({ units: { ...units, haproxy: { active: "active", enabled: "enabled" } } })),
    "lb01: haproxy.service is active: it would hold the port",
  ],
  [
    "l7-nginx",
    "check-script",
    node("lb02", () => ({ proxy: { script: "exit 0\n" } })),
    "lb02: /etc/keepalived/nginx_check.sh is not the lab's",
  ],
  ["l7-nginx-vips", "adverts", node("liuyazhuang134", () => ({ advert: undefined })), "saw no advert"],
  [
    "l7-nginx-vips",
    "adverts",
    node("liuyazhuang134", ({ advert }) => ({ advert: { ...(advert ?? assert.fail()), source: "192.168.50.134" } })),
    "liuyazhuang134: the adverts' source is 192.168.50.134, must be 192.168.50.133",
  ],
  [
    "l7-nginx-vips",
    "adverts",
    node("liuyazhuang134", ({ advert }) => ({
      advert: { ...(advert ?? assert.fail()), addresses: ["192.168.50.130"] },
    })),
    "the adverts' addresses is 192.168.50.130, must be 192.168.50.130, 192.168.50.131",
  ],
  [
    "nat",
    "adverts",
    node("lb04", ({ advert }) => ({ advert: { ...(advert ?? assert.fail()), addresses: ["10.1.0.13"] } })),
    "lb04: the adverts' addresses is 10.1.0.13, must be 10.1.0.13, 172.16.1.254",
  ],
  [
    "l7-haproxy",
    "track-script",
    (seen) => ({ ...seen, proxyStop: { ...(seen.proxyStop ?? assert.fail()), adverts: [] } }),
    "lb01: its adverts had priority none without haproxy, must be 90",
  ],
  [
    "l7-haproxy",
    "track-script",
    drill({ holdersAfterStop: ["lb01"] }),
    "with haproxy stopped on lb01 the VIP is held by lb01",
  ],
  [
    "l7-haproxy",
    "track-script",
    drill({ servedAfterStop: [silent] }),
    "client: 1 of 1 requests with haproxy stopped on lb01 got no answer",
  ],
  [
    "l7-haproxy",
    "track-script",
    drill({ holdersAfterStart: ["lb02"] }),
    "haproxy is back on lb01 and the VIP is held by lb02, must return to lb01",
  ],
  ["l7-haproxy", "track-script", ({ nodes, client: seen }) => ({ nodes, client: seen }), "no proxy holds the VIP"],
  [
    "l7-haproxy",
    "case-master-high",
    drill({ holdersAfterStart: ["lb02"] }),
    "lb01 is back and the VIP is held by lb02, must be lb01",
  ],
  [
    "l7-master-low",
    "case-master-low",
    drill({ stopped: "lb01" }),
    "lb01: held the VIP at first, must be lb02, which has the highest priority",
  ],
  [
    "l7-nginx-vips",
    "case-both-master",
    drill({ holdersAfterStart: [] }),
    "liuyazhuang133 is back and the VIP is held by nobody, must be liuyazhuang133",
  ],
  [
    "l7-nginx",
    "case-both-backup-nopreempt",
    drill({ holdersAfterStart: ["lb01"] }),
    "lb01 is back and the VIP is held by lb01, must be lb02",
  ],
  ["l7-nginx", "vip-moves", drill({ moves: 2 }), "the MASTER changed 2 times, must be 1: lb01, lb02, lb02"],
  ["l7-haproxy", "vip-moves", drill({ moves: 4 }), "the MASTER changed 4 times, must be 2: lb01, lb02, lb01"],
  ["l7-haproxy", "vip-moves", drill({ servedAfterStart: [] }), "client: was not served with keepalived back on lb01"],
  [
    "l7-haproxy",
    "script-security",
    node("lb02", ({ keepalivedConf }) => ({ keepalivedConf: keepalivedConf.replace("enable_script_security", "") })),
    "lb02: keepalived.conf lacks enable_script_security",
  ],
  [
    "l7-haproxy",
    "script-security",
    (seen) => ({ ...seen, exposed: { ...seen.exposed, lb01: { ...exposedOf(seen, "lb01"), script: "777 www-data" } } }),
    "lb01: the script's mode and owner is 777 www-data, must be 755 root",
  ],
  [
    "dr-ipvsadm-nfs",
    "ports",
    (seen) => ({
      ...seen,
      exposed: {
        ...seen.exposed,
        nfs: {
          ...exposedOf(seen, "nfs"),
          sockets: ["33001", "33002"].map((port) => ({ transport: "udp", address: "*", port: Number(port) })),
          rpc: ["udp 33001"],
        },
      },
    }),
    "nfs: listens on udp 33002, which its role does not use",
  ],
  [
    "dr-keepalived-preempt-delay",
    "preempt-delay",
    drill({ returnedAfter: 5 }),
    "zhuserver had the VIP 5.0 s after its start, must wait 15 s",
  ],
  [
    "dr-keepalived-nopreempt",
    "first-started",
    (seen) => ({ ...seen, start: { ...(seen.start ?? assert.fail()), holdersTogether: ["zhuserver"] } }),
    "with keepalived started on zhuserver after it the VIP is held by zhuserver, must be beiserver",
  ],
  [
    "l7-nginx",
    "first-started",
    (seen) => ({ ...seen, start: { ...(seen.start ?? assert.fail()), holdersAlone: [] } }),
    "with keepalived on lb02 alone the VIP is held by nobody, must be lb02",
  ],
  [
    "l7-nginx",
    "case-both-backup-nopreempt",
    drill({ stopped: "lb02" }),
    "lb02: held the VIP at first, must be lb01, which has the highest priority",
  ],
  [
    "valid-unicast",
    "adverts",
    node("lb2", ({ advert }) => ({ advert: { ...(advert ?? assert.fail()), destination: "224.0.0.18" } })),
    "lb2: the adverts' destination is 224.0.0.18, must be 10.0.0.12",
  ],
  [
    "valid-unicast",
    "adverts",
    node("lb1", ({ advert }) => ({ advert: { ...(advert ?? assert.fail()), addresses: ["10.0.0.3", "10.0.0.4"] } })),
    "lb1: the adverts' addresses is 10.0.0.3, 10.0.0.4, must be 10.0.0.3",
  ],
  [
    "valid-unicast",
    "same-file",
    node("lb2", ({ keepalivedConf }) => ({ keepalivedConf: keepalivedConf.replace("lb_algo rr", "lb_algo lc") })),
    "lb2: keepalived.conf differs from lb1's: lb_algo lc",
  ],
  [
    "valid-unicast",
    "settings",
    node("lb1", ({ sysctls }) => ({ sysctls: { ...sysctls, "eth0.rp_filter": "1" } })),
    "lb1: net.ipv4.conf.eth0.rp_filter is 1, must be 2",
  ],
  [
    "valid-unicast",
    "settings",
    node("web1", () => ({ settings: {} })),
    "web1: net.core.somaxconn is nothing, must be 1024",
  ],
  [
    "valid-sync-daemon",
    "ports",
    (seen) => ({
      ...seen,
      exposed: {
        ...seen.exposed,
        lb2: {
          ...exposedOf(seen, "lb2"),
          sockets: [8848, 8849].map((port) => ({ transport: "udp", address: "224.0.0.81", port })),
        },
      },
    }),
    "lb2: listens on udp 8849, which its role does not use",
  ],
  [
    "dr-keepalived-nopreempt",
    "preempt",
    drill({ holdersAfterStart: ["zhuserver"] }),
    "keepalived is back on zhuserver and the VIP is held by zhuserver, must stay where it was",
  ],
];

/** Checks that document 000's lab has too; checks.test.ts damages that lab. */
const inOtherTest = ["scheduler-modules", "gateway", "client-arp", "real-servers-silent", "firewall", "logins"];

describe("checks of roles", () => {
  for (const [name, { topology, points }] of Object.entries(labs)) {
    for (const check of checksFor(topology)) {
      it(`${name}: ${checkId(check, topology)} ${check.name} passes a healthy lab`, () => {
        assert.deepEqual(check.judge(topology, healthyLab(topology)).problems, []);
        assert.notEqual(check.judge(topology, healthyLab(topology)).seen, "");
      });
    }
    it(`${name}: every point has a check`, () => {
      const ids = checksFor(topology).map((check) => checkId(check, topology));
      assert.deepEqual(
        points.filter((point) => !ids.includes(point)),
        [],
      );
    });
  }

  for (const [name, check, damage, says] of cases) {
    it(`${check} fails: ${says}`, () => {
      const { topology } = labs[name] as { topology: Topology };
      const problems =
        CHECKS.find((one) => one.name === check)?.judge(topology, damage(healthyLab(topology))).problems ?? [];
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });
  }

  it("every check has a case in which it fails, here or in checks.test.ts", () => {
    const failing = new Set([...cases.map(([, check]) => check), ...inOtherTest]);
    for (const { name } of [
      ...IPVSADM,
      ...CONTENT,
      ...CLIENT,
      ...PROXY,
      ...VRRP,
      ...PREEMPTION,
      ...SECURITY,
      ...SETTINGS,
      ...DNS,
      ...MAIL,
      ...SERVERS,
    ])
      assert.ok(failing.has(name), name);
  });
});
