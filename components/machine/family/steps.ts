import type { Guest } from "../../../model/topology/guest";
import type { Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { TABLE } from "../firewall/ruleset";
import type { Step } from "../remote/script";
import { routeSteps } from "../routes";
import { NAMES, type Package, type Software, TOOLS } from ".";
import { sourceText } from "./packageSource";

/** What a role asks of the machine that it is on. */
export type Demands = {
  readonly software: readonly Software[];
  /** Its firewall (`renderRules`). */
  readonly rules: string;
};

/**
 * The first steps of every role: the package source, the packages with those of every machine, and a firewall that allows what the role
 * answers, including VRRP of its peers. It replaces the family's own firewall (document 000 stops that and SELinux by hand).
 */
export function guestSteps(topology: Topology, node: Node, guest: Guest, { software, rules }: Demands): Step[] {
  const { manager, firewall, nftables, selinux } = NAMES[guest.family];
  const needed = [...software, TOOLS.nftables, TOOLS.curl, TOOLS.tcpdump].map((one) => one[guest.family]);
  return [
    ...routeSteps(topology, node),
    {
      kind: "packages",
      manager,
      ...(guest.packages === undefined ? {} : { source: sourceText(guest.packages) }),
      packages: needed.filter(({ name }, index) => first(needed, name) === index),
    },
    ...(firewall === undefined ? [] : [{ kind: "unit", name: firewall, enabled: false, active: false } as const]),
    {
      kind: "ruleset",
      path: nftables.rules,
      table: TABLE,
      rules,
      target: nftables.wantedBy,
    },
    ...(selinux ? [{ kind: "permissive" } as const] : []),
  ];
}

const first = (packages: readonly Package[], name: string): number => packages.findIndex((one) => one.name === name);
