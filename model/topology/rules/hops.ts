/** What rules about packet paths have in common. */
import { contains, isHost, parseAddress, parsePrefix } from "../addresses";
import { neighbourAddress, routersOf } from "../queries";
import { type Hop, wayTo } from "../packetPaths";
import type { Node } from "../node";
import type { Topology, VirtualServer } from "../topology";

/** The first of these segments in which a machine can have an address. */
export const segmentOf = ({ segments }: Topology, names: readonly string[], address: string): string | undefined =>
  names.find((name) => {
    const [prefix, number] = [parsePrefix(segments[name]?.cidr ?? ""), parseAddress(address)];
    return prefix !== undefined && number !== undefined && isHost(prefix, number);
  });

type Pair = { readonly path: string; readonly server: VirtualServer; readonly node: Node };

/** Every real server of every virtual server with one of these methods. */
export function pairs(topology: Topology, methods: readonly VirtualServer["forwarding"][]): Pair[] {
  return topology.virtualServers.flatMap((server, index) =>
    !methods.includes(server.forwarding)
      ? []
      : Object.keys(server.realServers).flatMap((name): Pair[] => {
          const node = Object.hasOwn(topology.nodes, name) ? topology.nodes[name] : undefined;
          return node?.role !== "web" ? [] : [{ path: `virtualServers[${index}].realServers.${name}`, server, node }];
        }),
  );
}

/** The path of a node's next hop in the file: its route, or the gateway. */
export function placeOfHop(
  { nodes }: Topology,
  name: string,
  hop: Hop | undefined,
  address: string,
): { path: string; got: string } {
  const node = nodes[name];
  const number = parseAddress(address);
  const index = (node?.routes ?? []).findIndex(({ to, via }) => {
    const prefix = parsePrefix(to);
    return via === hop?.address && prefix !== undefined && number !== undefined && contains(prefix, number);
  });
  if (hop === undefined || index < 0 || hop.address === node?.gateway)
    return { path: `nodes.${name}.gateway`, got: node?.gateway ?? "nothing" };
  return { path: `nodes.${name}.routes[${index}].via`, got: hop.address };
}

/** The address of a neighbouring router that knows a way, or advice to add one. */
export function routerTowards(topology: Topology, name: string, address: string): string {
  const node = topology.nodes[name];
  const [near] = routersOf(topology).flatMap((router) =>
    node === undefined || router.name === name || wayTo(topology, router.name, address).end === "lost"
      ? []
      : (neighbourAddress(node, router) ?? []),
  );
  return near ?? "add a router between them, and write its address here";
}

/** The segments that a node is in, one for each interface. */
export const segmentsOf = ({ interfaces }: Node): string[] => Object.values(interfaces).map(({ segment }) => segment);
