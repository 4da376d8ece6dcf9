/** Rules about the way back of answers, which differs for each forwarding method. */
import type { Problem } from "../error";
import { directorsOf, neighbourAddress, proxiesOf, vipsOf } from "../queries";
import { CLIENT, movedAddresses, nextHop, ownersOf, wayTo } from "../packetPaths";
import type { Node } from "../node";
import type { Topology, VirtualServer } from "../topology";
import { isAddressed } from "./addresses";
import { segmentOf, pairs, placeOfHop, routerTowards, segmentsOf } from "./hops";
import { NETWORK, type Rule } from "./rule";

export const answerBesideNat: Rule = {
  name: "answerBesideNat",
  severity: "error",
  summary: "With NAT the answer comes back through the director, which puts the VIP into it.",
  reads: NETWORK,
  reason: "003: with NAT the answer goes back through the director, which is the real servers' gateway",
  find(topology) {
    const { client, vrrp } = topology;
    const directors = directorsOf(topology);
    if (!isAddressed(topology) || directors.length === 0) return [];
    const nat = pairs(topology, ["NAT"]);
    const moved = movedAddresses(topology);
    const near = (node: Node) =>
      moved.filter((address) => segmentOf(topology, segmentsOf(node), address) !== undefined);
    // Several directors need an address that moves: each director's own address stays with it.
    const alone = directors.length === 1 || vrrp === undefined;
    const beside = nat.flatMap(({ node }) =>
      client.addresses
        .map((address) => ({ node, address, ...wayTo(topology, node.name, address) }))
        .filter(
          ({ hops, end }) =>
            end !== "unknown" &&
            !hops.some((hop) =>
              alone ? directors.some(({ name }) => name === hop.taker) : moved.includes(hop.address),
            ),
        )
        .slice(0, 1),
    );
    if (!alone && vrrp.gateway === undefined && beside.some(({ node }) => near(node).length === 0)) {
      const need = "an address on the real servers' side that moves with the VIPs";
      const fix = "with NAT it is the real servers' gateway, and an address of one director does not move";
      return [{ path: "vrrp.gateway", got: "nothing", need, fix }];
    }
    return beside.map(({ node, address, hops, last }): Problem => {
      // Only a route with a longer prefix than the segment's leads elsewhere.
      if (hops[0]?.taker === CLIENT) {
        const need = "a segment other than the client's, or a route through the director to the client's addresses";
        const fix = `${node.name} is in the client's segment ${client.segment} and answers directly, from an address that the client did not ask`;
        return { path: `nodes.${node.name}.interfaces`, got: client.segment, need, fix };
      }
      const own = alone ? directors.flatMap((one) => neighbourAddress(node, one) ?? []) : near(node);
      const need = `a route to the client through the director: ${vrrp?.gateway?.address ?? own[0] ?? "its address"}`;
      const fix = "the director must see the answer to put the VIP into it";
      return { ...placeOfHop(topology, node.name, hops[0] ?? last, address), need, fix };
    });
  },
};

/** The machines that send answers from a VIP. */
type Answering = {
  readonly node: Node;
  readonly vip: string;
  /** The virtual server whose clients a real server answers directly. */
  readonly server?: VirtualServer;
  /** Why this node answers. */
  readonly why: string;
};

/** DR and TUN: the real servers. NAT and sorry pages: every director, because each may hold the VIP. Proxies: every proxy. */
function answering(topology: Topology): Answering[] {
  const { vrrp, virtualServers } = topology;
  const directors = directorsOf(topology);
  const own = (nodes: readonly Node[], vip: string | undefined, why: string): Answering[] =>
    vip === undefined ? [] : nodes.map((node) => ({ node, vip, why }));
  const nat = virtualServers.find(({ forwarding }) => forwarding === "NAT");
  const sorry = vrrp === undefined ? undefined : virtualServers.find(({ sorryPage }) => sorryPage !== undefined);
  return [
    ...pairs(topology, ["DR", "TUN"])
      // Another rule reports DR to another segment.
      .filter(
        ({ server, node }) =>
          server.forwarding === "TUN" || directors.every((one) => neighbourAddress(one, node) !== undefined),
      )
      .map(({ server, node }) => ({
        node,
        vip: server.vip,
        server,
        why: `with ${server.forwarding} a real server answers the client directly`,
      })),
    ...own(directors, nat?.vip, "with NAT the director sends the answer"),
    ...own(directors, nat === undefined ? sorry?.vip : undefined, "a director serves its own sorry page"),
    ...own(proxiesOf(topology), vipsOf(topology)[0], "a proxy answers the client directly"),
  ];
}

