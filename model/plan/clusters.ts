import type { VrrpInstance } from "../keepalived/config/instances";
import { canonical, isWithin } from "./addresses";
import type { Node, Plan } from "./plan";

/** One machine's part in a virtual router. */
export interface Member {
  readonly node: Node;
  readonly instance: VrrpInstance;
}

/** The instances on several machines that are meant to be one virtual router. */
export interface Cluster {
  readonly members: readonly Member[];
}

export const vipsOf = (instance: VrrpInstance): readonly string[] =>
  instance.virtualIpaddress.map(({ value }) => canonical(value.address));
export const excludedOf = (instance: VrrpInstance): readonly string[] =>
  instance.virtualIpaddressExcluded.map(({ value }) => canonical(value.address));

const isShared = (a: readonly string[], b: readonly string[]): boolean => a.some((one) => b.includes(one));

/** A common VIP means one virtual router, even if everything else differs. */
const sharesVip = (a: VrrpInstance, b: VrrpInstance): boolean =>
  isShared(
    [...vipsOf(a), ...excludedOf(a)],
    [...vipsOf(b), ...excludedOf(b)].filter((vip) => !vip.startsWith("fe80:")),
  );

/** Without a common VIP: the same virtual_router_id and name, or each is the other's peer. */
function isAlike(a: Member, b: Member): boolean {
  if (a.instance.virtualRouterId?.value !== b.instance.virtualRouterId?.value) return false;
  if (a.instance.name === b.instance.name) return true;
  const lists = (one: Member, other: Member): boolean =>
    one.instance.unicastPeer.some(({ value }) => sourceOf(other) === canonical(value.address));
  return lists(a, b) || lists(b, a);
}

/** The source address of a member's adverts; undefined: unknown. */
export function sourceOf({ node, instance }: Member): string | undefined {
  if (instance.sourceIp) return canonical(instance.sourceIp.value);
  return cardOf({ node, instance })?.addresses.find(
    ({ address }) => (address.includes(":") ? "inet6" : "inet") === instance.family,
  )?.address;
}

export const cardOf = ({ node, instance }: Member): Node["cards"][number] | undefined =>
  node.cards.find(({ name }) => name === instance.interface?.value);

/**
 * The virtual routers of a plan. Instances with a common VIP belong together. An instance without a common VIP joins those with its
 * virtual_router_id and name, because its VIP may be the mistake.
 */
export function clustersOf(plan: Plan): readonly Cluster[] {
  const members = plan.nodes.flatMap((node) => node.config.instances.map((instance): Member => ({ node, instance })));
  const group = new Map(members.map((member) => [member, member]));
  const rootOf = (member: Member): Member => {
    const parent = group.get(member) ?? member;
    return parent === member ? member : rootOf(parent);
  };
  const join = (fits: (a: Member, b: Member) => boolean): void => {
    for (const [index, a] of members.entries())
      for (const b of members.slice(index + 1))
        if (a.node !== b.node && a.instance.family === b.instance.family && fits(a, b)) group.set(rootOf(b), rootOf(a));
  };
  join((a, b) => sharesVip(a.instance, b.instance));
  const sizes = new Map<Member, number>();
  for (const member of members) sizes.set(rootOf(member), (sizes.get(rootOf(member)) ?? 0) + 1);
  const alone = new Set(members.filter((member) => sizes.get(rootOf(member)) === 1));
  join((a, b) => (alone.has(a) || alone.has(b)) && isAlike(a, b) && !isElsewhere(a, b));
  const clusters = new Map<Member, Member[]>();
  for (const member of members) clusters.set(rootOf(member), [...(clusters.get(rootOf(member)) ?? []), member]);
  return Object.freeze([...clusters.values()].map((all) => Object.freeze({ members: Object.freeze(all) })));
}

/** Whether two instances are known to be in different segments. */
export function isElsewhere(a: Member, b: Member): boolean {
  const [mine, theirs] = [cardOf(a), cardOf(b)].map((card) =>
    // The network of an address without a prefix is unknown.
    (card?.addresses ?? []).filter(({ address, prefix }) =>
      a.instance.family === "inet6" ? address.includes(":") && prefix < 128 : !address.includes(":") && prefix < 32,
    ),
  );
  if (!mine?.length || !theirs?.length) return false;
  return !theirs.some(({ address }) => mine.some((own) => isWithin(address, own)));
}

/** The clusters with more than one member, for rules about peers. */
export const peersOf = (clusters: readonly Cluster[]): readonly Cluster[] =>
  clusters.filter(({ members }) => members.length > 1);
