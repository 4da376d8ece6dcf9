import type { ServerNode } from "../../../model/topology/node";
import type { Role } from "../role";
import { SERVERS } from "./checks";
import { holdsKernel, holdsOpenings, holdsRunning, holdsSteps, holdsUnits } from "./holds";
import { answers, servingListeners, servingOpenings, servingSoftware, servingSteps, servingUnits } from "./serving";

/** A stand-in for a real server of any protocol: it says its own name, and may hold VIPs for direct routing and tunnels. */
export const server: Role<ServerNode> = {
  component: "Server",
  after: [],
  secret: false,
  group: "servers",
  drawn: {
    label: "server (RS)",
    pill: "RS",
    short: "server",
    colour: "web",
    notes: ({ serves = [] }) => serves.map(({ protocol, port }) => `${protocol} ${port}`),
  },
  kernel: (_, node) => holdsKernel(node),
  software: (_, node) => servingSoftware(node),
  steps: (topology, node) => [...holdsSteps(topology, node), ...servingSteps(topology, node)],
  openings: (topology, node) => [...holdsOpenings(topology, node), ...servingOpenings(node)],
  listeners: (_, node) => servingListeners(node),
  units: (node) => ({ ...holdsUnits(node), ...servingUnits(node) }),
  asks: answers,
  checks: SERVERS,
  running: (_, node, seen) => holdsRunning(node, seen),
};
