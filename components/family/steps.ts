import type { Guest } from "../../infra/model/guest";
import type { Node, Topology } from "../../infra/model/topology";
import type { Step } from "../remote/script";
import { routeSteps } from "../routes";
import { NAMES, type Package, type Software } from ".";
import { sourceText } from "./source";

/** What `verify` runs on every machine. */
const PROBES: readonly Software[] = ["curl", "tcpdump"];

/**
 * What every role begins with, in order: a way to its packages, the packages, and no firewall in the way of VRRP and the VIP
 * (document 000 stops it and SELinux by hand).
 */
export function guestSteps(topology: Topology, node: Node, guest: Guest, software: readonly Software[]): Step[] {
  const { packages, manager, firewall, selinux } = NAMES[guest.family];
  const needed = [...software, ...PROBES].map((one) => packages[one]);
  return [
    ...routeSteps(topology, node),
    {
      kind: "packages",
      manager,
      ...(guest.packages === undefined ? {} : { source: sourceText(guest.packages) }),
      packages: needed.filter(({ name }, index) => first(needed, name) === index),
    },
    ...(firewall === undefined ? [] : [{ kind: "unit", name: firewall, enabled: false, active: false } as const]),
    ...(selinux ? [{ kind: "permissive" } as const] : []),
  ];
}

const first = (packages: readonly Package[], name: string): number => packages.findIndex((one) => one.name === name);
