import { routerStrict } from "../../model/topology/rules/answers";
import { retryWordOld } from "../../model/topology/rules/virtualServers";
import { mastersTwo, prioritiesEqual, routerIdTwice } from "../../model/topology/rules/vrrp";
import type { Erratum } from "../../model/topology/sourceDocument";

/** The mistakes of the document that a lab can be built with. */
export const errata: readonly Erratum[] = [
  {
    id: "004-router-id",
    words: "router_id node2 on both",
    wrong: "mails and logs do not show which of the two wrote them",
    sentence: "Only router_id names the machine in what keepalived sends (keepalived.conf(5)).",
    breaks: [routerIdTwice],
    shownBy: ["router-ids"],
  },
  {
    id: "004-masters-equal",
    words: "state MASTER and priority 100 on both",
    wrong: "either node may get the VIP, and neither takes it back when it returns",
    sentence:
      "A node takes the VIP only from a lower priority. With equal priorities the first node keeps it; if both hold it, the higher address wins (RFC 3768 6.4.2, 6.4.3). The state does not matter.",
    breaks: [mastersTwo, prioritiesEqual],
    shownBy: ["one-master", "preempt"],
  },
  {
    id: "004-nb-get-retry",
    words: "nb_get_retry in HTTP_GET",
    wrong: "keepalived's check refuses the file",
    sentence: "It is deprecated, and lvs-lab does not install a file that the parser complains about.",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "nb_get_retry is deprecated",
  },
  {
    id: "004-strict-filter",
    words: "a router with both networks on one card, and CentOS 6's rp_filter 1",
    wrong: "requests are counted but not answered",
    sentence:
      "Answers come from inside and have the VIP as source, which belongs to the other side, so a strict filter (RFC 3704) drops them. With both networks on one card the router does not notice.",
    breaks: [routerStrict],
    shownBy: ["round-robin", "payload", "without-router", "one-down", "sorry", "failover", "preempt", "takeover-time"],
  },
];
