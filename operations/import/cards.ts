import type { Route } from "../../model/keepalived/kinds/routes";
import { canonical, type Cidr, cidrOf, familyOf, isWithin } from "../../model/plan/addresses";
import { type Cluster, type Member, sourceOf } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import { isUsable } from "./usable";
import type { Notes } from "./notes";

/** A card of a machine, and what the files say about it. */
export interface SiteCard {
  readonly node: Node;
  readonly name: string;
  /** The machine's own addresses. A prefix of 32 or 128 bits is unknown. */
  readonly own: Cidr[];
  /** Addresses that keepalived puts there: VIPs, excluded and static ones. A prefix of 32 or 128 bits says nothing about the network. */
  readonly moved: Cidr[];
  /** Networks to which routes lead without a next hop. */
  readonly networks: Cidr[];
  /** Next hops of routes. */
  readonly hops: string[];
}

const CARD = /^(?!(?:lo|all|default)$)[a-zA-Z][a-zA-Z0-9_.-]{0,14}$/;
/** Cards that other programs make. `ip -json address` has them too. */
const MADE =
  /^(?:docker|veth|virbr|br-[0-9a-f]{12}|cni|flannel|cali|kube-|nodelocal|vrrp\.|dummy|tunl|gre|sit|ip6tnl|wg|tun\d|tap)/;
export const hostPrefix = (address: string): number => (familyOf(address) === "inet" ? 32 : 128);
/** Whether the network of an address is known. */
export const hasNetwork = ({ address, prefix }: Cidr): boolean => prefix < hostPrefix(address) - 1;
export const hostCidr = (address: string): Cidr => ({ address: canonical(address), prefix: hostPrefix(address) });

/** The card of an instance; eth0 if no file names one. */
export const cardOfMember = ({ node, instance }: Member): string =>
  instance.interface?.value ?? node.config.global.defaultInterface?.value ?? "eth0";

/** The address of a member: its own, or the one to which its peers send their adverts. */
function addressOfMember(member: Member, { members }: Cluster): string | undefined {
  const own = sourceOf(member);
  if (own !== undefined) return own;
  const others = members.filter(({ node }) => node !== member.node);
  const known = new Set(others.flatMap((one) => sourceOf(one) ?? []));
  const peersOf = ({ instance }: Member): readonly string[] =>
    instance.unicastPeer.map(({ value }) => canonical(value.address));
  const mine = new Set(peersOf(member));
  const left = new Set(others.flatMap(peersOf).filter((address) => !mine.has(address) && !known.has(address)));
  const [only] = left;
  return left.size === 1 ? only : undefined;
}

/** The cards of one machine, by name. The first one named by the configuration comes first. */
class Cards {
  readonly all = new Map<string, SiteCard>();
  /** The card below each virtual one (use_vmac, use_ipvlan). */
  readonly #below = new Map<string, string>();
  readonly #notes: Notes;
  readonly #node: Node;

  constructor(node: Node, notes: Notes) {
    this.#node = node;
    this.#notes = notes;
    for (const instance of node.config.instances) {
      const card = cardOfMember({ node, instance });
      const { useVmac, useIpvlan } = instance;
      if (useVmac) this.#below.set(useVmac.value.name ?? `vrrp.${instance.virtualRouterId?.value ?? 0}`, card);
      if (useIpvlan) this.#below.set(useIpvlan.value.name ?? `vrrp.${instance.virtualRouterId?.value ?? 0}`, card);
    }
  }

