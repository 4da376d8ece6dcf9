import { contentServer, heldVips, portsOf, tunnelledVips } from "../../../model/topology/queries";
import type { Family } from "../../../model/topology/guest";
import type { WebNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { NAMES } from "../../machine/family";
import type { Opening } from "../../machine/firewall/opening";
import { BENEATH, STAGED, type Step } from "../../machine/remote/script";
import { NFS_CLIENT } from "../nfs/family";
import { DOCUMENT_ROOT, MOUNT_UNIT, NFSMOUNT_CONF, renderFstabLine } from "../nfs/mount";
import type { Role, Running } from "../role";
import { APACHE, HTTPD, type Httpd } from "./family";
import { renderHttpdConf, renderPage } from "./httpd";
import { mount } from "./look";
import { OBJECT } from "./object";
import { renderRealServerSysctl, renderVipUnit } from "./realServer";
import { renderServedBy } from "./servedBy";
import { renderListen, renderSites } from "./sites";
import { tunnelEnds } from "./tunnel";

/** IP in IP (IANA "protocol numbers"). */
const IPIP = 4;

/** Tests the staged file together with the installed configuration, whose *.conf does not include it. */
const httpdCheck = ({ test }: Httpd): readonly string[] => [...test, "-c", `Include ${STAGED}`];

/** A web server (RS): httpd with its page, and for direct routing the VIP on lo without ARP answers. */
export const web: Role<WebNode> = {
  component: "WebServer",
  after: ["nfs"],
  secret: false,
  group: "web_servers",
  drawn: {
    label: "real server (RS)",
    pill: "RS",
    short: "real server",
    colour: "web",
    notes: ({ contentFrom }) => (contentFrom === undefined ? [] : [`content from ${contentFrom}`]),
  },
  // It must be silent about the VIP before it holds it.
  kernel(topology, { name }) {
    const tunnelled = tunnelledVips(topology, name).length > 0;
    return [
      ...(tunnelled
        ? ([
            { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ipip\n" },
            // This creates tunl0, which has its own settings.
            { kind: "module", name: "ipip" },
          ] as const)
        : ([{ kind: "absent", path: "/etc/modules-load.d/lvs-lab.conf" }] as const)),
      {
        kind: "sysctl",
        path: "/etc/sysctl.d/90-lvs-lab.conf",
        content: renderRealServerSysctl(tunnelled ? { tunnelFilter: 2 } : {}),
      },
    ];
  },
  software: (topology, node) => [APACHE, ...(contentServer(topology, node) === undefined ? [] : [NFS_CLIENT])],
  steps(topology, node, { family }) {
    const httpd = HTTPD[family];
    const fstabLine = renderFstabLine(topology, node);
    return [
      {
        kind: "file",
        path: "/etc/systemd/system/lvs-lab-vip.service",
        content: renderVipUnit(topology, node.name, httpd),
        events: ["restart:lvs-lab-vip"],
      },
      { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
      ...(fstabLine === undefined
        ? [{ kind: "file", path: `${DOCUMENT_ROOT}/index.html`, content: renderPage(node) } as const]
        : mountSteps(node, fstabLine, family)),
      {
        kind: "file",
        path: `${httpd.conf}/lvs-lab.conf`,
        content: renderHttpdConf(),
        check: httpdCheck(httpd),
        events: [`reload:${httpd.unit}`],
      },
      ...siteSteps(topology, node, httpd),
      { kind: "made", path: OBJECT.path, sha256: OBJECT.sha256, command: OBJECT.command },
      { kind: "unit", name: httpd.unit, enabled: true, active: true },
    ];
  },
  // Requests come from any client with every forwarding method, because IPVS does not change the source.
  openings: (topology, node) => [
    ...tunnel(topology, node),
    { name: "pages", what: { transport: "tcp", ports: portsOf(topology, node.name) } },
  ],
  listeners: (topology, { name }) => [{ transport: "tcp", ports: portsOf(topology, name) }],
  units: ({ contentFrom }, family) => ({
    httpd: HTTPD[family].unit,
    ...(contentFrom === undefined ? {} : { "remote-fs.target": "remote-fs.target" }),
    "lvs-lab-vip": "lvs-lab-vip",
  }),
  looks: [mount],
  running(topology, node, { addresses, mount: mounted }) {
    const tunnelled = tunnelledVips(topology, node.name);
    const line = renderFstabLine(topology, node);
    return [
      ...heldVips(topology, node.name).map((vip): Running => {
        const card = tunnelled.includes(vip) ? "tunl0" : "lo";
        const held = addresses.filter(({ address }) => address === vip);
        return [
          vip,
          `${vip}/32 on ${card}`,
          held.map((at) => `${vip}/${at.prefixLength} on ${at.interface}`).join(", "),
        ];
      }),
      ...(line === undefined ? [] : [[DOCUMENT_ROOT, `${line.split(" ")[0]} nfs4`, mounted?.mounted] as const]),
    ];
  },
};

function tunnel(topology: Topology, node: WebNode): Opening[] {
  if (tunnelledVips(topology, node.name).length === 0) return [];
  return [{ name: "tunnels of the directors", what: { number: IPIP }, from: tunnelEnds(topology, node) }];
}

/** Ports and virtual hosts besides port 80; nothing if the real server is asked only on port 80. */
function siteSteps(topology: Topology, node: WebNode, httpd: Httpd): Step[] {
  const [listen, sites] = [`${httpd.conf}/lvs-lab-ports.conf`, httpd.sites];
  const events = [`reload:${httpd.unit}`] as const;
  const ports = portsOf(topology, node.name);
  const content = renderSites(topology, node.name, httpd);
  return [
    ports.length > 1
      ? // Not checked, because the parser would refuse the same Listen line in both the staged and the installed file.
        { kind: "file", path: listen, content: renderListen(ports), events }
      : { kind: "absent", path: listen, events },
    content.includes("<VirtualHost")
      ? { kind: "file", path: sites, content, check: httpdCheck(httpd), events }
      : { kind: "absent", path: sites, events },
  ];
}

/** Serves an NFS share. The server's own page stays below the mount, and this machine does not write the share's content. */
function mountSteps(node: WebNode, fstabLine: string, family: Family): Step[] {
  const httpd = HTTPD[family];
  const { networkOnline } = NAMES[family];
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
      content: renderServedBy(node.name, httpd),
      check: httpdCheck(httpd),
      events: [`reload:${httpd.unit}`],
    },
    // At boot the mount waits for network-online.target, because an NFS client without a route fails at once.
    { kind: "unit", name: networkOnline, enabled: true, active: true },
    // The target mounts at boot. The mount comes first here, because its failure has a better message than the target's.
    { kind: "unit", name: MOUNT_UNIT, enabled: false, active: true },
    { kind: "unit", name: "remote-fs.target", enabled: true, active: true },
  ];
}
