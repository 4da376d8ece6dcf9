/** Computes where packets of a lab go, from the topology's segments, gateways and routes. */
import { cidrOf, familyOf, isWithin } from "../plan/addresses";
import { contains, parseAddress, parsePrefix } from "./addresses";
import { isOwn, readingOfOwn } from "./own/config";
import { balancersOf, vipsOf } from "./queries";
import type { Node, Route } from "./node";
import type { Topology } from "./topology";

/** Name of the client in a path. No node can have this name. */
export const CLIENT = "client";

/** The neighbour that gets the packet. */
export type Hop = {
  /** Interface through which the packet leaves. The client's only interface has no name in the topology. */
  readonly interface: string;
  readonly segment: string;
  /** Address that ARP resolves: the next hop's, or the destination. */
  readonly address: string;
};

type Card = { readonly name: string; readonly segment: string };
type Host = {
  readonly cards: readonly Card[];
  readonly gateway?: string | undefined;
  readonly routes: readonly Route[];
};

/**
 * Whether a node forwards packets: a router always, a director if NAT sends answers through it. One that brings its configuration also if it
 * is in several segments: it may be their gateway.
 */
export function forwards({ virtualServers }: Topology, node: Node): boolean {
  if (node.role !== "director") return node.role === "router";
  if (!isOwn(node)) return virtualServers.some(({ forwarding }) => forwarding === "NAT");
  const segments = new Set(Object.values(node.interfaces).map(({ segment }) => segment));
  const { config } = readingOfOwn(node);
  return (
    segments.size > 1 ||
    config.virtualServers.some(({ realServers }) =>
      realServers.some(({ lvsMethod }) => lvsMethod.value.method === "NAT"),
    )
  );
}

/** Every static route of a node: its gateway first, as 0.0.0.0/0, then its routes. */
export const staticRoutes = ({ gateway, routes = [] }: Pick<Node, "gateway" | "routes">): readonly Route[] => [
  ...(gateway === undefined ? [] : [{ to: "0.0.0.0/0", via: gateway }]),
  ...routes,
];

/** The interface of a node whose segment contains an address; undefined: it is not a neighbour's address. */
export const interfaceTowards = (topology: Topology, node: Node, address: string): string | undefined =>
  cardTowards(topology, cardsOf(node), address)?.name;

/** The addresses that VRRP moves between directors or proxies, or that the only one holds: VIPs and the real servers' gateway. */
export const movedAddresses = (topology: Topology): readonly string[] => [
  ...vipsOf(topology),
  ...(topology.vrrp?.gateway === undefined ? [] : [topology.vrrp.gateway.address]),
];

/** The addresses in adverts: those that move, without the excluded ones. */
export const advertAddresses = (topology: Topology): readonly string[] =>
  movedAddresses(topology).filter((address) => topology.vrrp?.excludedAddresses?.includes(address) !== true);

/** The owners of an address: nodes or the client. If VRRP moves the address, every director or proxy. Empty: none in the lab. */
export function ownersOf(topology: Topology, address: string): string[] {
  if (movedAddresses(topology).includes(address)) return balancersOf(topology).map(({ name }) => name);
  if (topology.client.addresses.includes(address)) return [CLIENT];
  return Object.values(topology.nodes)
    .filter(({ interfaces }) => Object.values(interfaces).some((card) => card.address === address))
    .map(({ name }) => name);
}

/** How far a packet gets. */
export type Way = {
  /** Every hop, with the machine that gets the packet. */
  readonly hops: readonly (Hop & { readonly taker: string })[];
  /**
   * arrived: the last machine has the address; lost: no route, no machine at the next hop, a machine that does not forward, or a loop;
   * unknown: the next hop is outside the lab, on the host's own bridges, and may know a way.
   */
  readonly end: "arrived" | "lost" | "unknown";
  /** If the packet is lost, the machine whose route is the cause; otherwise the last machine of the lab. */
  readonly at: string;
  /** The last attempted hop; undefined: there is no route. */
  readonly last?: Hop;
};

