/** The machines of a lab that run as guests: the nodes of its file, and the client if it is a guest. */
import { cidrOf, familyOf } from "../plan/addresses";
import { clientInterface } from "./names";
import { CLIENT } from "./packetPaths";
import type { ClientNode, Node } from "./node";
import type { Topology } from "./topology";

/** Every guest by name, in the order of the file, the client last. */
export const guestsOf = (topology: Pick<Topology, "nodes" | "client">): Readonly<Record<string, Node>> => {
  const client = clientGuest(topology);
  return client === undefined ? topology.nodes : { ...topology.nodes, [CLIENT]: client };
};

/** The client as a guest; undefined: it is a network namespace. */
export function clientGuest({ client }: Pick<Topology, "client">): ClientNode | undefined {
  const { kind, memory = 0, vcpus = 0, segment, addresses, aliases: further, mac, routes } = client;
  if (kind !== "vm") return undefined;
  const [address = "", ...aliases] = addresses;
  return {
    role: "client",
    name: CLIENT,
    interfaces: { [clientInterface]: { segment, address, mac, ...(further && { aliases: further }) } },
    memory,
    vcpus,
    aliases,
    ...(routes === undefined ? {} : { routes }),
  };
}

/** The IPv4 addresses of a guest's interface in its segment, its own first. A client has several addresses on its only interface. */
export const segmentAddressesOn = (node: Node, card: string): string[] => [
  ...[node.interfaces[card]?.address ?? []].flat(),
  ...(node.role === "client" ? node.aliases : []),
];

/** Every address of a guest's interface, its own first, without prefix lengths. */
export const addressesOn = (node: Node, card: string): string[] => [
  ...segmentAddressesOn(node, card),
  ...(node.interfaces[card]?.aliases ?? []).map((alias) => cidrOf(alias)?.address ?? alias),
];

/** Whether a machine has anything to do with IPv6: an address of its own, a VIP, or a configuration of its own, which may have both. */
export const usesIPv6 = (node: Node): boolean =>
  (node.role === "director" && node.keepalived !== undefined) ||
  [
    ...Object.values(node.interfaces).flatMap(({ aliases = [] }) => aliases),
    ...(node.role === "server" || node.role === "director" ? (node.holds ?? []) : []),
  ].some((address) => familyOf(address) === "inet6");
