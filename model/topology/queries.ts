import { isLinkLocal } from "../keepalived/kinds/addresses";
import { excludedOf, vipsOf as instanceVips } from "../plan/clusters";
import { contains, parseAddress, parsePrefix } from "./addresses";
import { isSite, ownDirectorsOf, readingOfOwn } from "./own/config";
import type {
  BalancerNode,
  DirectorNode,
  DnsNode,
  MailNode,
  NfsNode,
  Node,
  ProxyNode,
  RouterNode,
  ServerNode,
  WebNode,
} from "./node";
import type { Topology, VirtualServer, VrrpInstance } from "./topology";

/** Nodes of one role, in the order of the file. */
const nodesOf = <R extends Node["role"]>({ nodes }: Pick<Topology, "nodes">, role: R): Extract<Node, { role: R }>[] =>
  Object.values(nodes).filter((node): node is Extract<Node, { role: R }> => node.role === role);

/** The directors (DS), in the order of the file. */
export const directorsOf = (topology: Pick<Topology, "nodes">): DirectorNode[] => nodesOf(topology, "director");

/** The proxies, in the order of the file. */
export const proxiesOf = (topology: Pick<Topology, "nodes">): ProxyNode[] => nodesOf(topology, "proxy");

/** The nodes that can hold a VIP: directors or proxies. A lab has only one of these roles. */
export const balancersOf = (topology: Pick<Topology, "nodes">): BalancerNode[] => [
  ...directorsOf(topology),
  ...proxiesOf(topology),
];

/** A service that clients ask: a virtual server of the directors, or the proxies' port on a VIP. */
export type Service = Pick<VirtualServer, "vip" | "port" | "scheduler" | "persistence" | "realServers">;

/** Every service that clients ask, in the order of the file. */
export const servicesOf = (topology: Topology): readonly Service[] => [
  ...topology.virtualServers,
  // Both kinds of proxies pass requests on in turn, by weight.
  ...vipsOf(topology).flatMap((vip) =>
    topology.proxy === undefined
      ? []
      : [{ vip, port: topology.proxy.port, scheduler: "wrr" as const, realServers: topology.proxy.backends }],
  ),
];

/** Whether a virtual server keeps each client's address on one real server: by persistence, or by a hash of it. */
export const goesBySource = ({ scheduler, persistence }: Service): boolean =>
  persistence !== undefined || scheduler === "sh" || scheduler === "mh";

/** The multicast group of adverts: the topology's, or VRRP's default (RFC 3768, 5.2.2). */
export const advertGroup = ({ multicastGroup = "224.0.0.18" }: Pick<VrrpInstance, "multicastGroup">): string =>
  multicastGroup;

/** A node's interface for adverts and VIPs; undefined: the lab has no VRRP. */
export const vrrpInterface = ({ vrrp }: Pick<Topology, "vrrp">, node: BalancerNode | undefined): string | undefined =>
  vrrp && (node?.vrrp?.interface ?? vrrp.interface);

/** A node's own address on that interface, from which it sends its adverts; undefined: it has none. */
export const advertSource = (topology: Pick<Topology, "vrrp">, node: BalancerNode): string | undefined =>
  node.interfaces[vrrpInterface(topology, node) ?? ""]?.address;

/** The addresses from which the others of a node's virtual router send their adverts. */
export const advertPeers = (topology: Pick<Topology, "nodes" | "vrrp">, { name }: BalancerNode): string[] =>
  balancersOf(topology)
    .filter((node) => node.name !== name)
    .flatMap((node) => advertSource(topology, node) ?? []);

/** Every VIP of the instance, also those that adverts do not list. */
export const vrrpVips = ({ virtualAddresses, excludedAddresses = [] }: VrrpInstance): readonly string[] => [
  ...virtualAddresses,
  ...excludedAddresses,
];

/**
 * The priority that adverts carry if a script has a weight (keepalived.conf(5), track_script): a weight above 0 is added while the script
 * succeeds, a weight below 0 while it fails. keepalived keeps the sum within the range of adverts.
 */
export const advertPriority = (priority: number, weight: number, succeeds: boolean): number =>
  Math.min(254, Math.max(1, priority + (weight > 0 === succeeds ? weight : 0)));

/** The web servers, in the order of the file. */
export const webServersOf = (topology: Topology): WebNode[] => nodesOf(topology, "web");

/** The NFS servers, in the order of the file. */
export const nfsServersOf = (topology: Topology): NfsNode[] => nodesOf(topology, "nfs");

/** The NFS server whose share a web server serves; undefined: its own files. */
export const contentServer = (topology: Topology, { contentFrom }: WebNode): NfsNode | undefined =>
  nfsServersOf(topology).find(({ name }) => name === contentFrom);

/** The page that a web server shows: its content server's, or its own. */
export const servedPage = (topology: Topology, web: WebNode): string => (contentServer(topology, web) ?? web).page;

/** Whether several machines share the VIPs by VRRP. */
export const hasPair = (topology: Topology): boolean => topology.vrrp !== undefined && balancersOf(topology).length > 1;

/** Whether real servers answer the client themselves, by direct routing. */
export const usesDirectRouting = ({ virtualServers }: Topology): boolean =>
  virtualServers.some(({ forwarding }) => forwarding === "DR");

