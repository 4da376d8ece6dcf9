/** What was seen in a running lab, as plain data. */
import type { WithNames } from "../roles/dns/ask";
import type { WithGreeting } from "../roles/mail/ask";
import type { WithAnswers } from "../roles/server/ask";
import type { Drilled } from "./drilled";
import type { NodeSeen } from "./machine";
import type { Response } from "./page";

export type LabSeen = {
  /** What each node's own kernel and daemons say, by node name. */
  readonly nodes: Readonly<Record<string, NodeSeen>>;
  readonly client: ClientSeen;
} & Partial<Drilled>;

export type ClientSeen = {
  /** Distinct MACs that answered ARP, by VIP. */
  readonly arp: Readonly<Record<string, readonly string[]>>;
  /** Answers to requests through the VIP, in order, by "VIP:port". */
  readonly throughVip: Readonly<Record<string, readonly Response[]>>;
  /** Answer of each real server at its own address. */
  readonly direct: Readonly<Record<string, Response>>;
  /** For virtual servers that choose by source address (persistence, sh, mh): answers by source address, by "VIP:port". */
  readonly bySource: Readonly<Record<string, Readonly<Record<string, readonly Response[]>>>>;
  /** What machines answered that serve something else than pages, by machine. */
  readonly asked: Readonly<Record<string, WithNames & WithGreeting & WithAnswers>>;
  /** The client's ARP cache afterwards: MAC by address. */
  readonly neighbours: Readonly<Record<string, string>>;
};
