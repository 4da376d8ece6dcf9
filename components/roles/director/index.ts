import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { DirectorNode, Topology } from "../../../model/topology/topology";
import { NAMES, type Names, type Software } from "../../machine/family";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { composeScript, runScript, STAGED, type Step } from "../../machine/remote/script";
import { renderHttpdConf, renderPage } from "../web/httpd";
import { renderListen } from "../web/sites";
import { renderDirectorVipUnit, renderIpvsadmRules, renderIpvsadmUnit } from "./ipvsadm";
import { keepalivedSteps } from "./keepalivedSteps";
import { renderDirectorSysctl } from "./sysctl";

export type DirectorArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Name of this director. */
  readonly node: DirectorNode;
  /** VRRP password; undefined: the topology has one or needs none. */
  readonly authPass?: pulumi.Input<string> | undefined;
  /** Resources that must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/**
 * A director (DS) with the kernel's IPVS table. keepalived owns table and VIP; ipvsadm's unit does in a lab
 * without a vrrp section.
 */
export class Director extends pulumi.ComponentResource {
  constructor(
    name: string,
    { machine, topology, node, authPass, after }: DirectorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lvs-lab:index:Director", name, {}, opts);

    const script = pulumi
      .output(authPass)
      .apply((pass) => composeScript(directorSteps(topology, node, pass, machine.guest)));
    // keepalived.conf holds the VRRP password.
    runScript(`${name}-configure`, { machine, script, secret: true }, { parent: this, dependsOn: [...after] });
    this.registerOutputs({});
  }
}

/** The steps that make a machine a director. */
export function directorSteps(
  topology: Topology,
  node: DirectorNode,
  authPass?: string,
  guest: Guest = DEBIAN,
): Step[] {
  const names = NAMES[guest.family];
  return [
    { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ip_vs\n" },
    { kind: "module", name: "ip_vs" },
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderDirectorSysctl(topology, node.name) },
    ...guestSteps(topology, node, guest, softwareOf(topology)),
    ...(topology.vrrp === undefined
      ? ipvsadmSteps(topology, node, names)
      : keepalivedOwns(topology, node, names, authPass)),
  ];
}

/** Packages of a director. */
function softwareOf({ vrrp, virtualServers }: Topology): Software[] {
  if (vrrp === undefined) return ["ipvsadm", "arping"];
  const sorry = virtualServers.some(({ sorryPage }) => sorryPage !== undefined);
  // With keepalived, ipvsadm only shows the table, and a check moves a VIP by hand to see its announcement.
  return ["ipvsadm", "keepalived", "arping", ...(sorry ? (["httpd"] as const) : [])];
}

/** keepalived owns VIP and table. */
function keepalivedOwns(topology: Topology, node: DirectorNode, names: Names, authPass?: string): Step[] {
  return [
    ...sorrySteps(topology, names),
    // Only keepalived may own table and VIP: ipvsadm's unit would overwrite keepalived's table with a saved one.
    { kind: "unit", name: "ipvsadm", enabled: false, active: false },
    { kind: "unit", name: "lvs-lab-vip", enabled: false, active: false },
    ...keepalivedSteps(topology, node.name, authPass),
  ];
}

/** Two units set up VIP and table at every boot. */
function ipvsadmSteps(topology: Topology, node: DirectorNode, names: Names): Step[] {
  return [
    { kind: "unit", name: "keepalived", enabled: false, active: false },
    {
      kind: "file",
      path: "/etc/systemd/system/lvs-lab-vip.service",
      content: renderDirectorVipUnit(topology, node.name),
      events: ["restart:lvs-lab-vip"],
    },
    {
      kind: "file",
      path: names.ipvsadmRules,
      content: renderIpvsadmRules(topology, node.name),
      // ipvsadm cannot only check a table, so it loads the table in a temporary network namespace. Without
      // lo there would be no routing table, and the kernel would not accept any address as unicast.
      check: ["unshare", "--net", "sh", "-c", 'ip link set lo up && ipvsadm --restore <"$1"', "sh", STAGED],
      events: ["restart:ipvsadm"],
    },
    {
      kind: "file",
      path: "/etc/systemd/system/ipvsadm.service",
      content: renderIpvsadmUnit(topology, names),
      events: ["restart:ipvsadm"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    { kind: "unit", name: "ipvsadm", enabled: true, active: true },
  ];
}

/** The director's own httpd, which answers while all real servers are down. It serves one page for every path. */
function sorrySteps({ virtualServers }: Topology, { httpd }: Names): Step[] {
  const sorry = virtualServers.filter(({ sorryPage }) => sorryPage !== undefined);
  const page = sorry[0]?.sorryPage;
  if (page === undefined) return [];
  const events = [`reload:${httpd.unit}`] as const;
  return [
    { kind: "file", path: "/var/www/html/index.html", content: renderPage({ page }) },
    { kind: "file", path: `${httpd.conf}/lvs-lab.conf`, content: renderHttpdConf(), events },
    {
      kind: "file",
      path: `${httpd.conf}/lvs-lab-ports.conf`,
      content: renderListen([...new Set(sorry.map(({ port }) => port))]),
      events,
    },
    { kind: "unit", name: httpd.unit, enabled: true, active: true },
  ];
}
