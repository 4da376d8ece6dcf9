import type { Topology } from "./topology";
import { formWithoutMistake, isPrinted } from "./errata";
import type { Problem } from "./error";
import { unlessRefused } from "./refused";
import * as addresses from "./rules/addresses";
import * as content from "./rules/content";
import * as ipvsadm from "./rules/ipvsadm";
import * as proxy from "./rules/proxy";
import * as routing from "./rules/routing";
import { timesTooFine } from "./rules/times";
import { unfinished } from "./rules/unfinished";
import * as virtualServers from "./rules/virtualServers";
import * as vrrp from "./rules/vrrp";
import * as vrrpCase from "./rules/vrrpCase";

/** A rule about the whole topology that the schema cannot express. */
export type Rule = {
  /** The rule runs only if these sections are sound. An optional one may be absent. */
  readonly reads: readonly (keyof Topology)[];
  /** Returns every place that breaks the rule. A value that the schema refused is not judged again (refused.ts). */
  readonly find: (topology: Topology) => readonly Problem[];
  /** The document, RFC or man page behind it, and what that says. */
  readonly reason: string;
};

/** The sections that a rule about packet paths reads. */
const network = ["segments", "nodes", "client", "vrrp", "virtualServers"] as const;

/** All rules, in the order in which their problems are listed. */
export const RULES: readonly Rule[] = [
  {
    reads: ["segments"],
    find: addresses.prefixUnusable,
    reason:
      "RFC 4632: host bits of a prefix are 0; RFC 6890: no machine can have an address of 0/8, 127/8, 169.254/16 or 224/3",
  },
  {
    reads: ["segments"],
    find: addresses.segmentsOverlap,
    reason: "ip-route(8): the kernel takes one route per address, so the other segment would be unreachable",
  },
  {
    reads: ["segments", "nodes", "client"],
    find: addresses.segmentUnknown,
    reason: "003: machines find each other by ARP, and ARP does not leave a segment",
  },
  {
    reads: ["segments", "nodes", "client"],
    find: addresses.addressOutsideSegment,
    reason:
      "arp(7): a machine uses ARP inside its own prefix; no machine has the first or last address of a prefix (RFC 1122 3.2.1.3)",
  },
  {
    reads: ["segments", "nodes", "client", "vrrp", "virtualServers"],
    find: addresses.addressTwice,
    reason: "RFC 5227: if two machines have an address, both answer ARP, and packets go to either",
  },
  {
    reads: ["nodes", "client"],
    find: addresses.macTwice,
    reason: "bridge(8): a bridge learns one port per MAC, so one of the two owners gets the frames of both",
  },
  {
    reads: ["segments", "nodes", "vrrp", "virtualServers"],
    find: addresses.vipOutsideSegment,
    reason: "003: clients, or their router, find the VIP by ARP in its segment",
  },
  {
    reads: ["segments", "vrrp", "ipvsadm", "virtualServers"],
    find: addresses.vipPrefixOther,
    reason: "ip-address(8): an address adds a route to its whole prefix, with itself as source",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: vrrp.balancerMissing,
    reason: "000, 001, 002: a director (DS) or a proxy holds the VIP",
  },
  {
    reads: ["nodes"],
    find: proxy.balancersMixed,
    reason: "ipvsadm(8): a virtual service takes the VIP's packets before a proxy sees them",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: proxy.virtualServersNone,
    reason: "ipvsadm(8): directors balance the virtual services of their IPVS table; no other role has such a table",
  },
  {
    reads: ["nodes", "proxy"],
    find: proxy.proxySection,
    reason: "001: haproxy or nginx passes requests on to web servers",
  },
  { reads: ["nodes", "proxy"], find: proxy.backendNotWeb, reason: "001: behind the proxies are web servers" },
  {
    reads: ["proxy"],
    find: proxy.backendHeavy,
    reason: "haproxy's configuration manual 5.2, weight: the maximum is 256",
  },
  {
    reads: ["proxy"],
    find: proxy.backendWeightsNone,
    reason: "haproxy's configuration manual 5.2, weight: a server with 0 takes no part in load-balancing",
  },
  {
    reads: ["segments", "nodes", "proxy"],
    find: proxy.backendFar,
    reason: "001: proxies and web servers are on one segment",
  },
  {
    reads: ["nodes", "vrrp"],
    find: proxy.scriptWithoutProxy,
    reason: "001: chk_nginx checks nginx; a director checks its real servers by health checks (keepalived.conf(5))",
  },
  {
    reads: ["nodes", "vrrp"],
    find: proxy.weightTooSmall,
    reason:
      "keepalived.conf(5), vrrp_script: the weight is added to the priority, which stays within 1 to 254; the VIP moves only if the order of the priorities changes",
  },
  {
    reads: ["nodes", "vrrp"],
    find: proxy.weightWithNopreempt,
    reason:
      "keepalived.conf(5): a node with nopreempt does not take the VIP from a node of lower priority that still sends adverts",
  },
  {
    reads: ["nodes", "vrrpCase"],
    find: vrrpCase.caseContradicted,
    reason: "001: a case consists of the nodes' state and nopreempt",
  },
  { reads: ["nodes", "vrrpCase"], find: vrrpCase.caseAlone, reason: "001: the cases are about two nodes" },
  {
    reads: ["nodes", "vrrp"],
    find: vrrp.instanceMissing,
    reason: "000, 004: VRRP decides which node holds the VIP; without VRRP every node would answer ARP for it",
  },
  {
    reads: ["vrrp", "ipvsadm"],
    find: ipvsadm.ownersTwo,
    reason: "000 starts ipvsadm's service beside keepalived, which overwrites keepalived's table with a saved one",
  },
  {
    reads: ["vrrp", "virtualServers"],
    find: ipvsadm.sorryWithoutKeepalived,
    reason: "keepalived.conf(5): keepalived uses sorry_server if its checks of all real servers have failed",
  },
  {
    reads: ["segments", "nodes", "vrrp", "virtualServers"],
    find: ipvsadm.labelLong,
    reason: "ip-address(8): a label begins with the device's name; it has at most 15 characters (IFNAMSIZ)",
  },
  {
    reads: ["vrrp"],
    find: vrrp.labelLong,
    reason: "ip-address(8): a label begins with the device's name; it has at most 15 characters (IFNAMSIZ)",
  },
  {
    reads: ["nodes", "vrrp"],
    find: vrrp.partMissing,
    reason: "keepalived.conf(5): each node sets its own router_id and priority",
  },
  {
    reads: ["segments", "nodes", "vrrp"],
    find: vrrp.interfaceMissing,
    reason:
      "RFC 3768 5.2.2: routers do not forward adverts, so adverts stay in the segment of the instance's interface",
  },
  {
    reads: ["nodes"],
    find: vrrp.routerIdTwice,
    reason: "000: main and backup must have different names; mails name their node by router_id (keepalived.conf(5))",
  },
  {
    reads: ["nodes"],
    find: vrrp.prioritiesEqual,
    reason:
      "000: equal priorities are a cause of split brain; RFC 3768 6.4.2: a node of equal priority does not take the VIP back",
  },
  {
    reads: ["nodes"],
    find: vrrp.mastersTwo,
    reason: "keepalived.conf(5), state: the state of a node before the first election",
  },
  {
    reads: ["nodes"],
    find: vrrp.nopreemptMaster,
    reason: "keepalived.conf(5), nopreempt: the initial state must be BACKUP; 000, 001: both must be BACKUP",
  },
  {
    reads: ["nodes"],
    find: vrrp.nopreemptWrongNode,
    reason:
      "keepalived.conf(5), nopreempt: it makes the higher priority leave the VIP to the lower one, so the node of higher priority needs it",
  },
  {
    reads: ["nodes", "vrrp"],
    find: vrrp.preemptDelayWithoutEffect,
    reason:
      "keepalived.conf(5), preempt_delay: the initial state must be BACKUP, and only a node with a higher priority than another preempts",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: timesTooFine,
    reason: "keepalived.conf(5): times are counted in microseconds, so the parser refuses more than six decimal places",
  },
  {
    reads: ["vrrp"],
    find: vrrp.advertIntOutOfVersion,
    reason: "RFC 3768 5.3.7: 8 bits of seconds; RFC 5798 5.2.7: 12 bits of hundredths",
  },
  { reads: ["vrrp"], find: vrrp.authenticationInVersion3, reason: "RFC 5798 9: VRRP version 3 has no authentication" },
  {
    reads: ["vrrp", "virtualServers"],
    find: virtualServers.vipNotVirtual,
    reason: "keepalived.conf(5), virtual_ipaddress: only these addresses move; no node would hold another one",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.serviceTwice,
    reason: "ipvsadm(8): protocol, address and port identify a virtual service",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: virtualServers.realServerNotWeb,
    reason: "000, 002, 003, 004: real servers (RS) are web servers",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.weightsNone,
    reason:
      "keepalived.conf(5), quorum: a virtual server is up while its real servers' weights add up to 1 or more; the parser refuses one that can never be up",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.portMapped,
    reason: "003: only NAT maps ports; DR and TUN do not change the port",
  },
  {
    reads: ["segments", "nodes", "virtualServers"],
    find: virtualServers.realServerFar,
    reason: "003: DR rewrites only the destination MAC, so director and real servers must share a segment",
  },
  { reads: ["nodes"], find: content.contentUnknown, reason: "002: web servers mount the share of an NFS server" },
  {
    reads: ["segments", "nodes"],
    find: content.contentFar,
    reason: "exports(5): a share names the networks that may mount it; 002: those are the NFS server's own networks",
  },
  {
    reads: ["client", "virtualServers"],
    find: virtualServers.persistenceHidesTurns,
    reason:
      "ipvsadm(8), --persistent: later connections of a client go to the same real server; 003 shows -p 20 with a single client",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.persistenceZero,
    reason: "keepalived.conf(5), persistence_timeout: leave the line out for no persistence",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.retryWordOld,
    reason: "keepalived.conf(5): every check uses the keyword retry",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.sorryPagesDiffer,
    reason: "004: sorry_server 127.0.0.1 80 is one web server on the director for all virtual servers",
  },
  {
    reads: network,
    find: routing.nextHopMissing,
    reason: "ip-route(8): the next hop is found by ARP, so it must be a neighbour",
  },
  {
    reads: ["segments", "nodes"],
    find: routing.gatewayTwice,
    reason: "ip-route(8): a packet takes a single default route",
  },
  {
    reads: network,
    find: routing.vrrpGatewayMisplaced,
    reason: "003: with NAT the real servers' gateway is the director's inner address (DIP)",
  },
  {
    reads: network,
    find: routing.realServerUnreachable,
    reason:
      "003: with NAT and TUN the director sends to the RIP; keepalived.conf(5): keepalived removes a real server that does not answer its check",
  },
  {
    reads: network,
    find: routing.hostRoutedAway,
    reason: "ip-route(8): the route with the longest prefix is used",
  },
  {
    reads: network,
    find: routing.answerBesideNat,
    reason: "003: with NAT the answer goes back through the director, which is the real servers' gateway",
  },
  {
    reads: network,
    find: routing.answerLost,
    reason:
      "003: with DR and TUN the real server answers the client, with NAT the director passes the answer on; 004: without a way back a request is counted but not answered",
  },
  {
    reads: network,
    find: routing.routerStrict,
    reason:
      "RFC 3704 2.2, 2.4: a strict filter drops a packet if the route back to its source uses another interface; a loose filter drops it if there is no such route",
  },
  { reads: [...network, "proxy"], find: routing.clientFar, reason: "003: the client (CIP) sends to the VIP" },
  { reads: ["virtualServers"], find: unfinished, reason: "docs/limits.md lists what is not built" },
  { reads: [...network, "vrrpCase"], find: formWithoutMistake, reason: "docs/documents/README.md: labs as printed" },
];

/**
 * Every problem that the rules find, except the mistakes of an as-printed lab. A rule is skipped if it reads an unsound section or
 * a value that the schema refused.
 */
export const broken = (topology: Partial<Topology>, unsound: ReadonlySet<string> = new Set()): readonly Problem[] =>
  RULES.filter(({ reads }) => !reads.some((section) => unsound.has(section))).flatMap(({ find, reason }) =>
    (unlessRefused(() => find(topology as Topology).filter((one) => !isPrinted(topology, find, one))) ?? []).map(
      (problem) => ({ ...problem, rule: find.name, reason }),
    ),
  );
