/** What the model can say and the components cannot build yet: refused with a sentence rather than built wrongly. */
import { balancersOf, realServerAddress } from "../../model/members";
import type { Topology } from "../../model/topology";
import type { Problem } from "../error";
import { isPlaced } from "./addresses";

const later = "not built yet";

/** Each part goes when it is built. */
export const unfinished = (topology: Topology): Problem[] => [...forwardingOrProtocol(topology), ...router(topology)];

const forwardingOrProtocol = ({ virtualServers }: Topology): Problem[] =>
  virtualServers.flatMap(({ forwarding, protocol }, index): Problem[] => {
    const path = `virtualServers[${index}]`;
    return [
      ...(forwarding === "NAT" || forwarding === "TUN"
        ? [{ path: `${path}.forwarding`, got: forwarding, need: "DR", fix: `${forwarding} is ${later}` }]
        : []),
      ...(protocol === "UDP" ? [{ path: `${path}.protocol`, got: protocol, need: "TCP", fix: `UDP is ${later}` }] : []),
    ];
  });

/** The client asks in the segment of the VIPs, and real servers answer it there. */
function router(topology: Topology): Problem[] {
  const { client, nodes, segments, virtualServers, vrrp } = topology;
  const directors = balancersOf(topology);
  const carrying = directors
    .map(({ interfaces }) => (vrrp === undefined ? undefined : interfaces[vrrp.interface]?.segment))
    .find((segment) => segment !== undefined);
  if (!Object.hasOwn(segments, client.segment)) return [];
  if (carrying !== undefined && Object.hasOwn(segments, carrying) && carrying !== client.segment) {
    const need = `${carrying}, the segment of the VIPs`;
    return [{ path: "client.segment", got: client.segment, need, fix: `a router between them is ${later}` }];
  }
  const asked = new Set(virtualServers.flatMap(({ realServers }) => Object.keys(realServers)));
  return (
    Object.values(nodes)
      .filter((node) => asked.has(node.name) && node.role === "web" && isPlaced(topology, node))
      // One that the directors do not reach either is another problem.
      .filter((node) => directors.every((director) => realServerAddress(director, node) !== undefined))
      .filter(({ interfaces }) => !Object.values(interfaces).some(({ segment }) => segment === client.segment))
      .map(({ name }) => ({
        path: `nodes.${name}.interfaces`,
        got: "none in the client's segment",
        need: `one in segment ${client.segment}`,
        fix: `answers go straight to the client, and a router is ${later}`,
      }))
  );
}
