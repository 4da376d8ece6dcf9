/** Checks of several networks: routes, routers, and machines behind them (document 004). */
import { balancersOf, directorsOf, vrrpVips, routersOf, vrrpInterface } from "../../../model/topology/queries";
import { isSite } from "../../../model/topology/own/config";
import { interfaceTowards, staticRoutes } from "../../../model/topology/packetPaths";
import type { Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { routedServer } from "../drills/routerStop";
import {
  allServed,
  type Check,
  describe,
  differs,
  each,
  holdersOf,
  list,
  serverOf,
  sysctls,
} from "../../../components/checks/check";

const routed = (topology: Topology): Node[] =>
  Object.values(topology.nodes).filter((node) => staticRoutes(node).length > 0);

/** Checks of labs with more than one network. */
export const NETWORKS: readonly Check[] = [
  {
    name: "routes",
    title: "every node has the topology's gateway and routes",
    needs: "nodes",
    applies: (topology) => routed(topology).length > 0,
    judge: (topology, seen) =>
      each(
        routed(topology),
        seen,
        (node, { routes }) =>
          staticRoutes(node).map(({ to, via }) => {
            const wanted = `${to === "0.0.0.0/0" ? "default" : to} via ${via} dev ${interfaceTowards(topology, node, via)}`;
            return (
              !routes.some((route) => route.startsWith(`${wanted} `) || route === wanted) && `has no route ${wanted}`
            );
          }),
        routed(topology)
          .map(
            (node) =>
              `${node.name} ${staticRoutes(node)
                .map(({ to, via }) => `${to} via ${via}`)
                .join(", ")}`,
          )
          .join("; "),
      ),
  },
  {
    name: "vip-label",
    title: "the VIP has its label on the director that holds it",
    needs: "nodes",
    applies: ({ vrrp }) => vrrp?.label === true,
    judge: (topology, seen) => {
      const cardOf = (name: string): string =>
        vrrpInterface(
          topology,
          balancersOf(topology).find((node) => node.name === name),
        ) ?? "";
      const labels = (topology.vrrp ? vrrpVips(topology.vrrp) : []).map((vip, index) => {
        const holders = holdersOf(topology, seen, vip);
        return { vip, holders, label: (name: string) => `${cardOf(name)}:${index}` };
      });
      return {
        problems: labels.flatMap(({ vip, label, holders }) => [
          ...(holders.length === 0 ? [`no director holds ${vip}`] : []),
          ...holders.flatMap((name) => {
            const got = seen.nodes[name]?.addresses.find(({ address }) => address === vip)?.label ?? "";
            const problem = differs(`the label of ${vip}`, got, label(name));
            return problem === false ? [] : [`${name}: ${problem}`];
          }),
        ]),
        seen: labels
          .map(({ vip, label, holders }) => `${list(holders)}: ${vip} is ${label(holders[0] ?? "")}`)
          .join("; "),
      };
    },
  },
  {
    name: "router",
    title: "routers forward, have an address in each of their segments, and filter as the topology says",
    needs: "nodes",
    applies: (topology) => routersOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        routersOf(topology),
        seen,
        ({ interfaces, rpFilter }, one) => [
          differs("net.ipv4.ip_forward", one.ipForward ?? "", "1"),
          ...sysctls(one, ["all", "default", ...Object.keys(interfaces)], { rp_filter: String(rpFilter) }),
          ...Object.entries(interfaces).map(([name, { segment, address }]) => {
            const connected = `${topology.segments[segment]?.cidr} dev ${name} `;
            return (
              !one.routes.some((route) => route.startsWith(connected) && route.includes(`src ${address}`)) &&
              `has no connected route ${connected.trim()}`
            );
          }),
        ],
        routersOf(topology)
          .map(({ name, rpFilter }) => `${name} ip_forward=1, rp_filter=${rpFilter}`)
          .join("; "),
      ),
  },
  {
    name: "backends",
    title: "every director gets every real server's page from it",
    needs: "inside",
    // A director that brings its own configuration may have real servers of any protocol: services-answer asks them.
    applies: (topology) => !isSite(topology) && directorsOf(topology).length > 0 && routersOf(topology).length > 0,
    judge: (topology, { inside }) => {
      const entries = Object.entries(inside?.backends ?? {});
      const wrong = entries.filter(([pair, response]) => serverOf(topology, response) !== pair.split(" > ")[1]);
      return {
        problems: [
          ...(entries.length === 0 ? ["no director was asked"] : []),
          ...wrong.map(([pair, response]) => `${pair}: got ${describe(response)}`),
        ],
        seen: entries.map(([pair, { body }]) => `${pair} "${body}"`).join(", "),
      };
    },
  },
  {
    name: "without-router",
    title:
      "while the router does not forward, IPVS counts requests but nobody answers; when it forwards, they are answered",
    needs: "routing",
    applies: (topology) => routedServer(topology) !== undefined,
    judge: (topology, { routing }) => {
      const behind = routedServer(topology)?.behind ?? [];
      if (routing === undefined) return { problems: ["the routers were not switched off"], seen: "" };
      const { counted, without, restored } = routing;
      const through = without
        .map((response) => serverOf(topology, response))
        .filter((name) => name !== undefined && behind.includes(name));
      return {
        problems: [
          ...(counted < without.length
            ? [`IPVS counted ${counted} of ${without.length} requests while the router forwarded nothing`]
            : []),
          ...(through.length > 0
            ? [`${list([...new Set(through)] as string[])}: answered although the router forwarded nothing`]
            : []),
          ...(without.some(({ status }) => status === 0)
            ? []
            : ["every request was answered although the router forwarded nothing"]),
          ...allServed(topology, restored, "with the router forwarding again"),
        ],
        seen: `without: ${counted} requests counted, ${without.filter(({ status }) => status === 0).length} of ${without.length} not answered; with: ${restored.length} of ${restored.length} answered`,
      };
    },
  },
  {
    name: "ping-out",
    title: "real servers behind the router reach a host outside",
    needs: "routing",
    applies: (topology) => routedServer(topology) !== undefined && (topology.client.routes ?? []).length > 0,
    judge: (topology, { routing }) => {
      const lost = (routedServer(topology)?.behind ?? []).filter((name) => routing?.pings[name] !== true);
      return {
        problems: lost.map((name) => `${name}: a ping to the client ${topology.client.addresses[0]} gets no answer`),
        seen: `${list(Object.keys(routing?.pings ?? {}))} reach ${topology.client.addresses[0]}`,
      };
    },
  },
];
