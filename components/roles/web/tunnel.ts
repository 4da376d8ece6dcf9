import { directorsOf, realServerAddress } from "../../../model/topology/queries";
import { pathTo } from "../../../model/topology/packetPaths";
import type { Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";

/** Where tunnels to a real server start: the addresses from which the directors reach it. */
export const tunnelEnds = (topology: Topology, node: Node): string[] =>
  directorsOf(topology).flatMap((director) => {
    const [hop] = pathTo(topology, director.name, realServerAddress(director, node)) ?? [];
    return director.interfaces[hop?.interface ?? ""]?.address ?? [];
  });
