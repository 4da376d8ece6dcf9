import type { DirectorNode, Node, RouterNode, Topology, WebNode } from "./topology";

/** Nodes of one role, in the order of the file. */
const nodesOf = <R extends Node["role"]>(topology: Topology, role: R): Extract<Node, { role: R }>[] =>
  Object.values(topology.nodes).filter((node): node is Extract<Node, { role: R }> => node.role === role);

/** The directors (DS), in the order of the file. */
export const directorsOf = (topology: Topology): DirectorNode[] => nodesOf(topology, "director");

/** The web servers, in the order of the file. */
export const webServersOf = (topology: Topology): WebNode[] => nodesOf(topology, "web");

/** The routers, in the order of the file. */
export const routersOf = (topology: Topology): RouterNode[] => nodesOf(topology, "router");

/** Whether a director that comes back takes the VIP from the others: it has the highest priority, and may (no nopreempt). */
export function preempts(topology: Topology, name: string): boolean {
  const directors = directorsOf(topology);
  const own = directors.find((director) => director.name === name)?.vrrp;
  return own !== undefined && !own.nopreempt && directors.every(({ vrrp }) => (vrrp?.priority ?? 0) <= own.priority);
}

/** The director that holds the VIPs when nothing has happened yet: the one with the highest priority, or the only one. */
export const favourite = (topology: Topology): DirectorNode | undefined =>
  directorsOf(topology).reduce<DirectorNode | undefined>(
    (best, one) => (best !== undefined && (best.vrrp?.priority ?? 0) >= (one.vrrp?.priority ?? 0) ? best : one),
    undefined,
  );

/** Every VIP, in the order of the file: those that VRRP moves, else those of the virtual servers; each once. */
export const vipsOf = (topology: Topology): string[] => [
  ...new Set(topology.vrrp?.virtualAddresses ?? topology.virtualServers.map(({ vip }) => vip)),
];

/** The VIPs that a real server itself has to hold: those whose packets reach it with the VIP as destination (DR, TUN). */
export const heldVips = (topology: Topology, node: string): string[] => [
  ...new Set(
    topology.virtualServers
      .filter(({ forwarding, realServers }) => forwarding !== "NAT" && Object.hasOwn(realServers, node))
      .map(({ vip }) => vip),
  ),
];

/** Of these, the VIPs that it holds on tunl0: its packets come out of a tunnel (TUN). All others are on lo. */
export const tunnelledVips = (topology: Topology, node: string): string[] => [
  ...new Set(
    topology.virtualServers
      .filter(({ forwarding, realServers }) => forwarding === "TUN" && Object.hasOwn(realServers, node))
      .map(({ vip }) => vip),
  ),
];

/** Ports on which a web server is asked as a real server, 80 always among them, ascending. */
export const portsOf = (topology: Topology, node: string): number[] =>
  [...new Set([80, ...topology.virtualServers.flatMap(({ realServers }) => realServers[node]?.port ?? [])])].sort(
    (a, b) => a - b,
  );

/** The address that SSH uses: the first interface's. */
export function sshAddress(node: Node): string {
  const [first] = Object.values(node.interfaces);
  if (first === undefined) throw new Error(`${node.name} has no interface`);
  return first.address;
}

/** A real server's address (RIP) as a director reaches it: in a segment of both, else its first one, which a route leads to. */
export const realServerAddress = (director: Node, realServer: Node): string =>
  neighbourAddress(director, realServer) ?? sshAddress(realServer);

/** A real server's address in a segment of both; undefined: it is no neighbour of the director. */
export function neighbourAddress(director: Node, realServer: Node): string | undefined {
  const near = new Set(Object.values(director.interfaces).map(({ segment }) => segment));
  return Object.values(realServer.interfaces).find(({ segment }) => near.has(segment))?.address;
}
