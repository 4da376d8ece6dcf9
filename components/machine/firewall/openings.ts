import {
  balancersOf,
  contentServer,
  directorsOf,
  neighbourAddress,
  portsOf,
  realServerAddress,
  tunnelledVips,
  vipsOf,
  webServersOf,
} from "../../../model/topology/members";
import { parseAddress } from "../../../model/topology/addresses";
import { pathTo } from "../../../model/topology/routing";
import type { BalancerNode, NfsNode, Node, Topology, WebNode } from "../../../model/topology/topology";
import { MOUNTD_PORT } from "../../roles/nfs/conf";

/** Packets that a machine's firewall allows, besides answers to its own requests. */
export type Opening = {
  /** Purpose, in a few words. */
  readonly name: string;
  /** Ports of a transport, or the number of a protocol without ports (IANA "protocol numbers"). */
  readonly what: Ports | { readonly number: number };
  /** Allowed sources; undefined: any. */
  readonly from?: readonly string[];
  /** The destination; undefined: any address of the machine. */
  readonly to?: string;
};

export type Ports = { readonly transport: "tcp" | "udp"; readonly ports: readonly number[] };

/** Protocol numbers (IANA). */
const IGMP = 2;
const IPIP = 4;
const VRRP = 112;

/** What every machine answers: SSH for its configuration. */
const SSH: Opening = { name: "SSH", what: { transport: "tcp", ports: [22] } };

/** Everything that a machine answers. The firewall drops the rest. */
export function openingsOf(topology: Topology, node: Node): Opening[] {
  switch (node.role) {
    case "director":
      return [SSH, ...vrrp(topology, node), ...virtualServers(topology)];
    case "proxy":
      return [
        SSH,
        ...vrrp(topology, node),
        { name: "proxy", what: { transport: "tcp", ports: [topology.proxy?.port ?? 80] } },
      ];
    case "web":
      return [SSH, ...tunnel(topology, node), ...pages(topology, node)];
    case "nfs":
      return [SSH, ...share(topology, node)];
    case "router":
    case "client":
      return [SSH];
  }
}

/** Adverts only from the peers. IGMP: a switch asks for members of the adverts' group, and sends adverts only to machines that answer. */
function vrrp({ vrrp: instance, ...topology }: Topology, node: BalancerNode): Opening[] {
  const peers = balancersOf(topology)
    .filter(({ name }) => name !== node.name)
    .flatMap(({ interfaces }) => interfaces[instance?.interface ?? ""]?.address ?? []);
  if (instance === undefined || peers.length === 0) return [];
  return [
    { name: "VRRP of the peers", what: { number: VRRP }, from: peers },
    { name: "IGMP", what: { number: IGMP } },
  ];
}

/** The ports of each VIP. IPVS takes the packets after the firewall; no process of the director needs to listen. */
const virtualServers = (topology: Topology): Opening[] =>
  vipsOf(topology).flatMap((vip) =>
    (["TCP", "UDP"] as const).flatMap((protocol): Opening[] => {
      const ports = topology.virtualServers.filter((one) => one.vip === vip && one.protocol === protocol);
      return ports.length === 0
        ? []
        : [
            {
              name: "virtual servers",
              what: { transport: lower(protocol), ports: [...new Set(ports.map(({ port }) => port))] },
              to: vip,
            },
          ];
    }),
  );

/** Requests come from any client with every forwarding method, because IPVS does not change the source. */
const pages = (topology: Topology, web: WebNode): Opening[] => [
  { name: "pages", what: { transport: "tcp", ports: portsOf(topology, web.name) } },
];

/** Tunnels start at the address from which a director reaches the real server. */
function tunnel(topology: Topology, web: WebNode): Opening[] {
  if (tunnelledVips(topology, web.name).length === 0) return [];
  const ends = directorsOf(topology).flatMap((director) => {
    const [hop] = pathTo(topology, director.name, realServerAddress(director, web)) ?? [];
    return director.interfaces[hop?.interface ?? ""]?.address ?? [];
  });
  return [{ name: "tunnels of the directors", what: { number: IPIP }, from: ends }];
}

/** NFS, with rpcbind and mountd for `showmount` and NFS version 3, for the web servers that mount from here. */
function share(topology: Topology, nfs: NfsNode): Opening[] {
  const from = webServersOf(topology)
    .filter((web) => contentServer(topology, web)?.name === nfs.name)
    .flatMap((web) => neighbourAddress(nfs, web) ?? []);
  if (from.length === 0) return [];
  return (["tcp", "udp"] as const).map((transport) => ({
    name: "NFS of the web servers",
    what: { transport, ports: transport === "tcp" ? [111, 2049, MOUNTD_PORT] : [111, MOUNTD_PORT] },
    from,
  }));
}

const lower = (protocol: "TCP" | "UDP"): "tcp" | "udp" => (protocol === "TCP" ? "tcp" : "udp");

/** Addresses in numeric order, without duplicates. */
export const sortedAddresses = (addresses: readonly string[]): string[] =>
  [...new Set(addresses)].sort((a, b) => (parseAddress(a) ?? 0) - (parseAddress(b) ?? 0));
