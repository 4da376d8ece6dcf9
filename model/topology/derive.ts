import { mapValues } from "../mapValues";
import { expandGroups } from "./groups";
import { deriveMac, firstHost, parsePrefix } from "./addresses";
import type { Node, OwnKeepalived } from "./node";
import type { RealServer, Segment, Topology } from "./topology";
import type { SourceDocument } from "./sourceDocument";
import { caseNamed, casePart } from "./vrrpCase";
import type { Named, Written, WrittenTopology } from "./written";

/**
 * Fills in derived values: members of groups, host addresses, MACs, ports of real servers, names of nodes, and what directors bring
 * (`own`). Sections that were left out because of errors stay out.
 */
export function derive(
  file: Partial<WrittenTopology>,
  documents: readonly SourceDocument[],
  own: Readonly<Record<string, OwnKeepalived>> = {},
): Partial<Topology> {
  const written = expandGroups(file);
  const { $schema: _, segments, nodes, client, virtualServers, proxy, ...rest } = written;
  const mac = macs(written);
  return {
    ...rest,
    ...(segments && { segments: mapValues(segments, deriveSegment) }),
    ...(nodes && {
      nodes: mapValues(nodes, ({ keepalived: _path, ...node }, name) => {
        const interfaces = mapValues(node.interfaces, (card, key) => ({ ...card, mac: mac(card.mac, name, key) }));
        const card = ownCard(nodes, node, rest.vrrp?.interface);
        const vrrp = node.vrrp && {
          ...casePart(caseNamed(documents, rest.vrrpCase), nodes, node.vrrp),
          ...node.vrrp,
          ...(card !== undefined && { interface: card }),
        };
        const brought = own[name];
        return { name, ...node, interfaces, ...(vrrp && { vrrp }), ...(brought && { keepalived: brought }) } as Node;
      }),
    }),
    // After the nodes: a node's MAC does not depend on the client's.
    ...(client && { client: { ...client, mac: mac(client.mac, "client", "client") } }),
    ...(virtualServers && {
      virtualServers: virtualServers.map((server) => ({
        ...server,
        realServers: withPorts(server.realServers, server.port),
      })),
    }),
    ...(proxy && { proxy: { ...proxy, backends: withPorts(proxy.backends, proxy.port) } }),
  };
}

/** The interface of a node that has none of the instance's name: the only one in the segment in which the other nodes have that. */
function ownCard(
  nodes: WrittenTopology["nodes"],
  { interfaces, vrrp }: WrittenTopology["nodes"][string],
  card: string | undefined,
): string | undefined {
  if (vrrp === undefined || vrrp.interface !== undefined || card === undefined || Object.hasOwn(interfaces, card))
    return vrrp?.interface;
  const others = Object.values(nodes).filter((node) => node.vrrp !== undefined && node.vrrp.interface === undefined);
  const segment = others.flatMap((node) => node.interfaces[card]?.segment ?? [])[0];
  const [own, further] = Object.keys(interfaces).filter((name) => interfaces[name]?.segment === segment);
  return further === undefined ? own : undefined;
}

const withPorts = (servers: Named<Written<RealServer, "port">>, port: number): Record<string, RealServer> =>
  mapValues(servers, (one) => ({ ...one, port: one.port ?? port }));

function deriveSegment(segment: Written<Segment, "hostAddress">): Segment {
  const prefix = parsePrefix(segment.cidr);
  return { ...segment, hostAddress: segment.hostAddress ?? (prefix === undefined ? "" : firstHost(prefix)) };
}

/** Gives each interface its MAC: the written one, or a derived one that is still free. */
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
