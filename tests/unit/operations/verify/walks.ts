import { walked } from "../../../../operations/verify/drills/walk";
import type { PacketSeen, WalkSeen } from "../../../../components/looks/walk";
import { OBJECT } from "../../../../components/roles/web/object";
import { directorsOf, neighbourAddress, realServerAddress } from "../../../../model/topology/queries";
import type { Topology, VirtualServer } from "../../../../model/topology/topology";

/** What a correct lab shows: one connection to each real server, and the object from everywhere. */
function healthyWalk(topology: Topology, server: VirtualServer): WalkSeen {
  const [director] = directorsOf(topology);
  if (director === undefined) throw new Error("no director");
  const client = `${topology.client.addresses[0]}:40000`;
  const vip = `${server.vip}:${server.port}`;
  const card = topology.vrrp?.interface ?? "eth0";
  const packets = Object.entries(server.realServers).flatMap(([name, { port }]): PacketSeen[] => {
    const node = topology.nodes[name];
    if (node === undefined) throw new Error(name);
    const rip = realServerAddress(director, node);
    const [own = ""] = Object.keys(node.interfaces);
    const dip = neighbourAddress(node, director) ?? director.interfaces[card]?.address ?? "";
    const inner = server.forwarding === "NAT" ? `${rip}:${port}` : vip;
    const outer = server.forwarding === "TUN" ? { outer: { source: dip, destination: rip } } : {};
    const request = { source: client, destination: inner, flags: "S" } as const;
    const mac = Object.values(director.interfaces)[0]?.mac ?? "";
    const answer = { source: inner, destination: client, flags: "S." } as const;
    const back: PacketSeen[] =
      server.forwarding === "NAT"
        ? [
            { at: director.name, interface: "eth1", direction: "In", ...answer },
            { at: director.name, interface: card, direction: "Out", ...answer, source: vip },
          ]
        : [];
    return [
      { at: director.name, interface: card, direction: "In", ...request, destination: vip },
      { at: director.name, interface: card, direction: "Out", ...request, ...outer },
      { at: name, interface: own, direction: "In", ...request, ...outer, mac },
      ...(server.forwarding === "TUN" ? [{ at: name, interface: "tunl0", direction: "In", ...request } as const] : []),
      { at: name, interface: own, direction: "Out", ...answer },
      ...back,
    ];
  });
  const objects = ["VIP", "VIP", ...Object.keys(server.realServers)].map((from) => ({ from, sha256: OBJECT.sha256 }));
  const answers = server.forwarding === "NAT" ? 2 * OBJECT.size + 9000 : 0;
  return { packets, objects, crossed: { objects: 2, ipvsIn: 40_000, ipvsOut: answers, sent: answers + 60_000 } };
}

/** The same for every walked virtual server. */
export const healthyWalks = (topology: Topology): Record<string, WalkSeen> =>
  Object.fromEntries(
    walked(topology.virtualServers).map((one) => [`${one.vip}:${one.port}`, healthyWalk(topology, one)]),
  );
