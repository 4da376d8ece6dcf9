import type { Guest } from "../../infra/model/guest";
import type { Node, Topology } from "../../infra/model/topology";
import { renderRules, TABLE } from "../firewall/ruleset";
import type { Step } from "../remote/script";
import { routeSteps } from "../routes";
import { NAMES, type Package, type Software } from ".";
import { sourceText } from "./source";

/** What every machine has: its firewall, and what `verify` runs. */
const EVERYWHERE: readonly Software[] = ["nftables", "curl", "tcpdump"];

/**
 * What every role begins with, in order: a way to its packages, the packages, and a firewall that lets in what the role answers, VRRP
 * of its peers among it, in place of the family's own (document 000 stops that and SELinux by hand).
 */
export function guestSteps(topology: Topology, node: Node, guest: Guest, software: readonly Software[]): Step[] {
  const { packages, manager, firewall, nftables, selinux } = NAMES[guest.family];
  const needed = [...software, ...EVERYWHERE].map((one) => packages[one]);
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
      rules: renderRules(topology, node),
      target: nftables.wantedBy,
    },
    ...(selinux ? [{ kind: "permissive" } as const] : []),
  ];
}

const first = (packages: readonly Package[], name: string): number => packages.findIndex((one) => one.name === name);
