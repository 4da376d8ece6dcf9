import type { Topology } from "./topology";
import type { Problem } from "./error";
import { routerStrict } from "./rules/answers";
import { weightTooSmall, weightWithNopreempt } from "./rules/proxy";
import { persistenceHidesTurns, persistenceZero, retryWordOld } from "./rules/virtualServers";
import { mastersTwo, nopreemptMaster, nopreemptWrongNode, prioritiesEqual, routerIdTwice } from "./rules/vrrp";
import { caseContradicted } from "./rules/vrrpCase";
import { NETWORK, type Rule } from "./rules/rule";

/** A mistake in a document. A lab of the document can be built with it. */
export type Erratum = {
  /** Its name, which starts with the document's number. */
  readonly id: string;
  readonly document: string;
  /** What the document prints. */
  readonly words: string;
  /** What goes wrong visibly. */
  readonly wrong: string;
  /** Why, in one sentence. */
  readonly sentence: string;
  /** The rules that refuse it in the corrected form. Their problems at other paths than `at` remain. */
  readonly breaks: readonly Rule[];
  readonly at?: RegExp;
  /** Checks of verify that fail because of it; empty: the lab does not come up. */
  readonly shownBy: readonly string[];
  /** The message with which keepalived's parser refuses it, so that the running file stays; undefined: the parser accepts it. */
  readonly refused?: string;
};

/** Every mistake that a lab can be built with, by document. */
export const ERRATA: readonly Erratum[] = [
  {
    id: "000-persistence-zero",
    document: "000",
    words: "persistence_timeout 0",
    wrong: "keepalived refuses the file",
    sentence:
      "A persistence timeout is 1 to 2678400 seconds; leave the line out for no persistence (keepalived.conf(5)).",
    breaks: [persistenceZero],
    shownBy: [],
    refused: "persistence_timeout invalid",
  },
  {
    id: "000-nb-get-retry",
    document: "000",
    words: "nb_get_retry in TCP_CHECK",
    wrong: "keepalived refuses the file",
    sentence: "HTTP_GET used this keyword before retry; TCP_CHECK never had it (keepalived.conf(5)).",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "Unknown keyword 'nb_get_retry'",
  },
  {
    id: "001-nopreempt-low",
    document: "001",
    words: "nopreempt on the lower priority alone",
    wrong: "the higher priority takes the VIP back",
    sentence: "Only the node of higher priority preempts, so nopreempt must be set on that node (keepalived.conf(5)).",
    breaks: [nopreemptWrongNode, caseContradicted],
    at: /\.nopreempt$/,
    shownBy: ["case-both-backup-nopreempt"],
  },
  {
    id: "001-nopreempt-master",
    document: "001",
    words: "nopreempt with state MASTER",
    wrong: "keepalived's check refuses the file; without the check keepalived ignores nopreempt and runs",
    sentence: "nopreempt works only if the initial state is BACKUP (keepalived.conf(5)).",
    breaks: [nopreemptMaster],
    shownBy: [],
    refused: "nopreempt will not work with initial state MASTER",
  },
  {
    id: "001-router-id",
    document: "001",
    words: "router_id lb02 on both",
    wrong: "mails and logs do not show which of the two wrote them",
    sentence: "Only router_id names the machine in what keepalived sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "001-weight-nopreempt",
    document: "001",
    words: "weight -20 with nopreempt",
    wrong: "after nginx stops the VIP does not move, and no request is answered",
    sentence:
      "A node with nopreempt never takes the VIP from a node that still sends adverts, however low its priority is. Without a weight the failure is a FAULT, and the adverts stop (keepalived.conf(5)).",
    breaks: [weightWithNopreempt],
    shownBy: ["track-script"],
  },
  {
    id: "001-weight-small",
    document: "001",
    words: "weight -20 beside the priorities 150 and 100",
    wrong: "after nginx stops the VIP does not move, and no request is answered",
    sentence:
      "150 - 20 is 130, which is still above 100; the VIP moves only if the order of the priorities changes (keepalived.conf(5)).",
    breaks: [weightTooSmall],
    shownBy: ["track-script"],
  },
  {
    id: "003-one-client",
    document: "003",
    words: "ipvsadm -p 20, and curl from lb04 alone",
    wrong: "one real server gives every answer, the other none",
    sentence:
      "A client's address stays on its real server for 20 seconds after its last connection (ipvsadm(8), --persistent), so a single client never changes server.",
    breaks: [persistenceHidesTurns],
    shownBy: ["request-way", "answer-way"],
  },
  {
    id: "004-router-id",
    document: "004",
    words: "router_id node2 on both",
    wrong: "mails and logs do not show which of the two wrote them",
    sentence: "Only router_id names the machine in what keepalived sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "004-masters-equal",
    document: "004",
    words: "state MASTER and priority 100 on both",
    wrong: "either node may get the VIP, and neither takes it back when it returns",
    sentence:
      "A node takes the VIP only from a lower priority. With equal priorities the first node keeps it; if both hold it, the higher address wins (RFC 3768 6.4.2, 6.4.3). The state does not matter.",
    breaks: [mastersTwo, prioritiesEqual],
    shownBy: ["one-master", "preempt"],
  },
  {
    id: "004-nb-get-retry",
    document: "004",
    words: "nb_get_retry in HTTP_GET",
    wrong: "keepalived's check refuses the file",
    sentence: "It is deprecated, and lvs-lab does not install a file that the parser complains about.",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "nb_get_retry is deprecated",
  },
  {
    id: "004-strict-filter",
    document: "004",
    words: "a router with both networks on one card, and CentOS 6's rp_filter 1",
    wrong: "requests are counted but not answered",
    sentence:
      "Answers come from inside and have the VIP as source, which belongs to the other side, so a strict filter (RFC 3704) drops them. With both networks on one card the router does not notice.",
    breaks: [routerStrict],
    shownBy: ["round-robin", "payload", "without-router", "one-down", "sorry", "failover", "preempt", "takeover-time"],
  },
];

