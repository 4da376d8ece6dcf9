/** The registry of roles, and what iterates it for a machine's configuration. */
import { DEBIAN, type Family, type Guest } from "../../model/topology/guest";
import type { Role as RoleName, Node, Topology } from "../../model/topology/topology";
import type { Looked } from "../looks/look";
import { guestSteps } from "../machine/family/steps";
import { type Opening, SSH } from "../machine/firewall/opening";
import { renderRules } from "../machine/firewall/ruleset";
import type { Step } from "../machine/remote/script";
import { client } from "./client";
import { director } from "./director";
import { dns } from "./dns";
import { mail } from "./mail";
import { nfs } from "./nfs";
import { proxy } from "./proxy";
import type { Role } from "./role";
import { router } from "./router";
import { server } from "./server";
import { web } from "./web";

/** Every role by its name in a topology. A new one is a folder here, and a line. */
export const ROLES: { readonly [N in Node as N["role"]]: Role<N> } = {
  director,
  proxy,
  web,
  nfs,
  router,
  dns,
  mail,
  server,
  client,
};

/** The role of a node. */
export const roleOf = ({ role }: Pick<Node, "role">): Role => ROLES[role];

/** A machine's whole configuration, the same that its component runs. */
export function roleSteps(topology: Topology, node: Node, authPass?: string, guest: Guest = DEBIAN): Step[] {
  const role = roleOf(node);
  return [
    ...(role.kernel?.(topology, node) ?? []),
    ...guestSteps(topology, node, guest, {
      software: role.software(topology, node),
      rules: rulesOf(topology, node),
    }),
    ...role.steps(topology, node, { family: guest.family, authPass }),
  ];
}

/** A machine to be looked at, with what its role has to show. */
export function lookedAt(topology: Topology, node: Node, family: Family): Looked {
  const role = roleOf(node);
  return {
    topology,
    node,
    family,
    units: role.units(node, family),
    looks: role.looks ?? [],
    exposes: role.exposes ?? [],
  };
}

/** Everything that a machine answers. */
export const openingsOf = (topology: Topology, node: Node): Opening[] => [
  SSH,
  ...roleOf(node).openings(topology, node),
];

/** The rules of a machine's firewall. */
export const rulesOf = (topology: Topology, node: Node): string =>
  renderRules(openingsOf(topology, node), roleOf(node).forward?.(topology, node));

/** The listening sockets of a machine, as "tcp 80", TCP first, ascending by port: exactly those of its role. */
export function listenersOf(topology: Topology, node: Node): string[] {
  const sockets = [SSH.what, ...roleOf(node).listeners(topology, node)];
  return (["tcp", "udp"] as const).flatMap((transport) => {
    const ports = sockets.filter((one) => one.transport === transport).flatMap((one) => one.ports);
    return [...new Set(ports)].sort((a, b) => a - b).map((port) => `${transport} ${port}`);
  });
}

/** How many rounds of configuration come before a role's: those that it waits for. */
export const roundOf = (name: RoleName): number => Math.max(0, ...ROLES[name].after.map((one) => roundOf(one) + 1));
