import { overlaps, parsePrefix } from "./addresses";
import { bridgeName } from "./names";
import type { Topology } from "./topology";
import type { Problem } from "./error";

/** A route of the host, as `ip -json route` prints it; a blackhole has no device. */
export type HostRoute = { readonly dst: string; readonly dev?: string };

/**
 * Segments that overlap the host's routes. Packets of the lab or of the host would go the wrong way.
 * The lab's own bridges and a default route do not count. In the embedded libvirt's namespace the routes are those of the
 * other labs that run there.
 */
export function hostRouteConflicts(topology: Topology, routes: readonly HostRoute[]): Problem[] {
  return Object.entries(topology.segments).flatMap(([name, { cidr, mode, bridge }]): Problem[] => {
    const own = mode === "bridge" ? bridge : bridgeName(topology.name, name);
    const prefix = parsePrefix(cidr);
    const conflict = routes.find(({ dst, dev }) => {
      const other = parsePrefix(dst);
      return dev !== own && prefix !== undefined && other !== undefined && other.length > 0 && overlaps(prefix, other);
    });
    if (conflict === undefined) return [];
    return [
      {
        path: `segments.${name}.cidr`,
        got: cidr,
        need: "a prefix to which this host has no route",
        fix: `the host has a route to ${conflict.dst}${conflict.dev === undefined ? "" : ` dev ${conflict.dev}`}: destroy the lab that uses it, or choose another prefix`,
      },
    ];
  });
}
