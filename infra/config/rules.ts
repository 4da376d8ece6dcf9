import type { Topology } from "../model/topology";
import type { Problem } from "./error";
import * as addresses from "./rules/addresses";
import * as routing from "./rules/routing";
import { unfinished } from "./rules/unfinished";
import * as virtualServers from "./rules/virtualServers";
import * as vrrp from "./rules/vrrp";

/** A rule over the whole topology: what the schema cannot say. */
export type Rule = {
  /** Sections that have to be sound for the rule to be asked; an optional one may be absent. */
  readonly reads: readonly (keyof Topology)[];
  /** Answers every place that breaks the rule. A value that the schema refused breaks no rule: one fault, one problem. */
  readonly find: (topology: Topology) => readonly Problem[];
};

/** What a rule about the way of packets reads. */
const network = ["segments", "nodes", "client", "vrrp", "virtualServers"] as const;

/** All rules, in the order in which their problems are told. */
export const RULES: readonly Rule[] = [
  { reads: ["segments"], find: addresses.prefixUnusable },
  { reads: ["segments"], find: addresses.segmentsOverlap },
  { reads: ["segments", "nodes", "client"], find: addresses.segmentUnknown },
  { reads: ["segments", "nodes", "client"], find: addresses.addressOutsideSegment },
  { reads: ["segments", "nodes", "client", "vrrp", "virtualServers"], find: addresses.addressTwice },
  { reads: ["nodes", "client"], find: addresses.macTwice },
  { reads: ["segments", "nodes", "vrrp", "virtualServers"], find: addresses.vipOutsideSegment },
  { reads: ["nodes", "virtualServers"], find: vrrp.directorMissing },
  { reads: ["nodes", "vrrp"], find: vrrp.instanceMissing },
  { reads: ["nodes", "vrrp"], find: vrrp.partMissing },
  { reads: ["nodes", "vrrp"], find: vrrp.interfaceMissing },
  { reads: ["nodes"], find: vrrp.routerIdTwice },
  { reads: ["nodes"], find: vrrp.prioritiesEqual },
  { reads: ["nodes"], find: vrrp.mastersTwo },
  { reads: ["nodes"], find: vrrp.nopreemptMaster },
  { reads: ["nodes"], find: vrrp.nopreemptWrongNode },
  { reads: ["nodes"], find: vrrp.preemptDelayWithoutEffect },
  { reads: ["vrrp"], find: vrrp.advertIntOutOfVersion },
  { reads: ["vrrp"], find: vrrp.authenticationInVersion3 },
  { reads: ["vrrp", "virtualServers"], find: virtualServers.vipNotVirtual },
  { reads: ["virtualServers"], find: virtualServers.serviceTwice },
  { reads: ["nodes", "virtualServers"], find: virtualServers.realServerNotWeb },
  { reads: ["virtualServers"], find: virtualServers.portMapped },
  { reads: ["segments", "nodes", "virtualServers"], find: virtualServers.realServerFar },
  { reads: ["client", "virtualServers"], find: virtualServers.persistenceHidesTurns },
  { reads: ["virtualServers"], find: virtualServers.sorryPagesDiffer },
  { reads: network, find: routing.nextHopMissing },
  { reads: ["segments", "nodes"], find: routing.gatewayTwice },
  { reads: network, find: routing.vrrpGatewayMisplaced },
  { reads: network, find: routing.realServerUnreachable },
  { reads: network, find: routing.answerBesideNat },
  { reads: network, find: routing.answerLost },
  { reads: network, find: routing.routerStrict },
  { reads: network, find: routing.clientFar },
  { reads: network, find: unfinished },
];

/** Every problem that the rules find; rules that read an unsound section are not asked. */
export const broken = (topology: Partial<Topology>, unsound: ReadonlySet<string> = new Set()): readonly Problem[] =>
  RULES.filter(({ reads }) => !reads.some((section) => unsound.has(section))).flatMap(({ find }) =>
    find(topology as Topology),
  );
