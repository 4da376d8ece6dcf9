import * as pulumi from "@pulumi/pulumi";
import type { Topology, WebNode } from "../../infra/model/topology";
import type { Machine } from "../machine";
import { DOCUMENT_ROOT, MOUNT_UNIT, renderFstabLine } from "../nfs/mount";
import { BENEATH, composeScript, runScript, STAGED, type Step } from "../remote/script";
import { renderHttpdConf, renderPage } from "./httpd";
import { renderRealServerSysctl, renderVipUnit } from "./realServer";
import { renderServedBy } from "./servedBy";

export type WebServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Which of its web servers this is. */
  readonly node: WebNode;
};

/** A web server (RS): httpd with its page, and the VIP on lo without an ARP answer, as direct routing needs it. */
export class WebServer extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node }: WebServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:WebServer", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(webServerSteps(topology, node)) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** What makes a machine a web server, in order: it must be silent about the VIP before it has it. */
export function webServerSteps(topology: Topology, node: WebNode): Step[] {
  const fstabLine = renderFstabLine(topology, node);
  return [
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRealServerSysctl() },
    {
      kind: "file",
      path: "/etc/systemd/system/lvs-lab-vip.service",
      content: renderVipUnit(topology, node.name),
      events: ["daemon-reload", "restart:lvs-lab-vip"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    ...(fstabLine === undefined
      ? [{ kind: "file", path: `${DOCUMENT_ROOT}/index.html`, content: renderPage(node) } as const]
      : mountSteps(node, fstabLine)),
    {
      kind: "file",
      path: "/etc/apache2/conf-enabled/lvs-lab.conf",
      content: renderHttpdConf(),
      // The staged file on top of the configuration in place, whose *.conf does not match it.
      check: ["apache2ctl", "-t", "-c", `Include ${STAGED}`],
      events: ["reload:apache2"],
    },
    { kind: "unit", name: "apache2", enabled: true, active: true },
  ];
}

/** What serves an NFS share: the own page stays beneath the mount, whose content is not this machine's to write. */
function mountSteps(node: WebNode, fstabLine: string): Step[] {
  return [
    { kind: "beneath" },
    { kind: "file", path: `${BENEATH}${DOCUMENT_ROOT}/index.html`, content: renderPage(node) },
    {
      kind: "line",
      path: "/etc/fstab",
      word: DOCUMENT_ROOT,
      line: fstabLine,
      check: ["findmnt", "--verify", "--tab-file", STAGED],
      events: ["daemon-reload", `restart:${MOUNT_UNIT}`],
    },
    {
      kind: "file",
      path: "/etc/apache2/conf-enabled/lvs-lab-served-by.conf",
      content: renderServedBy(node.name),
      check: ["apache2ctl", "-t", "-c", `Include ${STAGED}`],
      events: ["reload:apache2"],
    },
    // At boot the mount waits for network-online.target: an NFS client gives up at once where there is no route yet.
    { kind: "unit", name: "systemd-networkd-wait-online", enabled: true, active: true },
    // What mounts at boot. Before that the mount itself: its failure has a better message than the target's.
    { kind: "unit", name: MOUNT_UNIT, enabled: false, active: true },
    { kind: "unit", name: "remote-fs.target", enabled: true, active: true },
  ];
}
