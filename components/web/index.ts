import * as pulumi from "@pulumi/pulumi";
import { portsOf, tunnelledVips } from "../../infra/model/members";
import { DEBIAN, type Guest } from "../../infra/model/guest";
import type { Topology, WebNode } from "../../infra/model/topology";
import { NAMES, type Names } from "../family";
import { guestSteps } from "../family/steps";
import type { Machine } from "../machine";
import { DOCUMENT_ROOT, MOUNT_UNIT, NFSMOUNT_CONF, renderFstabLine } from "../nfs/mount";
import { BENEATH, composeScript, runScript, STAGED, type Step } from "../remote/script";
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
  /** Which of its web servers this is. */
  readonly node: WebNode;
  /** What must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/** The staged file on top of the configuration in place, whose *.conf does not match it. */
const httpdCheck = ({ httpd }: Names): readonly string[] => [...httpd.test, "-c", `Include ${STAGED}`];

/** A web server (RS): httpd with its page, and the VIP on lo without an ARP answer, as direct routing needs it. */
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

/** What makes a machine a web server, in order: it must be silent about the VIP before it has it. */
export function webServerSteps(topology: Topology, node: WebNode, guest: Guest = DEBIAN): Step[] {
  const names = NAMES[guest.family];
  const { httpd } = names;
  const fstabLine = renderFstabLine(topology, node);
  const tunnelled = tunnelledVips(topology, node.name).length > 0;
  return [
    ...(tunnelled
      ? ([
          { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ipip\n" },
          // Makes tunl0, which has settings of its own.
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

/** Ports and virtual hosts beside port 80's; nothing if the real server is asked on port 80 alone. */
function siteSteps(topology: Topology, node: WebNode, names: Names): Step[] {
  const { httpd } = names;
  const [listen, sites] = [`${httpd.conf}/lvs-lab-ports.conf`, httpd.sites];
  const events = [`reload:${httpd.unit}`] as const;
  const ports = portsOf(topology, node.name);
  const content = renderSites(topology, node.name, names);
  return [
    ports.length > 1
      ? // Not checked: the parser would refuse a second Listen beside the same line of the file in place.
        { kind: "file", path: listen, content: renderListen(ports), events }
      : { kind: "absent", path: listen, events },
    content.includes("<VirtualHost")
      ? { kind: "file", path: sites, content, check: httpdCheck(names), events }
      : { kind: "absent", path: sites, events },
  ];
}

/** Serves an NFS share: the server's own page stays beneath the mount, and this machine does not write the share's content. */
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
    // At boot the mount waits for network-online.target: an NFS client gives up at once where there is no route yet.
    { kind: "unit", name: networkOnline, enabled: true, active: true },
    // What mounts at boot. Before that the mount itself: its failure has a better message than the target's.
    { kind: "unit", name: MOUNT_UNIT, enabled: false, active: true },
    { kind: "unit", name: "remote-fs.target", enabled: true, active: true },
  ];
}
