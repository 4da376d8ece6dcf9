import { canonical, type Cidr, familyOf, isWithin } from "../../model/plan/addresses";
import type { Cluster } from "../../model/plan/clusters";
import { assumedNetwork, cardOfMember, hasNetwork, type SiteCard } from "./cards";
import { isUsable } from "./usable";

/** Cards on one wire: they can become one segment. */
export type Wire = readonly SiteCard[];

const networksOf = ({ own, moved, networks }: SiteCard): readonly Cidr[] =>
  [...own, ...networks, ...moved].filter((one) => hasNetwork(one) && isUsable(one.address));
const addressesOf = ({ own, moved, hops }: SiteCard): readonly string[] =>
  [...[...own, ...moved].map(({ address }) => canonical(address)), ...hops].filter(isUsable);
const isBare = ({ own, moved, networks, hops }: SiteCard): boolean =>
  own.length + moved.length + networks.length + hops.length === 0;

/** The largest network that is assumed, in bits. */
const WIDEST = { inet: 16, inet6: 48 };

/** Whether two cards' own addresses are in different networks. */
function isApart(a: SiteCard, b: SiteCard): boolean {
  const known = ({ own }: SiteCard, family: "inet" | "inet6"): readonly Cidr[] =>
    own.flatMap((one) =>
      familyOf(one.address) !== family
        ? []
        : hasNetwork(one)
          ? [one]
          : [{ address: one.address, prefix: WIDEST[family] }],
    );
  return (["inet", "inet6"] as const).some((family) => {
    const [mine, theirs] = [known(a, family), known(b, family)];
    return (
      mine.length > 0 &&
      theirs.length > 0 &&
      !theirs.some(({ address }) => mine.some((one) => isWithin(address, one))) &&
      !mine.some(({ address }) => theirs.some((one) => isWithin(address, one)))
    );
  });
}

/** Whether an address of one card is in a network of the other, or both have an address in one assumed network. */
function sharesNetwork(a: SiteCard, b: SiteCard): boolean {
  const within = (one: SiteCard, other: SiteCard): boolean =>
    addressesOf(one).some((address) => networksOf(other).some((network) => isWithin(address, network)));
  if (within(a, b) || within(b, a)) return true;
  const alone = ({ own }: SiteCard): readonly string[] =>
    own.flatMap((one) => (hasNetwork(one) ? [] : [canonical(one.address)]));
  if (addressesOf(a).some((address) => addressesOf(b).includes(address))) return true;
  return alone(a).some((mine) => alone(b).some((theirs) => isWithin(theirs, assumedNetwork(mine))));
}

/**
 * The wires of a site. The cards of one virtual router are on one wire, unless their networks are known to differ. So are cards with a
 * common network, and cards of one name on several machines if nothing is known of them.
 */
export function wiresOf(cards: readonly SiteCard[], clusters: readonly Cluster[]): readonly Wire[] {
  const parent = new Map(cards.map((card) => [card, card]));
  const rootOf = (card: SiteCard): SiteCard => {
    const above = parent.get(card) ?? card;
    return above === card ? card : rootOf(above);
  };
  // The root is the first card in the order of the site, so that the order of wires is that of the files.
  const join = (a: SiteCard, b: SiteCard): void => {
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one === other) return;
    if (cards.indexOf(one) < cards.indexOf(other)) parent.set(other, one);
    else parent.set(one, other);
  };
  const pairs = cards.flatMap((a, index) => cards.slice(index + 1).map((b) => [a, b] as const));
  for (const { members } of clusters) {
    const own = members.flatMap(
      (member) => cards.find(({ node, name }) => node === member.node && name === cardOfMember(member)) ?? [],
    );
    for (const [index, a] of own.entries()) for (const b of own.slice(index + 1)) if (!isApart(a, b)) join(a, b);
  }
  for (const [a, b] of pairs) if (sharesNetwork(a, b) && !isApart(a, b)) join(a, b);
  for (const [a, b] of pairs) {
    if (a.node === b.node || a.name !== b.name || !(isBare(a) || isBare(b))) continue;
    const together = cards.filter((card) => [rootOf(a), rootOf(b)].includes(rootOf(card)));
    // A machine has one card on a wire, as far as nothing says otherwise.
    if (new Set(together.map(({ node }) => node)).size === together.length) join(a, b);
  }
  const wires = new Map<SiteCard, SiteCard[]>();
  for (const card of cards) wires.set(rootOf(card), [...(wires.get(rootOf(card)) ?? []), card]);
  return [...wires.values()];
}
