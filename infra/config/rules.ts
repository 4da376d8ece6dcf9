import type { Topology } from "../model/topology";
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

/** A rule over the whole topology: what the schema cannot say. */
export type Rule = {
  /** Sections that have to be sound for the rule to be asked; an optional one may be absent. */
  readonly reads: readonly (keyof Topology)[];
  /** Answers every place that breaks the rule. A value that the schema refused breaks no rule: one fault, one problem (refused.ts). */
  readonly find: (topology: Topology) => readonly Problem[];
  /** The document, RFC or man page that it rests on, and what that says. */
  readonly reason: string;
};

/** What a rule about the way of packets reads. */
const network = ["segments", "nodes", "client", "vrrp", "virtualServers"] as const;

/** All rules, in the order in which their problems are told. */
export const RULES: readonly Rule[] = [
  {
    reads: ["segments"],
    find: addresses.prefixUnusable,
    reason:
      "RFC 4632: the bits behind a prefix are its hosts'; RFC 6890: 0/8, 127/8, 169.254/16 and 224/3 are no machine's",
  },
  {
    reads: ["segments"],
    find: addresses.segmentsOverlap,
    reason: "ip-route(8): for an address the kernel takes one route, and the other segment would be out of reach",
  },
  {
    reads: ["segments", "nodes", "client"],
    find: addresses.segmentUnknown,
    reason: "003: machines find each other by ARP, which does not leave a segment",
  },
  {
    reads: ["segments", "nodes", "client"],
    find: addresses.addressOutsideSegment,
    reason:
      "arp(7): a machine asks by ARP for what is in its own prefix; the first and last address of one are nobody's (RFC 1122 3.2.1.3)",
  },
  {
    reads: ["segments", "nodes", "client", "vrrp", "virtualServers"],
    find: addresses.addressTwice,
    reason: "RFC 5227: with two owners of an address ARP has two answers, and packets go to either",
  },
  {
    reads: ["nodes", "client"],
    find: addresses.macTwice,
    reason: "bridge(8): a bridge learns one port for a MAC, and frames for the other owner go there too",
  },
  {
    reads: ["segments", "nodes", "vrrp", "virtualServers"],
    find: addresses.vipOutsideSegment,
    reason: "003: clients, or their router, ask for the VIP by ARP in its segment",
  },
  {
    reads: ["segments", "vrrp", "ipvsadm", "virtualServers"],
    find: addresses.vipPrefixOther,
    reason: "ip-address(8): an address brings a connected route to its whole prefix, with itself as source",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: vrrp.balancerMissing,
    reason: "000, 001, 002: the VIP is a director's (DS) or a proxy's",
  },
  {
    reads: ["nodes"],
    find: proxy.balancersMixed,
    reason: "ipvsadm(8): a virtual service takes the VIP's packets before a proxy on it would see them",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: proxy.virtualServersNone,
    reason: "ipvsadm(8): the table's virtual services are what directors balance, and nobody else has a table",
  },
  {
    reads: ["nodes", "proxy"],
    find: proxy.proxySection,
    reason: "001: haproxy or nginx hands requests on to web servers",
  },
  { reads: ["nodes", "proxy"], find: proxy.backendNotWeb, reason: "001: behind the proxies are web servers" },
  {
    reads: ["proxy"],
    find: proxy.backendHeavy,
    reason: "haproxy's configuration manual 5.2, weight: 256 is the largest",
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
    reason: "001: chk_nginx looks after nginx; a director's health checks look after real servers (keepalived.conf(5))",
  },
  {
    reads: ["nodes", "vrrp"],
    find: proxy.weightTooSmall,
    reason:
      "keepalived.conf(5), vrrp_script: the weight is added to the priority, which stays within 1 to 254; only another order moves the VIP",
  },
  {
    reads: ["nodes", "vrrp"],
    find: proxy.weightWithNopreempt,
    reason:
      "keepalived.conf(5): with nopreempt a node does not take the VIP from one of lower priority that still sends adverts",
  },
  {
    reads: ["nodes", "vrrpCase"],
    find: vrrpCase.caseContradicted,
    reason: "001: state and nopreempt are what makes a case",
  },
  { reads: ["nodes", "vrrpCase"], find: vrrpCase.caseAlone, reason: "001: the cases are about two nodes" },
  {
    reads: ["nodes", "vrrp"],
    find: vrrp.instanceMissing,
    reason: "000, 004: of several nodes VRRP decides who holds the VIP; without it each would answer ARP",
  },
  {
    reads: ["vrrp", "ipvsadm"],
    find: ipvsadm.ownersTwo,
    reason: "000 starts ipvsadm's service beside keepalived: it loads a saved table over keepalived's",
  },
  {
    reads: ["vrrp", "virtualServers"],
    find: ipvsadm.sorryWithoutKeepalived,
    reason: "keepalived.conf(5): sorry_server is keepalived's, for when its checks of all real servers have failed",
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
    reason: "keepalived.conf(5): router_id and priority are each node's own",
  },
  {
    reads: ["segments", "nodes", "vrrp"],
    find: vrrp.interfaceMissing,
    reason: "RFC 3768 5.2.2: adverts are not forwarded, so they stay in the segment of the instance's interface",
  },
  {
    reads: ["nodes"],
    find: vrrp.routerIdTwice,
    reason:
      "000: the names of main and backup must differ; router_id is the one that a node gives in mails (keepalived.conf(5))",
  },
  {
    reads: ["nodes"],
    find: vrrp.prioritiesEqual,
    reason: "000 names equal priorities as a cause of split brain; RFC 3768 6.4.2: an equal one takes nothing back",
  },
  {
    reads: ["nodes"],
    find: vrrp.mastersTwo,
    reason: "keepalived.conf(5), state: it is what a node is before the first election",
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
      "keepalived.conf(5), nopreempt: it lets a lower priority keep the VIP when a higher one comes back, so it is the higher one that has to have it",
  },
  {
    reads: ["nodes", "vrrp"],
    find: vrrp.preemptDelayWithoutEffect,
    reason:
      "keepalived.conf(5), preempt_delay: the initial state must be BACKUP, and there must be a preemption, of a lower priority",
  },
  {
    reads: ["nodes", "virtualServers"],
    find: timesTooFine,
    reason: "keepalived.conf(5) counts times in microseconds: its parser refuses more decimal places",
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
    reason: "keepalived.conf(5), virtual_ipaddress: it is what moves; a virtual server elsewhere would be on no node",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.serviceTwice,
    reason: "ipvsadm(8): a virtual service is known by protocol, address and port",
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
      "keepalived.conf(5), quorum: a virtual server is up while its real servers' weights add up to 1; the parser refuses one that never is",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.portMapped,
    reason: "003: of the modes only NAT maps ports; the others leave the packet as it is",
  },
  {
    reads: ["segments", "nodes", "virtualServers"],
    find: virtualServers.realServerFar,
    reason: "003: DR rewrites the destination MAC, so director and real servers are in one segment",
  },
  { reads: ["nodes"], find: content.contentUnknown, reason: "002: web servers mount the NFS server's share" },
  {
    reads: ["segments", "nodes"],
    find: content.contentFar,
    reason: "exports(5): a share is given to the networks that it names; 002: to the NFS server's own",
  },
  {
    reads: ["client", "virtualServers"],
    find: virtualServers.persistenceHidesTurns,
    reason:
      "ipvsadm(8), --persistent: later connections of a client go to the same real server; 003 has -p 20 and one curl",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.persistenceZero,
    reason: "keepalived.conf(5), persistence_timeout: without the line there is no persistence",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.retryWordOld,
    reason: "keepalived.conf(5): retry is the word of every check",
  },
  {
    reads: ["virtualServers"],
    find: virtualServers.sorryPagesDiffer,
    reason: "004: sorry_server 127.0.0.1 80, one web server on the director for all",
  },
  {
    reads: network,
    find: routing.nextHopMissing,
    reason: "ip-route(8): the next hop is asked for by ARP, so it is a neighbour",
  },
  { reads: ["segments", "nodes"], find: routing.gatewayTwice, reason: "ip-route(8): a packet takes one default route" },
  {
    reads: network,
    find: routing.vrrpGatewayMisplaced,
    reason: "003: with NAT the director's inner address (DIP) is the real servers' gateway",
  },
  {
    reads: network,
    find: routing.realServerUnreachable,
    reason:
      "003: with NAT and TUN the director sends to the RIP itself; keepalived.conf(5): a real server whose check has no answer is taken out",
  },
  {
    reads: network,
    find: routing.hostRoutedAway,
    reason: "ip-route(8): of the routes to an address the one with the longest prefix is taken",
  },
  {
    reads: network,
    find: routing.answerBesideNat,
    reason: "003: with NAT the answer crosses the director, which is the real servers' gateway",
  },
  {
    reads: network,
    find: routing.answerLost,
    reason:
      "003: with DR and TUN the real server answers the client, with NAT the director sends its answer on; 004: without a way back a request is counted and not answered",
  },
  {
    reads: network,
    find: routing.routerStrict,
    reason:
      "RFC 3704 2.2, 2.4: a strict filter drops what comes from another side than the way back to its source, a loose one what has no way back",
  },
  { reads: [...network, "proxy"], find: routing.clientFar, reason: "003: the client (CIP) sends to the VIP" },
  { reads: ["virtualServers"], find: unfinished, reason: "docs/limits.md: what is not built" },
  { reads: [...network, "vrrpCase"], find: formWithoutMistake, reason: "docs/documents/README.md: labs as printed" },
];

/**
 * Every problem that the rules find, but what a lab as printed may have. Rules that read an unsound section are not asked, nor those that
 * would read a value that the schema refused.
 */
export const broken = (topology: Partial<Topology>, unsound: ReadonlySet<string> = new Set()): readonly Problem[] =>
  RULES.filter(({ reads }) => !reads.some((section) => unsound.has(section))).flatMap(({ find, reason }) =>
    (unlessRefused(() => find(topology as Topology).filter((one) => !isPrinted(topology, find, one))) ?? []).map(
      (problem) => ({ ...problem, rule: find.name, reason }),
    ),
  );
