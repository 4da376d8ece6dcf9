/** Where packets of a lab go: pure, from the topology's segments, gateways and routes. */
import { contains, type Prefix, parseAddress, parsePrefix } from "./addresses";
import { balancersOf, vipsOf } from "./members";
import type { Node, Route, Topology } from "./topology";

/** Name of the client in a path; no node can have it. */
export const CLIENT = "client";

/** The neighbour that a packet is handed to. */
export type Hop = {
  /** Interface that the packet leaves by; the client's one card has no name in the topology. */
  readonly interface: string;
  readonly segment: string;
  /** Address that is asked for by ARP: the next hop's, or the destination itself. */
  readonly address: string;
};

type Card = { readonly name: string; readonly segment: string };
type Host = {
  readonly cards: readonly Card[];
  readonly gateway?: string | undefined;
  readonly routes: readonly Route[];
};

/** Whether a node forwards what is not its own: a router always, a director when its NAT brings answers back through it. */
export const forwards = ({ virtualServers }: Topology, { role }: Node): boolean =>
  role === "router" || (role === "director" && virtualServers.some(({ forwarding }) => forwarding === "NAT"));

/** Every static route of a node: its gateway's first, as 0.0.0.0/0, then the written ones. */
export const staticRoutes = ({ gateway, routes = [] }: Pick<Node, "gateway" | "routes">): readonly Route[] => [
  ...(gateway === undefined ? [] : [{ to: "0.0.0.0/0", via: gateway }]),
  ...routes,
];

/** The interface of a node on whose segment an address is; undefined: it is no neighbour's. */
export const interfaceTowards = (topology: Topology, node: Node, address: string): string | undefined =>
  cardTowards(topology, cardsOf(node), address)?.name;

/** Who has an address: nodes (everybody who balances, for one that VRRP moves), or the client; empty: nobody of the lab. */
export function ownersOf(topology: Topology, address: string): string[] {
  const moved = [...vipsOf(topology), ...(topology.vrrp?.gateway ? [topology.vrrp.gateway.address] : [])];
  if (moved.includes(address)) return balancersOf(topology).map(({ name }) => name);
  if (topology.client.addresses.includes(address)) return [CLIENT];
  return Object.values(topology.nodes)
    .filter(({ interfaces }) => Object.values(interfaces).some((card) => card.address === address))
    .map(({ name }) => name);
}

/**
 * The way of a packet from a node (or the client) to an address: every hop, and who takes it at the end of each. Undefined: it
 * does not arrive: no route, nobody at the next hop, somebody who forwards nothing, or a loop.
 */
export function pathTo(
  topology: Topology,
  from: string,
  address: string,
): readonly (Hop & { readonly taker: string })[] | undefined {
  const path: (Hop & { taker: string })[] = [];
  let at = from;
  for (const seen = new Set<string>(); !seen.has(at); ) {
    seen.add(at);
    const hop = nextHop(topology, hostOf(topology, at), address);
    const [taker] = hop === undefined ? [] : ownersOf(topology, hop.address);
    if (hop === undefined || taker === undefined) return undefined;
    path.push({ ...hop, taker });
    if (ownersOf(topology, address).includes(taker)) return path;
    const node = topology.nodes[taker];
    if (node === undefined || !forwards(topology, node)) return undefined;
    at = taker;
  }
  return undefined;
}

/** Longest prefix first: a neighbour, then the static routes, then the way out of a segment with mode nat. */
function nextHop(topology: Topology, { cards, gateway, routes }: Host, address: string): Hop | undefined {
  const near = cardTowards(topology, cards, address);
  if (near !== undefined) return { interface: near.name, segment: near.segment, address };
  const number = parseAddress(address);
  const matching = staticRoutes({ routes, ...(gateway === undefined ? {} : { gateway }) })
    .map(({ to, via }) => ({ prefix: parsePrefix(to), via }))
    .filter(
      (one): one is { prefix: Prefix; via: string } =>
        number !== undefined && one.prefix !== undefined && contains(one.prefix, number),
    )
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const via = matching[0]?.via;
  const card = via === undefined ? undefined : cardTowards(topology, cards, via);
  return via === undefined || card === undefined
    ? undefined
    : { interface: card.name, segment: card.segment, address: via };
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