export const answerLost: Rule = {
  name: "answerLost",
  severity: "error",
  summary:
    "An answer has a way to the client and does not cross a machine that can hold the VIP: a machine drops packets with its own address as source.",
  reads: NETWORK,
  reason:
    "003: with DR and TUN the real server answers the client, with NAT the director passes the answer on; 004: without a way back a request is counted but not answered",
  find(topology) {
    if (!isAddressed(topology)) return [];
    return answering(topology)
      .flatMap(({ node, vip, why }): Problem[] => {
        const ways = topology.client.addresses.map((client) => ({ client, way: wayTo(topology, node.name, client) }));
        const holders = ownersOf(topology, vip);
        const [lost] = ways.flatMap(({ client, way }): Problem[] => {
          const over = way.hops.findIndex(({ taker }) => taker !== CLIENT && holders.includes(taker));
          if (over < 0 && way.end !== "lost") return [];
          const { at, last } = over < 0 ? way : { at: way.hops[over - 1]?.taker ?? node.name, last: way.hops[over] };
          const beside = over < 0 ? "" : ` beside ${way.hops[over]?.taker}`;
          const need = `a way from ${at} to the client ${client}${beside}: ${routerTowards(topology, at, client)}`;
          const fix =
            over < 0 ? why : `${why}, and a machine that can hold the VIP ${vip} drops packets with it as source`;
          return [{ ...placeOfHop(topology, at, last, client), need, fix }];
        });
        return lost === undefined ? [] : [lost];
      })
      .filter((one, index, all) => all.findIndex(({ path }) => path === one.path) === index);
  },
};

/** Routers whose filter drops answers from a VIP: a strict one if they come from another side, a loose one if there is no way back. */
export const strictDrops = (topology: Topology) =>
  answering(topology).flatMap(({ server, vip, node }) =>
    topology.client.addresses.flatMap((address) =>
      wayTo(topology, node.name, address).hops.flatMap(({ taker, segment }) => {
        const router = topology.nodes[taker];
        if (router?.role !== "router" || router.rpFilter === 0) return [];
        const back = nextHop(topology, taker, vip)?.interface;
        const arrives = Object.entries(router.interfaces).find(([, card]) => card.segment === segment)?.[0];
        const drops = back === undefined || (router.rpFilter === 1 && back !== arrives);
        return drops ? [{ router: taker, rpFilter: router.rpFilter, server, vip, node, back }] : [];
      }),
    ),
  );

export const routerStrict: Rule = {
  name: "routerStrict",
  severity: "error",
  summary:
    "No source filter on the way drops the answers. Their source is the VIP: a strict filter does not expect it from that side, and a loose filter needs a route to it.",
  reads: NETWORK,
  reason:
    "RFC 3704 2.2, 2.4: a strict filter drops a packet if the route back to its source uses another interface; a loose filter drops it if there is no such route",
  find(topology) {
    if (!isAddressed(topology)) return [];
    const dropping = strictDrops(topology);
    return dropping
      .filter((one, index) => dropping.findIndex(({ router }) => router === one.router) === index)
      .map(({ router, rpFilter, vip, node, back }) => {
        const [need, dropped] =
          back === undefined
            ? [
                `0, or a route from ${router} to ${vip}`,
                `but ${router} has no route to it, so even a loose filter drops them`,
              ]
            : ["0 or 2", "which is on another side, so a strict filter drops them"];
        const fix = `${node.name}'s answers come from the VIP ${vip}, ${dropped}`;
        return { path: `nodes.${router}.rpFilter`, got: String(rpFilter), need, fix };
      });
  },
};
