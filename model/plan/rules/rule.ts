import type { Position, Severity } from "../../keepalived/finding";
import type { Cluster, Member } from "../clusters";
import type { Plan } from "../plan";

/** What a rule found. */
export interface Found {
  readonly at: Position;
  /** The other sides. */
  readonly also?: readonly (Position | undefined)[];
  /** What is wrong; never shows a secret. */
  readonly message: string;
  /** How to mend it. */
  readonly fix?: string | undefined;
  /** Where this one is better or worse than the rule's usual case. */
  readonly severity?: Severity;
  /** Where it is not the rule's usual reason. */
  readonly why?: string;
}

/** What every rule asks for, found once. */
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
  /** One line: what it finds. */
  readonly summary: string;
  /** What happens if nobody mends it. */
  readonly why: string;
  /** What that rests on: RFC, man page, kernel documentation. */
  readonly source: string;
  readonly find: (view: View) => readonly Found[];
}

/** A member as messages name it. */
export const named = ({ node, instance }: Member): string => `${node.name} ${instance.name}`;

/**
 * The members that differ from the others. Most of them have it right; where as many say one as the other, the first one does. `key` tells
 * values apart.
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

/** Texts as a list in a sentence. */
export const list = (items: readonly (string | number)[]): string => items.join(", ");

/** Seconds as people read them. */
export const seconds = (value: number): string => `${Math.round(value * 100) / 100} s`;
