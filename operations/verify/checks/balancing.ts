/** Checks of the balancing itself: the kernel's tables, who answers, and who answers ARP for the VIP. */
import {
  type Check,
  describe,
  each,
  type Finding,
  holdersOf,
  list,
  merge,
  ownerOf,
  plainRoundRobin,
  serverOf,
} from "../../../components/checks/check";
import { expectedTable, tableProblems } from "../../../components/checks/ipvsTable";
import type { Response } from "../../../components/looks/page";
import { isSite } from "../../../model/topology/own/config";
import { balancersOf, directorsOf, type Service, servicesOf, vipsOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";

// Directors that bring their own configurations have checks of their own.
const hasDirectors = (topology: Topology): boolean => directorsOf(topology).length > 0 && !isSite(topology);
const hasBalancers = (topology: Topology): boolean => balancersOf(topology).length > 0 && !isSite(topology);

/** Judges round robin with equal weights: every real server answers in turn, the same number of times. */
function roundRobin(topology: Topology, server: Service, responses: readonly Response[]): Finding {
  const names = Object.keys(server.realServers);
  const at = `${server.vip}:${server.port}`;
  const from = responses.map((response) => serverOf(topology, response));
  const strange = responses.find((_, index) => !names.includes(from[index] ?? ""));
  const counts = names.map((name) => from.filter((one) => one === name).length);
  const said = names.map((name, index) => `${name} ${counts[index]}`).join(", ");
  const repeats = from.filter((name, index) => index >= names.length && name !== from[index - names.length]).length;
  const problems = [
    ...(responses.length === 0 ? [`${at}: was not asked`] : []),
    ...(strange === undefined
      ? []
      : [`${at}: got ${describe(strange)}, which is not a page of ${list(names)} (${said} of ${responses.length})`]),
    ...names
      .filter((_, index) => counts[index] !== responses.length / names.length)
      .map(
        (name) =>
          `${name}: gave ${from.filter((one) => one === name).length} of ${responses.length} answers through ${at}, must be ${responses.length / names.length}`,
      ),
    ...(strange === undefined && repeats > 0 ? [`${at}: real servers do not take turns: ${from.join(" ")}`] : []),
  ];
  return { problems, seen: `${responses.length} requests to ${at}: ${said}, in turn` };
}

export const BALANCING: readonly Check[] = [
  {
    name: "tables",
    title: "every director lists every real server",
    needs: "nodes",
    applies: hasDirectors,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (node, one) => tableProblems(topology, node, one),
        directorsOf(topology)
          .map((node) => `${node.name}: ${expectedTable(topology, node).length} rows`)
          .join(", "),
      ),
  },
  {
    name: "round-robin",
    title: "the client gets every real server's page in turn through the VIP, with exact counts",
    needs: "client",
    applies: (topology) => servicesOf(topology).some(plainRoundRobin),
    judge: (topology, seen) =>
      merge(
        servicesOf(topology)
          .filter(plainRoundRobin)
          .map((server) => roundRobin(topology, server, seen.client.throughVip[`${server.vip}:${server.port}`] ?? [])),
      ),
  },
  {
    name: "arp",
    title: "exactly one MAC answers ARP for the VIP, and it is the MASTER's",
    needs: "client",
    applies: hasBalancers,
    judge: (topology, seen) => {
      const findings = vipsOf(topology).map((vip): Finding => {
        const macs = seen.client.arp[vip] ?? [];
        const masters = holdersOf(topology, seen, vip);
        const owners = macs.map((mac) => ownerOf(topology, mac));
        if (macs.length === 0) return { problems: [`nobody answers ARP for ${vip}`], seen: "" };
        const wrong = owners.filter((name) => !masters.includes(name));
        return {
          problems: [
            ...wrong.map((name) => `${name}: answers ARP for ${vip}, which ${list(masters)} holds`),
            ...(owners.length > 1 && wrong.length === 0 ? [`${list(owners)}: all answer ARP for ${vip}`] : []),
          ],
          seen: `${vip} is at ${macs.join(", ")}, ${owners.join(", ")}`,
        };
      });
      return merge(findings);
    },
  },
];
