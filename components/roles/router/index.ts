import type { RouterNode } from "../../../model/topology/node";
import { oneOf } from "../../machine/firewall/ruleset";
import type { Role } from "../role";
import { renderRouterSysctl } from "./sysctl";

/** A router between segments. Real servers without an address in the client's segment send their answers through it. */
export const router: Role<RouterNode> = {
  component: "Router",
  after: [],
  secret: false,
  group: "routers",
  drawn: { label: "router", pill: "router", short: "router", colour: "router" },
  kernel: (_, node) => [{ kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRouterSysctl(node) }],
  software: () => [],
  steps: () => [],
  openings: () => [],
  listeners: () => [],
  forward: (_, { interfaces }) => {
    const cards = oneOf(
      Object.keys(interfaces)
        .sort()
        .map((card) => `"${card}"`),
    );
    return [`iifname ${cards} oifname ${cards} accept comment "between its networks"`];
  },
  units: () => ({}),
};