/** The path of a packet from a node (or the client) to an address. */
export function wayTo(topology: Topology, from: string, address: string): Way {
  const hops: (Hop & { taker: string })[] = [];
  const open = Object.values(topology.segments).some(({ mode }) => mode === "bridge");
  let at = from;
  for (const seen = new Set<string>(); ; ) {
    seen.add(at);
    const last = nextHop(topology, at, address);
    if (last === undefined) return { hops, end: "lost", at };
    const [taker] = ownersOf(topology, last.address);
    if (taker === undefined) return { hops, end: open ? "unknown" : "lost", at, last };
    hops.push({ ...last, taker });
    if (ownersOf(topology, address).includes(taker)) return { hops, end: "arrived", at: taker, last };
    const node = topology.nodes[taker];
    if (node === undefined || !forwards(topology, node) || seen.has(taker)) return { hops, end: "lost", at, last };
    at = taker;
  }
}

/** The hops of a packet that arrives; undefined: it does not arrive, as far as the lab knows. */
export function pathTo(topology: Topology, from: string, address: string): Way["hops"] | undefined {
  const { hops, end } = wayTo(topology, from, address);
  return end === "arrived" ? hops : undefined;
}

/** Who asks a machine at an address: the client, or the first director (proxy) if the client has no route there (NAT's inside). */
export function askerOf(topology: Topology, address: string): string {
  const [balancer] = balancersOf(topology);
  return balancer === undefined || pathTo(topology, CLIENT, address) !== undefined ? CLIENT : balancer.name;
}

/**
 * The next hop of a node (or the client) for an address. Longest prefix first: its own segments (with equal prefixes the first), static
 * routes, and the default route of a segment with mode nat.
 */
export function nextHop(topology: Topology, from: string, address: string): Hop | undefined {
  const number = parseAddress(address);
  const { cards, gateway, routes } = hostOf(topology, from);
  const prefixOf = ({ segment }: Card) => topology.segments[segment]?.cidr ?? "";
  const out = cards.flatMap(({ segment }) => {
    const { mode, hostAddress } = topology.segments[segment] ?? {};
    return mode === "nat" && hostAddress !== undefined ? [{ to: "0.0.0.0/0", via: hostAddress }] : [];
  });
  const [best] = [
    ...cards.map((card) => ({ to: prefixOf(card), via: undefined, card })),
    ...[...staticRoutes({ routes, ...(gateway === undefined ? {} : { gateway }) }), ...out].map(({ to, via }) => ({
      to,
      via,
      card: cardTowards(topology, cards, via),
    })),
  ]
    .flatMap(({ to, ...rest }) => {
      const prefix = parsePrefix(to);
      return number !== undefined && prefix !== undefined && contains(prefix, number) ? [{ ...rest, prefix }] : [];
    })
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return best?.card && { interface: best.card.name, segment: best.card.segment, address: best.via ?? address };
}

function cardTowards({ segments }: Topology, cards: readonly Card[], address: string): Card | undefined {
  const number = parseAddress(address);
  return cards.find(({ segment }) => {
    const prefix = parsePrefix(segments[segment]?.cidr ?? "");
    return number !== undefined && prefix !== undefined && contains(prefix, number);
  });
}

const cardsOf = ({ interfaces }: Node): Card[] =>
  Object.entries(interfaces).map(([name, { segment }]) => ({ name, segment }));

function hostOf({ nodes, client }: Topology, name: string): Host {
  const node = nodes[name];
  if (node === undefined) return { cards: [{ name: CLIENT, segment: client.segment }], routes: client.routes ?? [] };
  return { cards: cardsOf(node), gateway: node.gateway, routes: node.routes ?? [] };
}

/** Whether the client has a way to an address of either family. */
export function clientReaches(topology: Topology, address: string): boolean {
  if (familyOf(address) === "inet") return pathTo(topology, CLIENT, address) !== undefined;
  return (topology.client.aliases ?? []).some((alias) => {
    const own = cidrOf(alias);
    return own !== undefined && isWithin(address, own);
  });
}
