import * as pulumi from "@pulumi/pulumi";
import { portsOf, tunnelledVips } from "../../../model/topology/members";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { Topology, WebNode } from "../../../model/topology/topology";
import { NAMES, type Names } from "../../machine/family";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { DOCUMENT_ROOT, MOUNT_UNIT, NFSMOUNT_CONF, renderFstabLine } from "../nfs/mount";
import { BENEATH, composeScript, runScript, STAGED, type Step } from "../../machine/remote/script";
import { renderHttpdConf, renderPage } from "./httpd";
import { OBJECT } from "./object";
import { renderRealServerSysctl, renderVipUnit } from "./realServer";
import { renderServedBy } from "./servedBy";
import { renderListen, renderSites } from "./sites";

export type WebServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Name of this web server. */
  readonly node: WebNode;
  /** Resources that must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/** Tests the staged file together with the installed configuration, whose *.conf does not include it. */
const httpdCheck = ({ httpd }: Names): readonly string[] => [...httpd.test, "-c", `Include ${STAGED}`];

/** A web server (RS): httpd with its page, and for direct routing the VIP on lo without ARP answers. */
export class WebServer extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node, after }: WebServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:WebServer", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(webServerSteps(topology, node, machine.guest)) },
      { parent: this, dependsOn: [...after] },
    );
    this.registerOutputs({});
  }
}

/** The steps that make a machine a web server. It must be silent about the VIP before it holds it. */
export function webServerSteps(topology: Topology, node: WebNode, guest: Guest = DEBIAN): Step[] {
  const names = NAMES[guest.family];
  const { httpd } = names;
  const fstabLine = renderFstabLine(topology, node);
  const tunnelled = tunnelledVips(topology, node.name).length > 0;
  return [
    ...(tunnelled
      ? ([
          { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ipip\n" },
          // This creates tunl0, which has its own settings.
          { kind: "module", name: "ipip" },
        ] as const)
      : ([{ kind: "absent", path: "/etc/modules-load.d/lvs-lab.conf" }] as const)),
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRealServerSysctl({ tunnelled }) },
    ...guestSteps(topology, node, guest, ["httpd", ...(fstabLine === undefined ? [] : (["nfsClient"] as const))]),
    {
      kind: "file",
      path: "/etc/systemd/system/lvs-lab-vip.service",
      content: renderVipUnit(topology, node.name, names),
      events: ["restart:lvs-lab-vip"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    ...(fstabLine === undefined
      ? [{ kind: "file", path: `${DOCUMENT_ROOT}/index.html`, content: renderPage(node) } as const]
      : mountSteps(node, fstabLine, names)),
    {
      kind: "file",
      path: `${httpd.conf}/lvs-lab.conf`,
      content: renderHttpdConf(),
      check: httpdCheck(names),
      events: [`reload:${httpd.unit}`],
    },
    ...siteSteps(topology, node, names),
    { kind: "made", path: OBJECT.path, sha256: OBJECT.sha256, command: OBJECT.command },
    { kind: "unit", name: httpd.unit, enabled: true, active: true },
  ];
}

/** Ports and virtual hosts besides port 80; nothing if the real server is asked only on port 80. */
function siteSteps(topology: Topology, node: WebNode, names: Names): Step[] {
  const { httpd } = names;
  const [listen, sites] = [`${httpd.conf}/lvs-lab-ports.conf`, httpd.sites];
  const events = [`reload:${httpd.unit}`] as const;
  const ports = portsOf(topology, node.name);
  const content = renderSites(topology, node.name, names);
  return [
    ports.length > 1
      ? // Not checked, because the parser would refuse the same Listen line in both the staged and the installed file.
        { kind: "file", path: listen, content: renderListen(ports), events }
      : { kind: "absent", path: listen, events },
    content.includes("<VirtualHost")
      ? { kind: "file", path: sites, content, check: httpdCheck(names), events }
      : { kind: "absent", path: sites, events },
  ];
}

/** Serves an NFS share. The server's own page stays below the mount, and this machine does not write the share's content. */
function mountSteps(node: WebNode, fstabLine: string, names: Names): Step[] {
  const { httpd, networkOnline } = names;
  return [
    { kind: "beneath" },
    { kind: "file", path: `${BENEATH}${DOCUMENT_ROOT}/index.html`, content: renderPage(node) },
    { kind: "file", ...NFSMOUNT_CONF, events: [`restart:${MOUNT_UNIT}`] },
    {
      kind: "line",
      path: "/etc/fstab",
      word: DOCUMENT_ROOT,
      line: fstabLine,
      check: ["findmnt", "--verify", "--tab-file", STAGED],
      events: [`restart:${MOUNT_UNIT}`],
    },
    {
      kind: "file",
      path: `${httpd.conf}/lvs-lab-served-by.conf`,
      content: renderServedBy(node.name, names),
      check: httpdCheck(names),
      events: [`reload:${httpd.unit}`],
    },
    // At boot the mount waits for network-online.target, because an NFS client without a route fails at once.
    { kind: "unit", name: networkOnline, enabled: true, active: true },
    // The target mounts at boot. The mount comes first here, because its failure has a better message than the target's.
    { kind: "unit", name: MOUNT_UNIT, enabled: false, active: true },
    { kind: "unit", name: "remote-fs.target", enabled: true, active: true },
  ];
}
