/** Compares what daemons and kernels run with a node's configuration, by the looks of verify. */
import { ROLES, roleOf } from "../../components/roles";
import { allVips, routersOf } from "../../components/checks/masters";
import { isSite } from "../../model/topology/own/config";
import { addressesOn, guestsOf } from "../../model/topology/guests";
import { balancersOf, vipsOf } from "../../model/topology/queries";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import { expectedMaster, holdersOf, list } from "../../components/checks/check";
import type { LabSeen } from "../../components/looks/lab";
import type { NodeSeen } from "../../components/looks/machine";
import { type Difference, NOTHING, onNode } from "./difference";

/** All running things that differ from the topology. Nodes that were not looked at are left out. */
export function runningDifferences(topology: Topology, nodes: Readonly<Record<string, NodeSeen>>): Difference[] {
  const guests = Object.values(guestsOf(topology));
  const each = <N extends Node>(those: readonly N[], differences: (node: N, seen: NodeSeen) => Difference[]) =>
    those.flatMap((node) => {
      const seen = nodes[node.name];
      return seen === undefined || !seen.reachable ? [] : differences(node, seen);
    });
  return [
    ...guests.flatMap(({ name }) => (nodes[name]?.reachable === false ? unreachable(name) : [])),
    ...each(guests, addressDifferences),
    ...vipDifferences(topology, nodes),
    ...each(byRole(guests), (node, seen) => {
      const differ = onNode(node.name, "running");
      const running = roleOf(node).running?.(topology, node, seen) ?? [];
      return running.flatMap(([what, expected = NOTHING, found]) => differ(what, expected, found));
    }),
  ];
}

/** In the order of the registry, so that what is alike stands together. */
function byRole(guests: readonly Node[]): Node[] {
  const names = Object.keys(ROLES);
  return [...guests].sort((a, b) => names.indexOf(a.role) - names.indexOf(b.role));
}

const unreachable = (name: string): Difference[] => onNode(name, "guest")("", "answers SSH", "no answer");

function addressDifferences(node: Node, { addresses }: NodeSeen): Difference[] {
  return Object.keys(node.interfaces).flatMap((card) => {
    const held = addresses.filter((at) => at.interface === card).map((at) => at.address);
    return addressesOn(node, card).flatMap((address) =>
      held.includes(address) ? [] : onNode(node.name, "running")(card, address, held.join(", ")),
    );
  });
}

/** Compares who holds each VIP with who must: the MASTER, or without preemption any one director. */
function vipDifferences(topology: Topology, nodes: LabSeen["nodes"]): Difference[] {
  const balancers = balancersOf(topology).map(({ name }) => name);
  const master = expectedMaster(topology);
  if (balancers.some((name) => nodes[name]?.reachable !== true)) return []; // an unreachable node may hold it
  if (isSite(topology)) return siteVipDifferences(topology, nodes);
  return vipsOf(topology).flatMap((vip): Difference[] => {
    const holders = holdersOf(topology, { nodes }, vip);
    const right = holders.length === 1 && (master === undefined || holders[0] === master);
    const expected = master === undefined ? `on one of ${list(balancers)}` : `on ${master}`;
    return right
      ? []
      : [{ path: `VIP ${vip}`, expected, found: `on ${list(holders)}`, nodes: balancers, kind: "running" }];
  });
}

/** The same for VIPs of directors' own configurations, of either family: predict says who must hold each. */
function siteVipDifferences(topology: Topology, nodes: LabSeen["nodes"]): Difference[] {
  return routersOf(topology, nodes).flatMap((router) =>
    [...new Set(router.members.flatMap(allVips))].flatMap((vip): Difference[] => {
      const having = router.members.filter((member) => allVips(member).includes(vip)).map(({ node }) => node.name);
      const must = having.filter((name) => router.masters.includes(name));
      const holders = having.filter((name) =>
        (nodes[name]?.addresses ?? []).some((one) => one.address === vip && one.interface !== "lo"),
      );
      const expected = router.isFixed ? `on ${list(must)}` : `on one of ${list(having)}`;
      return holders.join() === must.join()
        ? []
        : [{ path: `VIP ${vip}`, expected, found: `on ${list(holders)}`, nodes: having, kind: "running" }];
    }),
  );
}
