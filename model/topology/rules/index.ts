import { isPrinted } from "../errata";
import type { Problem, Warning } from "../error";
import { ruleTexts } from "../../plan/audit";
import { isSite } from "../own/config";
import { unlessRefused } from "../refused";
import type { SourceDocument } from "../sourceDocument";
import { toldName } from "../told";
import type { Topology } from "../topology";
import * as addresses from "./addresses";
import * as adverts from "./adverts";
import * as aliases from "./aliases";
import * as answers from "./answers";
import * as checks from "./checks";
import * as content from "./content";
import * as expect from "./expect";
import { formWithoutMistake } from "./form";
import * as gateways from "./gateways";
import * as ipvsadm from "./ipvsadm";
import { judgedByPlan, RULES_OF_PLAN } from "./ofPlan";
import * as kernel from "./kernel";
import * as own from "./own";
import * as proxy from "./proxy";
import * as reach from "./reach";
import type { Rule } from "./rule";
import { timesTooFine } from "./times";
import { unfinished } from "./unfinished";
import * as virtualServers from "./virtualServers";
import * as vrrp from "./vrrp";
import * as vrrpCase from "./vrrpCase";

const acceptUnknown: Rule = {
  name: "acceptUnknown",
  severity: "error",
  summary:
    "`accept` names rules that judge a file that a director brings, or give warnings or notes. An error of the topology cannot be accepted.",
  reads: ["accept", "nodes"],
  reason: "docs/topology.md: only a warning is a matter of what is meant",
  find({ accept = {}, nodes }) {
    const rules = [...RULES, ...RULES_OF_PLAN];
    // The audit judges files that directors bring by all of its rules, and its errors do not stop the lab.
    const free = [...rules.filter(({ severity }) => severity !== "error"), ...(isSite({ nodes }) ? ruleTexts : [])].map(
      ({ name }) => name,
    );
    return Object.keys(accept).flatMap((name): Problem[] => {
      if (free.includes(name)) return [];
      const isError = rules.some((rule) => rule.name === name);
      const got = isError ? `${name}, whose findings are errors` : toldName(name, free);
      return [{ path: "accept", got, need: "the name of a rule that gives warnings or notes", fix: "check prints it" }];
    });
  },
};

/** All rules, in the order in which their problems are listed. */
export const RULES: readonly Rule[] = [
  addresses.prefixUnusable,
  addresses.segmentsOverlap,
  addresses.segmentUnknown,
  addresses.addressOutsideSegment,
  addresses.addressTwice,
  addresses.macTwice,
  aliases.aliasUnusable,
  aliases.aliasElsewhere,
  addresses.vipOutsideSegment,
  addresses.vipPrefixOther,
  vrrp.balancerMissing,
  own.ownMixed,
  own.ownBeside,
  own.ownCardMissing,
  own.servingRendered,
  own.markedByNobody,
  own.serviceOnceOnPort,
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
  adverts.multicastNotCarried,
  adverts.strictRefuses,
  adverts.firewallDropsVrrp,
  adverts.namedInterfaceMissing,
  adverts.syncWithoutTable,
  adverts.scriptUserOther,
  virtualServers.vipNotVirtual,
  virtualServers.serviceTwice,
  virtualServers.directorIsRealServer,
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
  checks.checkUnanswered,
  checks.udpAskedByTcp,
  kernel.rpFilterStrict,
  kernel.arpSettingElsewhere,
  kernel.arpSettingOff,
  gateways.nextHopMissing,
  gateways.gatewayTwice,
  gateways.vrrpGatewayMisplaced,
  reach.realServerUnreachable,
  reach.hostRoutedAway,
  answers.answerBesideNat,
  answers.answerLost,
  answers.routerStrict,
  reach.clientFar,
  expect.expectUnreachable,
  expect.expectSource,
  expect.expectServers,
  unfinished,
  formWithoutMistake,
  acceptUnknown,
];

/** What the rules find in a topology: problems, which stop `up`, and warnings and notes, which do not. */
export type Judged = { readonly problems: readonly Problem[]; readonly warnings: readonly Warning[] };

/**
 * Everything that the rules find, except the mistakes of an as-printed lab. A rule is skipped if it reads an unsound section or
 * a value that the schema refused. The rules of the Plan need a topology without a problem.
 */
export function judged(
  topology: Partial<Topology>,
  documents: readonly SourceDocument[],
  { unsound = new Set(), isWhole = true }: { readonly unsound?: ReadonlySet<string>; readonly isWhole?: boolean } = {},
): Judged {
  const found = RULES.filter(({ reads }) => !reads.some((section) => unsound.has(section))).map((rule) => ({
    rule,
    all:
      unlessRefused(() =>
        rule.find(topology as Topology, documents).filter((one) => !isPrinted(topology, documents, rule, one)),
      ) ?? [],
  }));
  const problems = found.flatMap(({ rule: { name, severity, reason }, all }) =>
    severity === "error" ? all.map((problem) => ({ ...problem, rule: name, reason })) : [],
  );
  const own = found.flatMap(({ rule: { name, severity, reason }, all }) =>
    severity === "error"
      ? []
      : all.map(
          ({ path, got, need, fix }): Warning => ({
            severity,
            rule: name,
            path,
            message: `got ${got}, need ${need}`,
            reason,
            ...(fix === undefined ? {} : { fix }),
          }),
        ),
  );
  const ofPlan = isWhole && problems.length === 0 ? judgedByPlan(topology as Topology) : { problems: [], warnings: [] };
  const warnings = accepted(topology, [...own, ...ofPlan.warnings], isWhole && problems.length === 0);
  return { problems: [...problems, ...ofPlan.problems], warnings };
}

const rank: Readonly<Record<Warning["severity"], number>> = { error: 0, warning: 1, note: 2 };

/** By severity. Those that the topology accepts have its reason. What it accepts in vain is a note, if all is known. */
function accepted(topology: Partial<Topology>, warnings: readonly Warning[], isAll: boolean): readonly Warning[] {
  const reasons = new Map(unlessRefused(() => Object.entries(topology.accept ?? {})));
  const unused = [...reasons.keys()].filter((rule) => isAll && !warnings.some((one) => one.rule === rule));
  return [
    ...warnings.map((one): Warning => {
      const reason = reasons.get(one.rule);
      return reason === undefined ? one : { ...one, accepted: reason };
    }),
    ...unused.map(
      (rule): Warning => ({
        severity: "note",
        rule: "accept-unused",
        path: `accept.${rule}`,
        message: `${rule} is accepted, but it finds nothing in this topology`,
        reason: "the problem is fixed already, and a reader takes the reason for true (docs/topology.md)",
        fix: "remove it",
      }),
    ),
  ].sort((a, b) => rank[a.severity] - rank[b.severity]);
}
