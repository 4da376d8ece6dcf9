import * as assert from "node:assert/strict";
import { CHECKS, checkId, checksFor } from "../../../cli/verify/checks";
import { contentChecks } from "../../../cli/verify/checks/content";
import { ipvsadmChecks } from "../../../cli/verify/checks/ipvsadm";
import type { LabSeen, NodeSeen } from "../../../cli/verify/seen";
import type { Topology } from "../../../infra/model/topology";
import { fixture, lab } from "../../fixtures";
import { healthyLab } from "./healthy";

/** Labs whose checks are judged here on a healthy lab; the points are the document's that some check must carry. */
const labs: Readonly<Record<string, { readonly topology: Topology; readonly points: readonly string[] }>> = {
  "dr-ipvsadm-nfs": {
    topology: lab("dr-ipvsadm-nfs"),
    points: Array.from({ length: 12 }, (_, index) => `002-${index + 1}`),
  },
  "valid-ipvsadm": { topology: fixture("valid-ipvsadm"), points: [] },
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

const off = { active: "failed", enabled: "disabled" };

/** Lab, check, damage, and what the check must say of it. */
const cases: readonly (readonly [lab: string, check: string, damage: Damage, says: string])[] = [
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
    "lvs: /etc/ipvsadm.rules lacks -a -t 192.168.16.100:80 -r 192.168.16.143:80 -g -w 1",
  ],
  [
    "dr-ipvsadm-nfs",
    "saved-table",
    node("lvs", ({ ipvsadm }) => ({ ipvsadm: { timeouts: "", rules: `${ipvsadm?.rules}\n-A -t 10.0.0.1:80 -s rr` } })),
    "lvs: /etc/ipvsadm.rules has more than the topology's rows",
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
    "nfs: showmount -e tells of nobody, must tell of /opt/wwwroot 192.168.16.0/24",
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
];

describe("checks of roles", () => {
  for (const [name, { topology, points }] of Object.entries(labs)) {
    for (const check of checksFor(topology).filter(({ needs }) => needs === "nodes" || needs === "client")) {
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

  it("every one is seen to fail, here or in checks.test.ts", () => {
    const failing = new Set([...cases.map(([, check]) => check), "scheduler-modules", "gateway"]);
    for (const { name } of [...ipvsadmChecks, ...contentChecks]) assert.ok(failing.has(name), name);
  });
});
