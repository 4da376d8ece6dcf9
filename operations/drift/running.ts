/** Compares what daemons and kernels run with a node's configuration, by the looks of verify. */
import { renderExports } from "../../components/roles/nfs/exports";
import { DOCUMENT_ROOT, renderFstabLine } from "../../components/roles/nfs/mount";
import { addressesOn, guestsOf } from "../../model/topology/guests";
import {
  balancersOf,
  directorsOf,
  heldVips,
  nfsServersOf,
  tunnelledVips,
  vipsOf,
  webServersOf,
} from "../../model/topology/members";
import type { Node, Topology } from "../../model/topology/topology";
import { expectedMaster, holdersOf, list } from "../../components/checks/check";
import { expectedTable, seenTable } from "../../components/checks/ipvsTable";
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
    ...each(directorsOf(topology), (node, seen) => {
      const [want, got] = [expectedTable(topology, node), seenTable(seen)];
      const differ = onNode(node.name, "running");
      return [
        ...want.filter((row) => !got.includes(row)).flatMap((row) => differ("IPVS table", row, undefined)),
        ...got.filter((row) => !want.includes(row)).flatMap((row) => differ("IPVS table", NOTHING, row)),
      ];
    }),
    ...each(webServersOf(topology), (node, { addresses, mount }) => {
      const differ = onNode(node.name, "running");
      const tunnelled = tunnelledVips(topology, node.name);
      const line = renderFstabLine(topology, node);
      return [
        ...heldVips(topology, node.name).flatMap((vip) => {
          const card = tunnelled.includes(vip) ? "tunl0" : "lo";
          const held = addresses.filter(({ address }) => address === vip);
          return differ(
            vip,
            `${vip}/32 on ${card}`,
            held.map((at) => `${vip}/${at.prefixLength} on ${at.interface}`).join(", "),
          );
        }),
        ...(line === undefined ? [] : differ(DOCUMENT_ROOT, `${line.split(" ")[0]} nfs4`, mount?.mounted)),
      ];
    }),
    ...each(nfsServersOf(topology), (node, { share }) => {
      // exports(5) has folder and hosts with their options; showmount shows no options.
      const hosts = [...renderExports(topology, node).matchAll(/ (\S+)\(/g)].map(([, host = ""]) => host);
      const shown = (share?.shown ?? []).map((one) => one.replace(/\s+/, " "));
      return onNode(node.name, "running")("exports", `${node.share} ${hosts.join(",")}`, shown.join("; "));
    }),
  ];
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
  return vipsOf(topology).flatMap((vip): Difference[] => {
    const holders = holdersOf(topology, { nodes }, vip);
    const right = holders.length === 1 && (master === undefined || holders[0] === master);
    const expected = master === undefined ? `on one of ${list(balancers)}` : `on ${master}`;
    return right
      ? []
      : [{ path: `VIP ${vip}`, expected, found: `on ${list(holders)}`, nodes: balancers, kind: "running" }];
  });
}
