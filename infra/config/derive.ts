import { expandGroups } from "./groups";
import { deriveMac, firstHost, parsePrefix } from "../model/addresses";
import type { Client, Interface, Node, RealServer, Segment, Topology, VirtualServer } from "../model/topology";

/** What the file says after the schema's defaults: a topology without what follows from the rest of it. */
type Written<T, Derived extends keyof T> = Omit<T, Derived> & Partial<Pick<T, Derived>>;
type Named<T> = Readonly<Record<string, T>>;
type WrittenNode = Omit<Node, "name" | "interfaces"> & {
  readonly interfaces: Named<Written<Interface, "mac">>;
  /** How many machines it stands for. */
  readonly count?: number;
  readonly page?: string;
};
type WrittenServer = Omit<VirtualServer, "realServers"> & { readonly realServers: Named<Written<RealServer, "port">> };
export type WrittenTopology = Omit<Topology, "segments" | "nodes" | "client" | "virtualServers"> & {
  readonly $schema?: string;
  readonly segments: Named<Written<Segment, "hostAddress">>;
  readonly nodes: Named<WrittenNode>;
  readonly client: Written<Client, "mac">;
  readonly virtualServers: readonly WrittenServer[];
};

/**
 * Fills in what follows from the rest: members of groups, host addresses, MACs, ports of real servers, names of nodes. Sections that are
 * left out (they were not sound) stay out.
 */
export function derive(file: Partial<WrittenTopology>): Partial<Topology> {
  const written = expandGroups(file);
  const { $schema: _, segments, nodes, client, virtualServers, ...rest } = written;
  const mac = macs(written);
  return {
    ...rest,
    ...(segments && { segments: mapValues(segments, deriveSegment) }),
    ...(nodes && {
      nodes: mapValues(nodes, (node, name) => {
        const interfaces = mapValues(node.interfaces, (card, key) => ({ ...card, mac: mac(card.mac, name, key) }));
        return { name, ...node, interfaces } as Node;
      }),
    }),
    // After the nodes: a node's MAC does not depend on the client's.
    ...(client && { client: { ...client, mac: mac(client.mac, "client", "client") } }),
    ...(virtualServers && {
      virtualServers: virtualServers.map((server) => ({
        ...server,
        realServers: mapValues(server.realServers, (one) => ({ ...one, port: one.port ?? server.port })),
      })),
    }),
  };
}

function deriveSegment(segment: Written<Segment, "hostAddress">): Segment {
  const prefix = parsePrefix(segment.cidr);
  return { ...segment, hostAddress: segment.hostAddress ?? (prefix === undefined ? "" : firstHost(prefix)) };
}

/** Gives each interface its MAC: the written one, else a derived one that nobody has. */
function macs({ name = "", nodes = {}, client }: Partial<WrittenTopology>) {
  const written = [
    ...Object.values(nodes).flatMap(({ interfaces }) => Object.values(interfaces)),
    ...(client ? [client] : []),
  ];
  const taken = new Set(written.flatMap(({ mac }) => mac?.toLowerCase() ?? []));
  return (given: string | undefined, node: string, card: string): string => {
    const mac = given?.toLowerCase() ?? deriveMac([name, node, card], taken);
    taken.add(mac);
    return mac;
  };
}

const mapValues = <T, R>(of: Named<T>, change: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, change(value, key)]));
