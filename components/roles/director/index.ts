import { forwards } from "../../../model/topology/packetPaths";
import type { DirectorNode } from "../../../model/topology/node";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import { expectedTable, seenTable } from "../../checks/ipvsTable";
import { expectedRows, seenRows } from "../../checks/ownTable";
import { advert } from "../../looks/advert";
import { savedTable } from "../../looks/savedTable";
import { type Software, TOOLS } from "../../machine/family";
import { STAGED, type Step } from "../../machine/remote/script";
import type { Made, Role, Running } from "../role";
import { holdsKernel, holdsOpenings, holdsRunning, holdsSteps, holdsUnits } from "../server/holds";
import {
  answers,
  servingListeners,
  servingOpenings,
  servingSoftware,
  servingSteps,
  servingUnits,
} from "../server/serving";
import { APACHE, HTTPD, type Httpd } from "../web/family";
import { renderHttpdConf, renderPage } from "../web/httpd";
import { renderListen } from "../web/sites";
import { isOwn } from "../../../model/topology/own/config";
import { runsKeepalived } from "../../../model/topology/queries";
import { ipvsadm } from "./look";
import { IPVSADM, IPVSADM_RULES, KEEPALIVED } from "./family";
import { renderDirectorVipUnit, renderIpvsadmRules, renderIpvsadmUnit } from "./ipvsadm";
import { markRules } from "./marks";
import { keepalivedSteps } from "./keepalivedSteps";
import { answerRules, syncOpenings, virtualServerOpenings, vrrpOpenings } from "./openings";
import { ownListeners, ownOpenings } from "./ownOpenings";
import { ownSteps } from "./ownSteps";
import { standInSteps, standInUnits } from "./standIns";
import { renderDirectorSysctl } from "./sysctl";

/**
 * A director (DS) with the kernel's IPVS table. keepalived owns table and VIP; ipvsadm's unit does in a lab
 * without a vrrp section.
 */
export const director: Role<DirectorNode> = {
  component: "Director",
  after: ["web", "server"],
  secret: true,
  // No secret is in a configuration that a director brings.
  holdsSecret: (node) => !isOwn(node),
  group: "directors",
  drawn: { label: "director (DS)", pill: "DS", short: "director", colour: "director" },
  kernel: (topology, node) => [
    { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ip_vs\n" },
    { kind: "module", name: "ip_vs" },
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderDirectorSysctl(topology, node.name) },
    ...(isOwn(node) ? holdsKernel(node) : []),
  ],
  software: (topology, node) => [...softwareOf(topology), ...servingSoftware(node)],
  steps(topology, node, made) {
    if (isOwn(node))
      return [
        { kind: "unit", name: "ipvsadm", enabled: false, active: false },
        ...holdsSteps(topology, node),
        ...servingSteps(topology, node),
        ...standInSteps(node.keepalived.standIns),
        ...ownSteps(node),
      ];
    return topology.vrrp === undefined ? ipvsadmSteps(topology, node, made) : keepalivedOwns(topology, node, made);
  },
  openings: (topology, node) =>
    isOwn(node)
      ? [...ownOpenings(topology, node), ...holdsOpenings(topology, node), ...servingOpenings(node)]
      : [...vrrpOpenings(topology, node), ...syncOpenings(topology, node), ...virtualServerOpenings(topology)],
  // Its virtual servers are in the kernel's table, so it has no sockets, except httpd for a sorry page.
  listeners(topology, node) {
    if (isOwn(node)) return [...servingListeners(node), ...ownListeners(node)];
    const sorry = sorryServers(topology);
    // Port 80 comes from the package.
    return sorry.length === 0 ? [] : [{ transport: "tcp", ports: [80, ...sorry.map(({ port }) => port)] }];
  },
  forward(topology, node) {
    if (!forwards(topology, node)) return undefined;
    return isOwn(node) ? [PASSED] : answerRules(topology, node);
  },
  marking: markRules,
  units: (node) => ({
    keepalived: "keepalived",
    ipvsadm: "ipvsadm",
    ...(isOwn(node)
      ? { ...holdsUnits(node), ...servingUnits(node), ...standInUnits(node.keepalived.standIns) }
      : node.vrrp === undefined
        ? { "lvs-lab-vip": "lvs-lab-vip" }
        : {}),
  }),
  // The advert comes last: its end waits for a packet, while the others run.
  looks: [ipvsadm, savedTable, advert],
  asks: answers,
  running(topology, node, seen) {
    const own = isOwn(node);
    const [want, got] = own
      ? [expectedRows(topology, node.name), seenRows(topology, node.name, seen.savedTable ?? [])]
      : [expectedTable(topology, node), seenTable(seen)];
    return [
      ...(own ? holdsRunning(node, seen) : []),
      ...want.filter((row) => !got.includes(row)).map((row): Running => ["IPVS table", row, undefined]),
      ...got.filter((row) => !want.includes(row)).map((row): Running => ["IPVS table", undefined, row]),
    ];
  },
};

/** A director of a site passes on what its own firewall would decide about; that is not part of the lab. */
const PASSED = 'accept comment "passed on"';

/** Virtual servers for which the directors themselves answer while all real servers are down. */
const sorryServers = ({ virtualServers }: Topology): VirtualServer[] =>
  virtualServers.filter(({ sorryPage }) => sorryPage !== undefined);

/** Packages of a director. */
function softwareOf(topology: Topology): Software[] {
  if (!runsKeepalived(topology)) return [IPVSADM, TOOLS.arping];
  // With keepalived, ipvsadm only shows the table, and a check moves a VIP by hand to see its announcement.
  return [IPVSADM, KEEPALIVED, TOOLS.arping, ...(sorryServers(topology).length === 0 ? [] : [APACHE])];
}

/** keepalived owns VIP and table. */
function keepalivedOwns(topology: Topology, node: DirectorNode, { family, authPass }: Made): Step[] {
  return [
    ...sorrySteps(topology, HTTPD[family]),
    // Only keepalived may own table and VIP: ipvsadm's unit would overwrite keepalived's table with a saved one.
    { kind: "unit", name: "ipvsadm", enabled: false, active: false },
    { kind: "unit", name: "lvs-lab-vip", enabled: false, active: false },
    ...keepalivedSteps(topology, node.name, authPass),
  ];
}

/** Two units set up VIP and table at every boot. */
function ipvsadmSteps(topology: Topology, node: DirectorNode, { family }: Made): Step[] {
  const rules = IPVSADM_RULES[family];
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
      path: rules,
      content: renderIpvsadmRules(topology, node.name),
      // ipvsadm cannot only check a table, so it loads the table in a temporary network namespace. Without
      // lo there would be no routing table, and the kernel would not accept any address as unicast.
      check: ["unshare", "--net", "sh", "-c", 'ip link set lo up && ipvsadm --restore <"$1"', "sh", STAGED],
      events: ["restart:ipvsadm"],
    },
    {
      kind: "file",
      path: "/etc/systemd/system/ipvsadm.service",
      content: renderIpvsadmUnit(topology, rules),
      events: ["restart:ipvsadm"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    { kind: "unit", name: "ipvsadm", enabled: true, active: true },
  ];
}

/** The director's own httpd, which answers while all real servers are down. It serves one page for every path. */
function sorrySteps(topology: Topology, httpd: Httpd): Step[] {
  const sorry = sorryServers(topology);
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