/** Whether the directors run keepalived: the topology's, or their own. */
export const runsKeepalived = (topology: Topology): boolean => topology.vrrp !== undefined || isSite(topology);

/** The director without keepalived, where ipvsadm fills the table; undefined: keepalived owns VIP and table. */
export const ipvsadmDirector = (topology: Topology): DirectorNode | undefined =>
  runsKeepalived(topology) ? undefined : directorsOf(topology)[0];

/** The interface of a node whose segment contains an address; undefined: none does. */
export function interfaceOf({ segments }: Topology, { interfaces }: Node, address: string): string | undefined {
  const number = parseAddress(address);
  return Object.keys(interfaces).find((name) => {
    const prefix = parsePrefix(segments[interfaces[name]?.segment ?? ""]?.cidr ?? "");
    return number !== undefined && prefix !== undefined && contains(prefix, number);
  });
}

/** The DNS servers, in the order of the file. */
export const dnsServersOf = (topology: Topology): DnsNode[] => nodesOf(topology, "dns");

/** The mail servers, in the order of the file. */
export const mailServersOf = (topology: Topology): MailNode[] => nodesOf(topology, "mail");

/** The machines that serve as stand-ins, in the order of the file. */
export const serversOf = (topology: Pick<Topology, "nodes">): (ServerNode | DirectorNode)[] =>
  Object.values(topology.nodes).filter(
    (node): node is ServerNode | DirectorNode =>
      (node.role === "server" || node.role === "director") && (node.serves ?? []).length > 0,
  );

/** The routers, in the order of the file. */
export const routersOf = (topology: Topology): RouterNode[] => nodesOf(topology, "router");

/** Whether a director that comes back takes the VIP from the others: it has the highest priority, and may (no nopreempt). */
export function preempts(topology: Topology, name: string): boolean {
  const directors = balancersOf(topology);
  const own = directors.find((director) => director.name === name)?.vrrp;
  return own !== undefined && !own.nopreempt && directors.every(({ vrrp }) => (vrrp?.priority ?? 0) <= own.priority);
}

/** The director (or proxy) that holds the VIPs at first: the one with the highest priority, or the only one. */
export const highestPriority = (topology: Topology): BalancerNode | undefined =>
  balancersOf(topology).reduce<BalancerNode | undefined>(
    (best, one) => (best !== undefined && (best.vrrp?.priority ?? 0) >= (one.vrrp?.priority ?? 0) ? best : one),
    undefined,
  );

/**
 * Every VIP once, in the order of the file: those that VRRP moves, or those of the virtual servers. Those of directors' own configurations
 * are IPv4 first, and link-local ones last.
 */
export const vipsOf = (topology: Topology): string[] => [
  ...new Set(
    topology.vrrp
      ? vrrpVips(topology.vrrp)
      : isSite(topology)
        ? ownVips(topology)
        : topology.virtualServers.map(({ vip }) => vip),
  ),
];

function ownVips(topology: Topology): readonly string[] {
  const rank = (vip: string): number => (isLinkLocal(vip) ? 2 : vip.includes(":") ? 1 : 0);
  return ownDirectorsOf(topology)
    .flatMap((node) => readingOfOwn(node).config.instances)
    .flatMap((instance) => [...instanceVips(instance), ...excludedOf(instance)])
    .sort((a, b) => rank(a) - rank(b));
}

/** The VIPs that a real server must hold, because packets reach it with the VIP as destination (DR, TUN). */
export const heldVips = (topology: Topology, node: string): string[] => [
  ...new Set(
    topology.virtualServers
      .filter(({ forwarding, realServers }) => forwarding !== "NAT" && Object.hasOwn(realServers, node))
      .map(({ vip }) => vip),
  ),
];

/** Those of them that it holds on tunl0, because packets come out of a tunnel (TUN). All others are on lo. */
export const tunnelledVips = (topology: Topology, node: string): string[] => [
  ...new Set(
    topology.virtualServers
      .filter(({ forwarding, realServers }) => forwarding === "TUN" && Object.hasOwn(realServers, node))
      .map(({ vip }) => vip),
  ),
];

/** Ports on which a real server is asked, ascending; 80 is always one of them. */
export const portsOf = (topology: Topology, node: string): number[] =>
  [...new Set([80, ...topology.virtualServers.flatMap(({ realServers }) => realServers[node]?.port ?? [])])].sort(
    (a, b) => a - b,
  );

/** The address for SSH: that of the first interface. */
export function sshAddress(node: Node): string {
  const [first] = Object.values(node.interfaces);
  if (first === undefined) throw new Error(`${node.name} has no interface`);
  return first.address;
}

/** The RIP that a director uses: in a segment of both, or the first one, to which a route leads. */
export const realServerAddress = (director: Node, realServer: Node): string =>
  neighbourAddress(director, realServer) ?? sshAddress(realServer);

/** A real server's address in a segment of both; undefined: it is not a neighbour of the director. */
export function neighbourAddress(director: Node, realServer: Node): string | undefined {
  const near = new Set(Object.values(director.interfaces).map(({ segment }) => segment));
  return Object.values(realServer.interfaces).find(({ segment }) => near.has(segment))?.address;
}
