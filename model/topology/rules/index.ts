import { isPrinted } from "../errata";
import type { Problem } from "../error";
import { unlessRefused } from "../refused";
import type { SourceDocument } from "../sourceDocument";
import type { Topology } from "../topology";
import * as addresses from "./addresses";
import * as answers from "./answers";
import * as content from "./content";
import { formWithoutMistake } from "./form";
import * as gateways from "./gateways";
import * as ipvsadm from "./ipvsadm";
import * as proxy from "./proxy";
import * as reach from "./reach";
import type { Rule } from "./rule";
import { timesTooFine } from "./times";
import { unfinished } from "./unfinished";
import * as virtualServers from "./virtualServers";
import * as vrrp from "./vrrp";
import * as vrrpCase from "./vrrpCase";

/** All rules, in the order in which their problems are listed. */
export const RULES: readonly Rule[] = [
  addresses.prefixUnusable,
  addresses.segmentsOverlap,
  addresses.segmentUnknown,
  addresses.addressOutsideSegment,
  addresses.addressTwice,
  addresses.macTwice,
  addresses.vipOutsideSegment,
  addresses.vipPrefixOther,
  vrrp.balancerMissing,
  proxy.balancersMixed,
  proxy.virtualServersNone,
  proxy.proxySection,
  proxy.backendNotWeb,
  proxy.backendHeavy,
  proxy.backendWeightsNone,
  proxy.backendFar,
  proxy.scriptWithoutProxy,
  proxy.weightTooSmall,
  proxy.weightWithNopreempt,
  vrrpCase.caseContradicted,
  vrrpCase.caseAlone,
  vrrp.instanceMissing,
  ipvsadm.ownersTwo,
  ipvsadm.sorryWithoutKeepalived,
  ipvsadm.labelLong,
  vrrp.labelLong,
  vrrp.partMissing,
  vrrp.interfaceMissing,
  vrrp.routerIdTwice,
  vrrp.prioritiesEqual,
  vrrp.mastersTwo,
  vrrp.nopreemptMaster,
  vrrp.nopreemptWrongNode,
  vrrp.preemptDelayWithoutEffect,
  timesTooFine,
  vrrp.advertIntOutOfVersion,
  vrrp.authenticationInVersion3,
  virtualServers.vipNotVirtual,
  virtualServers.serviceTwice,
  virtualServers.realServerNotWeb,
  virtualServers.weightsNone,
  virtualServers.portMapped,
  virtualServers.realServerFar,
  content.contentUnknown,
  content.contentFar,
  virtualServers.persistenceHidesTurns,
  virtualServers.persistenceZero,
  virtualServers.retryWordOld,
  virtualServers.sorryPagesDiffer,
  gateways.nextHopMissing,
  gateways.gatewayTwice,
  gateways.vrrpGatewayMisplaced,
  reach.realServerUnreachable,
  reach.hostRoutedAway,
  answers.answerBesideNat,
  answers.answerLost,
  answers.routerStrict,
  reach.clientFar,
  unfinished,
  formWithoutMistake,
];

/**
 * Every problem that the rules find, except the mistakes of an as-printed lab. A rule is skipped if it reads an unsound section or
 * a value that the schema refused.
 */
export const broken = (
  topology: Partial<Topology>,
  documents: readonly SourceDocument[],
  unsound: ReadonlySet<string> = new Set(),
): readonly Problem[] =>
  RULES.filter(({ reads }) => !reads.some((section) => unsound.has(section))).flatMap((rule) =>
    (
      unlessRefused(() =>
        rule.find(topology as Topology, documents).filter((one) => !isPrinted(topology, documents, rule, one)),
      ) ?? []
    ).map((problem) => ({ ...problem, rule: rule.name, reason: rule.reason })),
  );
