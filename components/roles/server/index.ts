import type { ServerNode } from "../../../model/topology/topology";
import type { Role } from "../role";

/** A stand-in for a real server of any protocol. */
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
  software: () => [],
  steps: () => [],
  openings: () => [],
  listeners: () => [],
  units: () => ({}),
};