  /** The card of a name that the configuration says. Undefined: no machine of a lab can have it. */
  get(name: string, at = { file: this.#node.config.file, line: 1, column: 1 }): SiteCard | undefined {
    const real = this.#below.get(name) ?? name;
    if (real === "lo") return undefined;
    if (!CARD.test(real)) {
      this.#notes.lose(at, `the card ${real}`, "no card has such a name, so keepalived does not find it");
      const base = real.replace(/:.*$/, "");
      return CARD.test(base) ? this.get(base, at) : undefined;
    }
    const known = this.all.get(real);
    if (known) return known;
    const card: SiteCard = { node: this.#node, name: real, own: [], moved: [], networks: [], hops: [] };
    this.all.set(real, card);
    return card;
  }

  /** The card whose network has an address; of a card without a known network, the 24 or 64 bits around its addresses. */
  around(address: string): SiteCard | undefined {
    const cards = [...this.all.values()];
    const nets = ({ own, moved, networks }: SiteCard): readonly Cidr[] => [...own, ...networks, ...moved];
    return (
      cards.find((card) => nets(card).some((net) => hasNetwork(net) && isWithin(address, net))) ??
      cards.find((card) => nets(card).some((net) => isWithin(address, assumedNetwork(net.address))))
    );
  }

  free(): string {
    const names = Array.from({ length: this.all.size + 1 }, (_, index) => `eth${index}`);
    return names.find((name) => !this.all.has(name)) ?? "eth0";
  }
}

/** The network of an address if nothing says it. */
export const assumedNetwork = (address: string): Cidr => ({ address, prefix: familyOf(address) === "inet" ? 24 : 64 });

/** The cards of every machine: those that its configuration names, and those whose addresses are known. */
export function cardsOf(plan: Plan, clusters: readonly Cluster[], notes: Notes): readonly SiteCard[] {
  const strangers = bfdSources(plan);
  const owners = new Map<string, Node>();
  /** Whether a machine may have an address: no other one has it. */
  const isFree = (address: string, node: Node): boolean => {
    // Every card has a link-local address of its own.
    if (!isUsable(address)) return false;
    const owner = owners.get(canonical(address)) ?? node;
    owners.set(canonical(address), owner);
    if (owner !== node)
      notes.lose(
        { file: node.config.file, line: 1, column: 1 },
        `${address} of ${node.name}`,
        `${owner.name} has the same address`,
      );
    return owner === node;
  };
  return plan.nodes.flatMap((node) => {
    const cards = new Cards(node, notes);
    named(node, cards);
    for (const { name, addresses } of node.cards)
      if (cards.all.has(name) || (CARD.test(name) && !MADE.test(name) && addresses.length > 0))
        for (const own of addresses) if (isFree(own.address, node)) add(cards.get(name)?.own, own);
    for (const cluster of clusters)
      for (const member of cluster.members) {
        const address = member.node === node ? addressOfMember(member, cluster) : undefined;
        if (address !== undefined && isFree(address, node))
          add(cards.get(cardOfMember(member))?.own, hostCidr(address));
      }
    if (cards.all.size === 0) cards.get("eth0");
    for (const address of strangers.get(node) ?? []) {
      if ([...cards.all.values()].some(({ own }) => own.some((one) => one.address === address))) continue;
      const found = cards.around(address);
      const name = cards.free();
      if (!found) notes.assume(`${node.name}: the card of ${address} is ${name}: no file names it`);
      if (isFree(address, node)) add((found ?? cards.get(name))?.own, hostCidr(address));
    }
    return [...cards.all.values()];
  });
}

const add = (all: Cidr[] | undefined, one: Cidr): void => {
  const address = canonical(one.address);
  const index = all?.findIndex((other) => other.address === address) ?? -1;
  if (index < 0) all?.push({ address, prefix: one.prefix });
  else if (all && hasNetwork(one)) all[index] = { address, prefix: one.prefix };
};

/** The card that answers for a VIP. Linux answers ARP on every card for an address of lo. */
const deviceOf = ({ dev }: { readonly dev?: string }, home: string): string =>
  dev === undefined || dev === "lo" ? home : dev;

/** Everything that one configuration says about cards. */
function named(node: Node, cards: Cards): void {
  const { config } = node;
  for (const instance of config.instances) cards.get(cardOfMember({ node, instance }), instance.interface?.at);
  for (const instance of config.instances) {
    const home = cardOfMember({ node, instance });
    for (const { value, at } of [...instance.virtualIpaddress, ...instance.virtualIpaddressExcluded])
      add(cards.get(deviceOf(value, home), at)?.moved, value);
    for (const { value, at } of instance.virtualRoutes) routed(value, value.dev ?? home, cards, at);
    for (const { value, at } of instance.trackInterface) cards.get(value.name, at);
  }
  for (const { value, at } of config.staticAddresses)
    if (value.dev !== undefined) add(cards.get(value.dev, at)?.moved, value);
  for (const { value, at } of config.staticRoutes) routed(value, value.dev, cards, at);
  for (const { trackInterface } of config.syncGroups)
    for (const { value, at } of trackInterface?.value ?? []) cards.get(value.name, at);
  const sync = config.global.lvsSyncDaemon;
  if (sync) cards.get(sync.value.interface, sync.at);
}

function routed(
  { destination, via, scope, type }: Route,
  dev: string | undefined,
  cards: Cards,
  at: Parameters<Cards["get"]>[1],
): void {
  if (type !== "unicast") return;
  const hop = via === undefined ? undefined : canonical(via);
  const card = dev === undefined ? (hop === undefined ? undefined : cards.around(hop)) : cards.get(dev, at);
  if (!card) return;
  if (hop !== undefined && !card.hops.includes(hop)) card.hops.push(hop);
  const network = cidrOf(destination);
  if (hop === undefined && scope !== "host" && network && hasNetwork(network) && network.prefix >= 8)
    add(card.networks, network);
}

/** The machines' addresses of their BFD sessions. A peer's neighbor_ip is a machine's own address if there are two machines. */
function bfdSources({ nodes }: Plan): ReadonlyMap<Node, readonly string[]> {
  return new Map(
    nodes.map((node) => {
      const [other, further] = nodes.filter((one) => one !== node);
      const said = node.config.bfdInstances.flatMap(({ sourceIp }) => (sourceIp ? [canonical(sourceIp.value)] : []));
      const heard =
        other && !further
          ? other.config.bfdInstances.flatMap(({ neighborIp }) => (neighborIp ? [canonical(neighborIp.value)] : []))
          : [];
      return [node, [...new Set([...said, ...heard])]];
    }),
  );
}