/** The mistakes that an as-printed lab of the document may have. */
const allowed = ({ form, document }: Partial<Topology>): readonly Erratum[] =>
  form === "as-printed" ? ERRATA.filter((one) => one.document === document) : [];

const covers = ({ breaks, at }: Erratum, rule: Rule, { path }: Problem): boolean =>
  breaks.includes(rule) && (at === undefined || at.test(path));

/** Whether a rule's problem is a mistake that an as-printed lab may have. */
export const isPrinted = (topology: Partial<Topology>, rule: Rule, problem: Problem): boolean =>
  allowed(topology).some((one) => covers(one, rule, problem));

/** The mistakes of an as-printed topology; empty for a corrected one. */
export const errataOf = (topology: Topology): readonly Erratum[] =>
  allowed(topology).filter((one) =>
    one.breaks.some((rule) => rule.find(topology).some((problem) => covers(one, rule, problem))),
  );

/** An erratum in one line: what the document prints, what goes wrong, why. */
export const erratumText = ({ document, words, wrong, sentence }: Erratum): string =>
  `document ${document} as printed: ${words}: ${wrong}. ${sentence}`;

export const formWithoutMistake: Rule = {
  name: "formWithoutMistake",
  severity: "error",
  summary: "`form: as-printed` is allowed only in a lab that has a mistake of its document.",
  reads: [...NETWORK, "vrrpCase"],
  reason: "docs/documents/README.md: labs as printed",
  find(topology) {
    if (topology.form !== "as-printed" || errataOf(topology).length > 0) return [];
    const known = ERRATA.filter(({ document }) => document === topology.document).map(({ words }) => words);
    const need = known.length === 0 ? "corrected" : `corrected, or one of its document's mistakes: ${known.join("; ")}`;
    return [{ path: "form", got: "as-printed", need, fix: "this lab has no mistake of its document" }];
  },
};
