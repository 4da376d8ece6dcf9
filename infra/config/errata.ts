import type { Topology } from "../model/topology";
import type { Problem } from "./error";
import { routerStrict } from "./rules/routing";
import { weightTooSmall, weightWithNopreempt } from "./rules/proxy";
import { persistenceHidesTurns, persistenceZero, retryWordOld } from "./rules/virtualServers";
import { mastersTwo, nopreemptMaster, nopreemptWrongNode, prioritiesEqual, routerIdTwice } from "./rules/vrrp";
import { caseContradicted } from "./rules/vrrpCase";

/** A mistake of a document that a lab of it can be built with. */
export type Erratum = {
  /** Its name, the document's number first. */
  readonly id: string;
  readonly document: string;
  /** What the document prints. */
  readonly words: string;
  /** What is seen to go wrong. */
  readonly wrong: string;
  /** Why, in one sentence. */
  readonly sentence: string;
  /** The rules that refuse it in the corrected form; their problems at other paths than `at` stay problems. */
  readonly breaks: readonly ((topology: Topology) => readonly Problem[])[];
  readonly at?: RegExp;
  /** Checks of verify that fail because of it; empty: it does not come up. */
  readonly shownBy: readonly string[];
  /** Words with which keepalived's parser refuses it, so that nothing that runs is replaced; undefined: it is accepted. */
  readonly refused?: string;
};

/** Every mistake that there is a form for, by document. */
export const ERRATA: readonly Erratum[] = [
  {
    id: "000-persistence-zero",
    document: "000",
    words: "persistence_timeout 0",
    wrong: "keepalived refuses the file",
    sentence: "A persistence timeout is 1 to 2678400 seconds: no persistence is no line (keepalived.conf(5)).",
    breaks: [persistenceZero],
    shownBy: [],
    refused: "persistence_timeout invalid",
  },
  {
    id: "000-nb-get-retry",
    document: "000",
    words: "nb_get_retry in TCP_CHECK",
    wrong: "keepalived refuses the file",
    sentence: "It is HTTP_GET's former word for retry, and no word of TCP_CHECK (keepalived.conf(5)).",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "Unknown keyword 'nb_get_retry'",
  },
  {
    id: "001-nopreempt-low",
    document: "001",
    words: "nopreempt on the lower priority alone",
    wrong: "the higher priority takes the VIP back",
    sentence:
      "Only the higher priority preempts, so it is the one that nopreempt has to hold back (keepalived.conf(5)).",
    breaks: [nopreemptWrongNode, caseContradicted],
    at: /\.nopreempt$/,
    shownBy: ["case-both-backup-nopreempt"],
  },
  {
    id: "001-nopreempt-master",
    document: "001",
    words: "nopreempt with state MASTER",
    wrong: "keepalived refuses the file; where nobody checks it, it drops nopreempt and runs",
    sentence: "For nopreempt to work the initial state must be BACKUP (keepalived.conf(5)).",
    breaks: [nopreemptMaster],
    shownBy: [],
    refused: "nopreempt will not work with initial state MASTER",
  },
  {
    id: "001-router-id",
    document: "001",
    words: "router_id lb02 on both",
    wrong: "mails and logs of the two cannot be told apart",
    sentence:
      "router_id is the name by which a machine is known, and nothing else differs in what it sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "001-weight-nopreempt",
    document: "001",
    words: "weight -20 with nopreempt",
    wrong: "with nginx stopped the VIP stays where it is, and nobody is served",
    sentence:
      "With nopreempt a node takes the VIP from nobody who still sends adverts, however low his priority falls: without a weight the failure is a FAULT, and the adverts end (keepalived.conf(5)).",
    breaks: [weightWithNopreempt],
    shownBy: ["track-script"],
  },
  {
    id: "001-weight-small",
    document: "001",
    words: "weight -20 beside the priorities 150 and 100",
    wrong: "with nginx stopped the VIP stays where it is, and nobody is served",
    sentence:
      "150 less 20 is 130, still above 100: only another order of the priorities moves the VIP (keepalived.conf(5)).",
    breaks: [weightTooSmall],
    shownBy: ["track-script"],
  },
  {
    id: "003-one-client",
    document: "003",
    words: "ipvsadm -p 20, and curl from lb04 alone",
    wrong: "one real server gives every answer, the other is never seen",
    sentence:
      "For 20 seconds after its last connection a client's address stays on its real server (ipvsadm(8), --persistent): one address shows no turns.",
    breaks: [persistenceHidesTurns],
    shownBy: ["request-way", "answer-way"],
  },
  {
    id: "004-router-id",
    document: "004",
    words: "router_id node2 on both",
    wrong: "mails and logs of the two cannot be told apart",
    sentence:
      "router_id is the name by which a machine is known, and nothing else differs in what it sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "004-masters-equal",
    document: "004",
    words: "state MASTER and priority 100 on both",
    wrong: "either may have the VIP, and neither takes it back when it returns",
    sentence:
      "The VIP is taken from a lower priority only; of equal ones the first keeps it, or the higher address where both hold it (RFC 3768 6.4.2, 6.4.3), whatever the state says.",
    breaks: [mastersTwo, prioritiesEqual],
    shownBy: ["one-master", "preempt"],
  },
  {
    id: "004-nb-get-retry",
    document: "004",
    words: "nb_get_retry in HTTP_GET",
    wrong: "keepalived's check refuses the file",
    sentence: "It is deprecated, and a file that the parser has a word about is not put in place.",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "nb_get_retry is deprecated",
  },
  {
    id: "004-strict-filter",
    document: "004",
    words: "a router with both networks on one card, and CentOS 6's rp_filter 1",
    wrong: "requests are counted, and not answered",
    sentence:
      "Answers come from inside with the VIP as source, an address of the other side: a strict filter (RFC 3704) drops them. On one card both networks are one wire, which hides it.",
    breaks: [routerStrict],
    shownBy: ["round-robin", "payload", "without-router", "one-down", "sorry", "failover", "preempt", "takeover-time"],
  },
];

