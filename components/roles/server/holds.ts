/** What a machine needs so that packets for VIPs of others reach it: direct routing and tunnels. A director may need it too. */
import { cidrOf, familyOf } from "../../../model/plan/addresses";
import { directorsOf } from "../../../model/topology/queries";
import type { DirectorNode, ServerNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import type { NodeSeen } from "../../looks/machine";
import type { Opening } from "../../machine/firewall/opening";
import type { Step } from "../../machine/remote/script";
import type { Running } from "../role";
import { renderHeldVips, renderRealServerSysctl } from "../web/realServer";
import { tunnelEnds } from "../web/tunnel";

/** A machine that can stand in for a real server. */
export type ServingNode = ServerNode | DirectorNode;

const MODULES = "/etc/modules-load.d/lvs-lab-holds.conf";
const SYSCTL = "/etc/sysctl.d/91-lvs-lab-holds.conf";
const UNIT = "lvs-lab-vip";

/**
 * Tunnels of each family: the kernel module, the device that it makes, out of which packets of no configured tunnel come, and the protocol number
 * (IANA) of what is in the tunnel.
 */
const TUNNELS = {
  inet: { module: "ipip", device: "tunl0", number: 4 },
  inet6: { module: "ip6_tunnel", device: "ip6tnl0", number: 41 },
} as const;

/** The VIPs, without prefix length, in the kernel's spelling. */
const heldVips = ({ holds = [] }: ServingNode): string[] => holds.map((vip) => cidrOf(vip)?.address ?? vip);

/** The tunnels of the VIPs' families; without VIPs, that of IPv4. */
function tunnelsOf(node: ServingNode): (typeof TUNNELS)[keyof typeof TUNNELS][] {
  if (node.tunnel !== true) return [];
  const families = heldVips(node).map(familyOf);
  return [
    ...(families.length === 0 || families.includes("inet") ? [TUNNELS.inet] : []),
    ...(families.includes("inet6") ? [TUNNELS.inet6] : []),
  ];
}

/** Whether packets reach it with the address of another machine. */
const isReached = (node: ServingNode): boolean => heldVips(node).length > 0 || node.tunnel === true;

/** Settings of its kernel: it must be silent about a VIP before it holds it. */
export function holdsKernel(node: ServingNode): Step[] {
  const modules = tunnelsOf(node).map(({ module }) => module);
  return [
    modules.length === 0
      ? { kind: "absent", path: MODULES }
      : { kind: "file", path: MODULES, content: modules.map((name) => `${name}\n`).join("") },
    // They make the devices, which have their own settings.
    ...modules.map((name): Step => ({ kind: "module", name })),
    isReached(node)
      ? {
          kind: "sysctl",
          path: SYSCTL,
          // Its VIPs are on lo, so that tunl0 has no address.
          content: renderRealServerSysctl(tunnelsOf(node).includes(TUNNELS.inet) ? { tunnelFilter: 0 } : {}),
        }
      : { kind: "absent", path: SYSCTL },
  ];
}

/** The unit that holds the VIPs on lo and keeps the tunnels' devices up. */
export function holdsSteps({ name: lab }: Pick<Topology, "name">, node: ServingNode): Step[] {
  const path = `/etc/systemd/system/${UNIT}.service`;
  if (!isReached(node))
    return [
      { kind: "unit", name: UNIT, enabled: false, active: false },
      { kind: "absent", path },
    ];
  const content = renderHeldVips({
    lab,
    vips: heldVips(node),
    tunnels: tunnelsOf(node).map(({ device }) => device),
    both: true,
    before: node.role === "director" ? "keepalived" : "lvs-lab-server",
  });
  return [
    { kind: "file", path, content, events: [`restart:${UNIT}`] },
    { kind: "unit", name: UNIT, enabled: true, active: true },
  ];
}

/** Units whose state is looked at. */
export const holdsUnits = (node: ServingNode): Readonly<Record<string, string>> =>
  isReached(node) ? { [UNIT]: UNIT } : {};

/** Tunnels start at the directors' addresses of the same family. */
export function holdsOpenings(topology: Topology, node: ServingNode): Opening[] {
  const ends = {
    inet: tunnelEnds(topology, node),
    inet6: directorsOf(topology).flatMap(({ interfaces }) =>
      Object.values(interfaces).flatMap(({ aliases = [] }) =>
        aliases.map((one) => cidrOf(one)?.address ?? one).filter((one) => familyOf(one) === "inet6"),
      ),
    ),
  };
  return (["inet", "inet6"] as const)
    .filter((family) => tunnelsOf(node).includes(TUNNELS[family]) && ends[family].length > 0)
    .map((family) => ({
      name: "tunnels of the directors",
      what: { number: TUNNELS[family].number },
      from: ends[family],
    }));
}

/** The VIPs that must be on lo, and those that are there. */
export const holdsRunning = (node: ServingNode, { addresses }: Pick<NodeSeen, "addresses">): Running[] =>
  heldVips(node).map((vip) => {
    const there = addresses.filter(({ address, interface: card }) => address === vip && card === "lo");
    const want = `${vip}/${familyOf(vip) === "inet" ? 32 : 128} on lo`;
    return [vip, want, there.map(({ prefixLength }) => `${vip}/${prefixLength} on lo`).join(", ") || undefined];
  });
