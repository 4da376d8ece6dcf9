import type { ClientNode } from "../../../model/topology/node";
import { TOOLS } from "../../machine/family";
import type { Role } from "../role";

/** The client as a guest. Needed if the hypervisor is another machine, because a namespace of this machine cannot use its bridges. */
export const client: Role<ClientNode> = {
  component: "ClientGuest",
  after: [],
  secret: false,
  group: "clients",
  drawn: { label: "client (CIP)", pill: "CIP", short: "client (CIP)", colour: "client" },
  software: () => [TOOLS.arping],
  steps: () => [],
  openings: () => [],
  listeners: () => [],
  units: () => ({}),
};