type Find = Erratum["breaks"][number];

/** The mistakes of the document that a lab as printed may have. */
const allowed = ({ form, document }: Partial<Topology>): readonly Erratum[] =>
  form === "as-printed" ? ERRATA.filter((one) => one.document === document) : [];

const covers = ({ breaks, at }: Erratum, rule: Find, { path }: Problem): boolean =>
  breaks.includes(rule) && (at === undefined || at.test(path));

/** Whether what a rule found is a mistake that a lab as printed may have. */
export const isPrinted = (topology: Partial<Topology>, rule: Find, problem: Problem): boolean =>
  allowed(topology).some((one) => covers(one, rule, problem));

/** The mistakes that a topology has as printed; empty in the corrected form. */
export const errataOf = (topology: Topology): readonly Erratum[] =>
  allowed(topology).filter((one) =>
    one.breaks.some((rule) => rule(topology).some((problem) => covers(one, rule, problem))),
  );

/** An erratum in one line: what the document prints, what comes of it, why. */
export const erratumText = ({ document, words, wrong, sentence }: Erratum): string =>
  `document ${document} as printed: ${words}: ${wrong}. ${sentence}`;

/** form: as-printed stands in a lab that has a mistake of its document, and in no other. */
export function formWithoutMistake(topology: Topology): Problem[] {
  if (topology.form !== "as-printed" || errataOf(topology).length > 0) return [];
  const known = ERRATA.filter(({ document }) => document === topology.document).map(({ words }) => words);
  const need = known.length === 0 ? "corrected" : `corrected, or one of its document's mistakes: ${known.join("; ")}`;
  return [{ path: "form", got: "as-printed", need, fix: "nothing here is a mistake of its document" }];
}
