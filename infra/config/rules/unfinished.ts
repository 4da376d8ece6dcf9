/** What the model can say and the components cannot build yet: refused with a sentence rather than built wrongly. */
import { directorsOf } from "../../model/members";
import type { Topology } from "../../model/topology";
import type { Problem } from "../error";

/** Each line here goes when its part is built. */
export function unfinished(topology: Topology): Problem[] {
  const { client, vrrp, virtualServers, nodes } = topology;
  const later = "not built yet";
  const carrying = directorsOf(topology)
    .map(({ interfaces }) => (vrrp === undefined ? undefined : interfaces[vrrp.interface]?.segment))
    .find((segment) => segment !== undefined);
  const reached = virtualServers
    .flatMap(({ realServers }) => Object.keys(realServers))
    .filter((name, index, all) => all.indexOf(name) === index && Object.hasOwn(nodes, name))
    .filter((name) => !Object.values(nodes[name]?.interfaces ?? {}).some(({ segment }) => segment === client.segment));
  return [
    ...virtualServers.flatMap(({ forwarding, protocol }, index): Problem[] => [
      ...(forwarding === "NAT" || forwarding === "TUN"
        ? [{ path: `virtualServers[${index}].forwarding`, got: forwarding, need: "DR", fix: `${forwarding} is ${later}` }]
        : []),
      ...(protocol === "UDP"
        ? [{ path: `virtualServers[${index}].protocol`, got: protocol, need: "TCP", fix: `UDP is ${later}` }]
        : []),
    ]),
    ...(vrrp === undefined && directorsOf(topology).length === 1
      ? [{ path: "vrrp", got: "nothing", need: "a vrrp section", fix: `a director without keepalived is ${later}` }]
      : []),
    ...(carrying !== undefined && carrying !== client.segment
      ? [
          {
            path: "client.segment",
            got: client.segment,
            need: `${carrying}, the segment of the VIPs`,
            fix: `a router between them is ${later}`,
          },
        ]
      : []),
    ...reached.map((name) => ({
      path: `nodes.${name}.interfaces`,
      got: "none in the client's segment",
      need: `one in segment ${client.segment}`,
      fix: `answers go straight to the client, and a router is ${later}`,
    })),
  ];
}
