import * as pulumi from "@pulumi/pulumi";
import type { DirectorNode, Topology } from "../../infra/model/topology";
import type { Machine } from "../machine";
import { composeScript, runScript, STAGED, type Step } from "../remote/script";
import { renderDirectorVipUnit, renderIpvsadmRules, renderIpvsadmUnit } from "./ipvsadm";
import { renderKeepalived } from "./keepalived";
import { renderDirectorSysctl } from "./sysctl";

export type DirectorArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Which of its directors this is. */
  readonly node: DirectorNode;
  /** VRRP password; undefined when the topology has its own or needs none. */
  readonly authPass?: pulumi.Input<string> | undefined;
};

/**
 * A director (DS): the kernel's IPVS table, and who owns it together with the VIP: keepalived, or ipvsadm's unit in a lab
 * without a vrrp section.
 */
export class Director extends pulumi.ComponentResource {
  constructor(
    name: string,
    { machine, topology, node, authPass }: DirectorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lvs-lab:index:Director", name, {}, opts);

    const script = pulumi.output(authPass).apply((pass) => composeScript(directorSteps(topology, node, pass)));
    // keepalived.conf holds the VRRP password.
    runScript(`${name}-configure`, { machine, script, secret: true }, { parent: this });
    this.registerOutputs({});
  }
}

/** What makes a machine a director, in order. */
export function directorSteps(topology: Topology, node: DirectorNode, authPass?: string): Step[] {
  return [
    { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ip_vs\n" },
    { kind: "module", name: "ip_vs" },
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderDirectorSysctl(topology, node.name) },
    ...(topology.vrrp === undefined ? ipvsadmSteps(topology, node) : keepalivedSteps(topology, node, authPass)),
  ];
}

/** keepalived owns VIP and table. */
function keepalivedSteps(topology: Topology, node: DirectorNode, authPass?: string): Step[] {
  return [
    // One table, one owner: ipvsadm's unit would load a saved table over keepalived's, and the VIP is keepalived's to move.
    { kind: "unit", name: "ipvsadm", enabled: false, active: false },
    { kind: "unit", name: "lvs-lab-vip", enabled: false, active: false },
    {
      kind: "file",
      path: "/etc/keepalived/keepalived.conf",
      content: renderKeepalived(topology, node.name, authPass === undefined ? {} : { authPass }),
      mode: "0600",
      // Any exit code but 0 refuses: 4, for example, is "runs after dropping what is wrong".
      check: ["keepalived", "--config-test", `--use-file=${STAGED}`],
      backup: true,
      events: ["reload:keepalived"],
    },
    { kind: "unit", name: "keepalived", enabled: true, active: true },
  ];
}

/** Two units own VIP and table, at every boot. */
function ipvsadmSteps(topology: Topology, node: DirectorNode): Step[] {
  return [
    { kind: "unit", name: "keepalived", enabled: false, active: false },
    {
      kind: "file",
      path: "/etc/systemd/system/lvs-lab-vip.service",
      content: renderDirectorVipUnit(topology, node.name),
      events: ["daemon-reload", "restart:lvs-lab-vip"],
    },
    {
      kind: "file",
      path: "/etc/ipvsadm.rules",
      content: renderIpvsadmRules(topology, node.name),
      // ipvsadm has no mode that only checks: it loads the table in a network namespace of its own, which ends with it.
      check: ["unshare", "--net", "sh", "-c", 'ipvsadm --restore <"$1"', "sh", STAGED],
      events: ["restart:ipvsadm"],
    },
    {
      kind: "file",
      path: "/etc/systemd/system/ipvsadm.service",
      content: renderIpvsadmUnit(topology),
      events: ["daemon-reload", "restart:ipvsadm"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    { kind: "unit", name: "ipvsadm", enabled: true, active: true },
  ];
}
