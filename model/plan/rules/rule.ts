import type { Position, Severity } from "../../keepalived/finding";
import type { Cluster, Member } from "../clusters";
import type { Plan } from "../plan";

/** A violation of a rule. */
export interface Found {
  readonly at: Position;
  /** The other places. */
  readonly also?: readonly (Position | undefined)[];
  /** What is wrong. Never contains a secret. */
  readonly message: string;
  /** How to fix it. */
  readonly fix?: string | undefined;
  /** Replaces the rule's severity. */
  readonly severity?: Severity;
  /** Replaces the rule's reason. */
  readonly why?: string;
}

/** Data for all rules, computed once. */
export interface View {
  readonly plan: Plan;
  readonly clusters: readonly Cluster[];
  /** Those with more than one member. */
  readonly peers: readonly Cluster[];
}

/** One rule over all machines. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What it finds, in one line. */
  readonly summary: string;
  /** What happens otherwise. */
  readonly why: string;
  /** The evidence: RFC, man page, kernel documentation. */
  readonly source: string;
  readonly find: (view: View) => readonly Found[];
}

/** The name of a member in messages. */
export const named = ({ node, instance }: Member): string => `${node.name} ${instance.name}`;

/**
 * The members that differ from the majority. If there is no majority, the first member is taken as right. `key` identifies a
 * value.
 */
export function deviants(
  { members }: Cluster,
  key: (member: Member) => string,
): readonly { readonly member: Member; readonly right: Member }[] {
  const votes = new Map<string, number>();
  for (const member of members) votes.set(key(member), (votes.get(key(member)) ?? 0) + 1);
  const most = Math.max(...votes.values());
  const right = members.find((member) => votes.get(key(member)) === most);
  if (!right) return [];
  return members.filter((member) => key(member) !== key(right)).map((member) => ({ member, right }));
}

/** The same for every cluster of peers, as findings. */
export const differing = (
  { peers }: View,
  key: (member: Member) => string,
  found: (member: Member, right: Member) => Found,
): readonly Found[] =>
  peers.flatMap((cluster) => deviants(cluster, key).map(({ member, right }) => found(member, right)));

/** Joins texts to a list for a sentence. */
export const list = (items: readonly (string | number)[]): string => items.join(", ");

/** Seconds for people. */
export const seconds = (value: number): string => `${Math.round(value * 100) / 100} s`;
