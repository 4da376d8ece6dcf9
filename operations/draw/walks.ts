import { isSite } from "../../model/topology/own/config";
import { highestPriority, realServerAddress, vipsOf } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import { legsOf, type Trip } from "./legs";
import { siteTripsOf } from "./siteTrips";
import type { Asked, Walk } from "./walk";

function askedOf(topology: Topology): Asked[] {
  const { virtualServers, proxy } = topology;
  const balanced = virtualServers.map((virtualServer): Asked => {
    const { vip, port, protocol, scheduler, forwarding: mode, realServers } = virtualServer;
    const service = `${vip}:${port} ${protocol}, ${mode}, ${scheduler}`;
    return { vip, port, mode, chooser: `IPVS (${scheduler})`, service, realServers, virtualServer };
  });
  if (proxy === undefined) return balanced;
  const { software: chooser, port, backends: realServers } = proxy;
  return vipsOf(topology).map((vip): Asked => {
    return { vip, port, mode: "L7", chooser, service: `${vip}:${port} TCP, ${chooser}`, realServers };
  });
}

/** The walks of a lab: one for each different way of packets, however many services and real servers there are. */
export function walksOf(topology: Topology): Walk[] {
  const seen = new Map<string, Walk & { likewise: string[] }>();
  for (const trip of isSite(topology) ? siteTripsOf(topology).trips : tripsOf(topology)) {
    const walk = walkOf(topology, trip);
    const { realServer } = walk;
    const shape = JSON.stringify([
      walk.mode,
      walk.legs.map(({ from, to, segment }) => [from, to, segment].map((one) => (one === realServer ? "RS" : one))),
      walk.lost !== undefined,
    ]);
    const first = seen.get(shape);
    if (first === undefined) seen.set(shape, { ...walk, likewise: [] });
    else if (first.service === walk.service) first.likewise.push(realServer);
  }
  return [...seen.values()];
}

/** Every request to every real server, through the node that holds the VIP at first. */
const tripsOf = (topology: Topology): Trip[] =>
  askedOf(topology).flatMap((asked) =>
    Object.keys(asked.realServers).map((realServer): Trip => {
      const balancer = highestPriority(topology);
      const node = topology.nodes[realServer];
      if (balancer === undefined || node === undefined)
        throw new Error(`${realServer} is no real server of ${asked.vip}`);
      return { asked, balancer, node, rip: realServerAddress(balancer, node) };
    }),
  );

/** The walk of one request. */
function walkOf(topology: Topology, trip: Trip): Walk {
  const { service, mode } = trip.asked;
  return { service, mode, realServer: trip.node.name, likewise: [], ...legsOf(topology, trip) };
}
