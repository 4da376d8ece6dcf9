import { prefixLength } from "../../../../model/topology/addresses";
import { segmentAddressesOn, usesIPv6 } from "../../../../model/topology/guests";
import type { Node } from "../../../../model/topology/node";
import type { Topology } from "../../../../model/topology/topology";
import type { SeedInterface } from "./seed";

/** The cards in the seed's form. The first one in a segment with mode nat has the default route. */
export function cards(topology: Topology, node: Node): SeedInterface[] {
  const interfaces = Object.entries(node.interfaces);
  const wayOut = interfaces.find(([, { segment }]) => topology.segments[segment]?.mode === "nat")?.[0];
  return interfaces.map(([name, { segment, address, mac }]) => {
    const at = topology.segments[segment];
    if (at === undefined) throw new Error(`no segment ${segment}`);
    const bits = prefixLength(at.cidr);
    const [, ...others] = segmentAddressesOn(node, name);
    const aliases = [...others.map((one) => `${one}/${bits}`), ...(node.interfaces[name]?.aliases ?? [])];
    const card = {
      name,
      mac,
      address,
      prefixLength: bits,
      ...(aliases.length > 0 ? { aliases } : {}),
      ...(usesIPv6(node) ? { ipv6: true } : {}),
    };
    return name === wayOut ? { ...card, gateway: at.hostAddress } : card;
  });
}
