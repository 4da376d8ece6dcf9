import { balancersOf } from "../../../model/topology/queries";
import type { VirtualServer } from "../../../model/topology/topology";
import type { Act } from "../act";
import type { Drill, Place } from "../drill";
import { addressFor, ofServers, servingOf } from "../realServers";
import { answeredBy, broken, firstAnswer, lost, onceHealed } from "../timeline";

/** ipvsadm's flag for the way of packets (ipvsadm(8)). */
const WAYS: Readonly<Record<VirtualServer["forwarding"], string>> = { DR: "-g", NAT: "-m", TUN: "-i" };

/** Gives a real server a weight in the table of every director, for each virtual server that has it. */
export function weigh(topology: Place["topology"], server: string, weightOf: (configured: number) => number): Act[] {
  return balancersOf(topology).flatMap(({ name }): Act[] => {
    const commands = topology.virtualServers.flatMap(({ vip, port, protocol, forwarding, realServers }) => {
      const own = realServers[server];
      if (own === undefined) return [];
      const at = `${addressFor(topology, name, server)}:${own.port}`;
      const service = `${protocol === "UDP" ? "-u" : "-t"} ${vip}:${port}`;
      return [`ipvsadm -e ${service} -r ${at} ${WAYS[forwarding]} -w ${weightOf(own.weight)}`];
    });
    return commands.length === 0 ? [] : [{ do: "run", node: name, command: commands.join(" && ") }];
  });
}

/** Seconds for a connection that was on its way when the weight changed. */
const onItsWay = 0.5;

/** Weight 0 sends a real server no new connection, and leaves those that it has (ipvsadm(8), quiescent). */
export const drain: Drill = {
  name: "drain",
  title: "give a real server weight 0 (drain), and its weight again (undrain)",
  disturbs: "the other real servers get its requests",
  ...ofServers,
  held: 4,
  claims: ({ target, service }) => [
    {
      kind: "count",
      name: "new requests while drained",
      what: `requests that ${target} answered while it had weight 0`,
      theory: "weight 0 gets no new connection: 0",
      least: 0,
      most: 0,
      measure: (timeline) => answeredBy(timeline, target, { from: timeline.faulted + onItsWay, to: timeline.heal }),
    },
    {
      kind: "count",
      name: "broken connections",
      what: "open connections that broke",
      theory: "weight 0 leaves open connections: 0",
      least: 0,
      most: 0,
      measure: (timeline) => broken(timeline, { from: 0, to: timeline.to }),
    },
    {
      kind: "count",
      name: "lost requests",
      what: "requests without an answer",
      theory: "the others take them: 0",
      least: 0,
      most: 0,
      measure: (timeline) => lost(timeline, { from: 0, to: timeline.to }),
    },
    {
      kind: "time",
      name: "back",
      what: `from the end of the drain until ${target} answers again`,
      theory: `its next turn among ${servingOf(service).length}: at once`,
      least: 0,
      most: 0.5,
      measure: (timeline) => firstAnswer(timeline, target, onceHealed(timeline)),
    },
  ],
  fault: ({ topology, target }) => weigh(topology, target, () => 0),
  undo: (place) => weigh(place.topology, place.target, (weight) => weight),
  // A web server waits some 20 s for the rest of a request (mod_reqtimeout): the open connections must be over by then.
  lasts: () => 6,
  settles: () => 2,
};
