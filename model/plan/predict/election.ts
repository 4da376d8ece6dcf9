import { type Cluster, clustersOf, type Member, sourceOf } from "../clusters";
import type { Plan } from "../plan";
import { sourcesOf } from "../rules/unicast";
import type { Failure } from "./failure";
import { deafness, isOpen } from "./reach";
import { groupOf, isFaulty, isStopped, priorityOf } from "./tracked";

export type State = "MASTER" | "BACKUP" | "FAULT" | "STOPPED";
export type States = ReadonlyMap<Member, State>;

/** The virtual routers of a plan, and which members never receive each other's adverts. */
export interface Network {
  readonly plan: Plan;
  readonly clusters: readonly Cluster[];
  readonly members: readonly Member[];
  /** Why a member never accepts adverts of another member. */
  readonly deaf: ReadonlyMap<Member, ReadonlyMap<Member, string>>;
}

export function networkOf(plan: Plan): Network {
  const clusters = clustersOf(plan);
  const deaf = new Map<Member, ReadonlyMap<Member, string>>();
  for (const cluster of clusters) {
    const sources = sourcesOf(cluster);
    for (const to of cluster.members) {
      const reasons = cluster.members.flatMap((from): [Member, string][] => {
        const reason = from === to ? undefined : deafness(plan, from, to, sources);
        return reason === undefined ? [] : [[from, reason]];
      });
      deaf.set(to, new Map(reasons));
    }
  }
  return Object.freeze({ plan, clusters, members: clusters.flatMap(({ members }) => members), deaf });
}

export const clusterOf = ({ clusters }: Network, member: Member): readonly Member[] =>
  clusters.find(({ members }) => members.includes(member))?.members ?? [member];

/** The instances that move with this one, including itself. */
export const togetherWith = ({ members }: Network, member: Member): readonly Member[] => {
  const group = groupOf(member);
  if (!group) return [member];
  return members.filter((other) => other.node === member.node && groupOf(other) === group);
};

/** The address as a text that sorts like the number. */
function sortable(address: string): string {
  if (!address.includes(":"))
    return address
      .split(".")
      .map((part) => part.padStart(3, "0"))
      .join("");
  const [head = "", tail] = address.split("::");
  const [left, right] = [head, tail ?? ""].map((text) => text.split(":").filter(Boolean));
  const zeros = new Array<string>(tail === undefined ? 0 : 8 - (left?.length ?? 0) - (right?.length ?? 0)).fill("0");
  return [...(left ?? []), ...zeros, ...(right ?? [])].map((part) => part.padStart(4, "0")).join("");
}

/** Compares two MASTERs that hear each other: priority, then the higher address (RFC 5798, 6.4.3). With unknown addresses the first of the site wins. */
function isAbove(network: Network, a: Member, b: Member, failures: readonly Failure[]): boolean {
  const apart = priorityOf(a, failures) - priorityOf(b, failures);
  if (apart !== 0) return apart > 0;
  const [mine, theirs] = [sourceOf(a), sourceOf(b)];
  if (mine === undefined || theirs === undefined || mine === theirs)
    return network.members.indexOf(a) < network.members.indexOf(b);
  return sortable(mine) > sortable(theirs);
}

/**
 * Computes the final states of the instances, one change after the other. A MASTER that hears a better one becomes BACKUP. A BACKUP that
 * accepts no advert becomes MASTER, the one with the shortest timer first. A sync group becomes MASTER if all its members would, and stops
 * being MASTER if one member does. `isSettled` is false if the changes never end.
 */
export function settle(
  network: Network,
  from: States | undefined,
  failures: readonly Failure[],
): { readonly states: States; readonly isSettled: boolean } {
  const { members, deaf } = network;
  const faulty = new Set(members.filter((member) => isFaulty(member, failures)));
  const states = new Map<Member, State>();
  for (const member of members) {
    const was = from?.get(member) ?? "STOPPED";
    const isFault = togetherWith(network, member).some((other) => faulty.has(other));
    if (isStopped(member, failures)) states.set(member, "STOPPED");
    else if (isFault) states.set(member, "FAULT");
    else states.set(member, was === "MASTER" ? "MASTER" : "BACKUP");
  }
  const is = (member: Member, state: State): boolean => states.get(member) === state;
  const heard = (to: Member): readonly Member[] =>
    clusterOf(network, to).filter(
      (other) => other !== to && is(other, "MASTER") && !deaf.get(to)?.has(other) && isOpen(other, to, failures),
    );
  const takes = (to: Member, advert: Member): boolean =>
    !to.instance.preempt.value || priorityOf(advert, failures) >= priorityOf(to, failures);
  const wants = (member: Member): boolean =>
    is(member, "MASTER") || (is(member, "BACKUP") && !heard(member).some((other) => takes(member, other)));
  // `state MASTER` does not make its timer shorter: the highest priority waits least.
  const sooner = (a: Member, b: Member): number =>
    priorityOf(b, failures) - priorityOf(a, failures) || (isAbove(network, a, b, failures) ? -1 : 1);

  for (let changes = 0; changes <= members.length * 4; changes++) {
    const beaten = members.find(
      (member) => is(member, "MASTER") && heard(member).some((other) => isAbove(network, other, member, failures)),
    );
    if (beaten) {
      for (const other of togetherWith(network, beaten)) if (is(other, "MASTER")) states.set(other, "BACKUP");
      continue;
    }
    const [next] = members
      .filter((member) => is(member, "BACKUP") && togetherWith(network, member).every(wants))
      .sort(sooner);
    if (!next) return { states, isSettled: true };
    for (const other of togetherWith(network, next)) states.set(other, "MASTER");
  }
  return { states, isSettled: false };
}
