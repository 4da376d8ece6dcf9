import { weightTooSmall, weightWithNopreempt } from "../../model/topology/rules/proxy";
import { nopreemptMaster, nopreemptWrongNode, routerIdTwice } from "../../model/topology/rules/vrrp";
import { caseContradicted } from "../../model/topology/rules/vrrpCase";
import type { Erratum } from "../../model/topology/sourceDocument";

/** The mistakes of the document that a lab can be built with. */
export const errata: readonly Erratum[] = [
  {
    id: "001-nopreempt-low",
    words: "nopreempt on the lower priority alone",
    wrong: "the higher priority takes the VIP back",
    sentence: "Only the node of higher priority preempts, so nopreempt must be set on that node (keepalived.conf(5)).",
    breaks: [nopreemptWrongNode, caseContradicted],
    at: /\.nopreempt$/,
    shownBy: ["case-both-backup-nopreempt"],
  },
  {
    id: "001-nopreempt-master",
    words: "nopreempt with state MASTER",
    wrong: "keepalived's check refuses the file; without the check keepalived ignores nopreempt and runs",
    sentence: "nopreempt works only if the initial state is BACKUP (keepalived.conf(5)).",
    breaks: [nopreemptMaster],
    shownBy: [],
    refused: "nopreempt will not work with initial state MASTER",
  },
  {
    id: "001-router-id",
    words: "router_id lb02 on both",
    wrong: "mails and logs do not show which of the two wrote them",
    sentence: "Only router_id names the machine in what keepalived sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "001-weight-nopreempt",
    words: "weight -20 with nopreempt",
    wrong: "after nginx stops the VIP does not move, and no request is answered",
    sentence:
      "A node with nopreempt never takes the VIP from a node that still sends adverts, however low its priority is. Without a weight the failure is a FAULT, and the adverts stop (keepalived.conf(5)).",
    breaks: [weightWithNopreempt],
    shownBy: ["track-script"],
  },
  {
    id: "001-weight-small",
    words: "weight -20 beside the priorities 150 and 100",
    wrong: "after nginx stops the VIP does not move, and no request is answered",
    sentence:
      "150 - 20 is 130, which is still above 100; the VIP moves only if the order of the priorities changes (keepalived.conf(5)).",
    breaks: [weightTooSmall],
    shownBy: ["track-script"],
  },
];
