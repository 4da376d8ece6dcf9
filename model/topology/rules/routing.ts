/** Rules about packet paths between segments: gateways, routes, and the way back that each forwarding method needs. */
import { contains, isHost, parseAddress, parsePrefix } from "../addresses";
import {
  balancersOf,
  directorsOf,
  neighbourAddress,
  proxiesOf,
  realServerAddress,
  routersOf,
  servicesOf,
  vipsOf,
} from "../members";
import { CLIENT, type Hop, movedAddresses, nextHop, ownersOf, wayTo } from "../routing";
import type { Node, Topology, VirtualServer } from "../topology";
import type { Problem } from "../error";
import { toldName } from "../told";
import { isAddressed } from "./addresses";

/** A next hop with its path in the file. */
const nextHops = (topology: Topology) => [
  ...Object.values(topology.nodes).flatMap((node) => {
    const routes = (node.routes ?? []).map(({ via }, index) => ({
      path: `nodes.${node.name}.routes[${index}].via`,
      via,
    }));
    const gateway = node.gateway === undefined ? [] : [{ path: `nodes.${node.name}.gateway`, via: node.gateway }];
    const segments = Object.values(node.interfaces).map(({ segment }) => segment);
    return [...gateway, ...routes].map((one) => ({ ...one, name: node.name, segments }));
  }),
  ...(topology.client.routes ?? []).map(({ via }, index) => ({
    path: `client.routes[${index}].via`,
    via,
    name: CLIENT,
    segments: [topology.client.segment],
  })),
];

const segmentOf = ({ segments }: Topology, names: readonly string[], address: string): string | undefined =>
  names.find((name) => {
    const [prefix, number] = [parsePrefix(segments[name]?.cidr ?? ""), parseAddress(address)];
    return prefix !== undefined && number !== undefined && isHost(prefix, number);
  });

/** A next hop is an address of a neighbour. On an existing bridge of the host it may be a machine outside the lab. */
export function nextHopMissing(topology: Topology): Problem[] {
  const { segments } = topology;
  return nextHops(topology).flatMap(({ path, via, name, segments: own }): Problem[] => {
    if (parseAddress(via) === undefined || !own.every((one) => Object.hasOwn(segments, one))) return [];
    const at = segmentOf(topology, own, via);
    const list = own.map((one) => `${one}, ${segments[one]?.cidr}`).join("; ");
    if (at === undefined) {
      return [
        { path, got: via, need: `an address in a segment of ${name}: ${list}`, fix: "a next hop must be a neighbour" },
      ];
    }
    const owners = ownersOf(topology, via);
    const fix = owners[0] === name && owners.length === 1 ? `it is ${name}'s own address` : "no machine has it";
    const known = owners.length > 0 || segments[at]?.mode === "bridge" || segments[at]?.hostAddress === via;
    return known && fix === "no machine has it"
      ? []
      : [{ path, got: via, need: `a neighbour's address in segment ${at}`, fix }];
  });
}

/** A node has one default gateway; a segment with mode nat already brings one. */
export function gatewayTwice({ nodes, segments }: Topology): Problem[] {
  return Object.values(nodes).flatMap(({ name, gateway, interfaces }): Problem[] => {
    const out = Object.values(interfaces).find(({ segment }) => segments[segment]?.mode === "nat")?.segment;
    if (gateway === undefined || out === undefined) return [];
    const fix = `segment ${out} with mode nat already has one: remove this, or write routes`;
    return [{ path: `nodes.${name}.gateway`, got: gateway, need: "one default gateway", fix }];
  });
}

/** The gateway that moves with the VIPs is on another interface that every director has, in one segment. */
export function vrrpGatewayMisplaced(topology: Topology): Problem[] {
  const { vrrp, segments } = topology;
  const gateway = vrrp?.gateway;
  if (gateway === undefined || vrrp === undefined) return [];
  const path = "vrrp.gateway";
  if (gateway.interface === vrrp.interface) {
    const fix = "an address on vrrp.interface is a VIP: write it in vrrp.virtualAddresses";
    return [{ path: `${path}.interface`, got: gateway.interface, need: "an interface other than vrrp.interface", fix }];
  }
  const directors = balancersOf(topology);
  const without = directors.find(({ interfaces }) => !Object.hasOwn(interfaces, gateway.interface));
  if (without !== undefined) {
    const need = `an interface that every director has; ${without.name} has ${Object.keys(without.interfaces).join(", ")}`;
    const got = toldName(
      gateway.interface,
      directors.flatMap(({ interfaces }) => Object.keys(interfaces)),
    );
    return [{ path: `${path}.interface`, got, need }];
  }
  // Another rule reports a segment that does not exist.
  const all = directors.flatMap(({ interfaces }) => interfaces[gateway.interface]?.segment ?? []);
  const at = [...new Set(all)].filter((one) => Object.hasOwn(segments, one));
  if (at.length !== 1) {
    if (at.length < 2) return [];
    return [
      {
        path: `${path}.interface`,
        got: `${gateway.interface} in ${at.join(", ")}`,
        need: "one segment for all directors",
      },
    ];
  }
  if (parseAddress(gateway.address) === undefined || segmentOf(topology, at, gateway.address) !== undefined) return [];
  const need = `an address in segment ${at[0]}, ${segments[at[0] ?? ""]?.cidr}`;
  return [{ path: `${path}.address`, got: gateway.address, need, fix: "real servers find it by ARP" }];
}

type Pair = { readonly path: string; readonly server: VirtualServer; readonly node: Node };

/** Every real server of every virtual server with one of these methods. */
function pairs(topology: Topology, methods: readonly VirtualServer["forwarding"][]): Pair[] {
  return topology.virtualServers.flatMap((server, index) =>
    !methods.includes(server.forwarding)
      ? []
      : Object.keys(server.realServers).flatMap((name): Pair[] => {
          const node = Object.hasOwn(topology.nodes, name) ? topology.nodes[name] : undefined;
          return node?.role !== "web" ? [] : [{ path: `virtualServers[${index}].realServers.${name}`, server, node }];
        }),
  );
}

/** The path of a node's next hop in the file: its route, or the gateway. */
function written(
  { nodes }: Topology,
  name: string,
  hop: Hop | undefined,
  address: string,
): { path: string; got: string } {
  const node = nodes[name];
  const number = parseAddress(address);
  const index = (node?.routes ?? []).findIndex(({ to, via }) => {
    const prefix = parsePrefix(to);
    return via === hop?.address && prefix !== undefined && number !== undefined && contains(prefix, number);
  });
  if (hop === undefined || index < 0 || hop.address === node?.gateway)
    return { path: `nodes.${name}.gateway`, got: node?.gateway ?? "nothing" };
  return { path: `nodes.${name}.routes[${index}].via`, got: hop.address };
}

/** The address of a neighbouring router that knows a way, or advice to add one. */
function routerTowards(topology: Topology, name: string, address: string): string {
  const node = topology.nodes[name];
  const [near] = routersOf(topology).flatMap((router) =>
    node === undefined || router.name === name || wayTo(topology, router.name, address).end === "lost"
      ? []
      : (neighbourAddress(node, router) ?? []),
  );
  return near ?? "add a router between them, and write its address here";
}

/** With TUN and NAT a director has a route to each real server. With every method its health checks get an answer. */
export function realServerUnreachable(topology: Topology): Problem[] {
  if (!isAddressed(topology)) return [];
  const checked = topology.vrrp !== undefined;
  return pairs(topology, ["DR", "TUN", "NAT"]).flatMap(({ path, server, node }): Problem[] => {
    const [problem] = directorsOf(topology).flatMap((director): Problem[] => {
      // Another rule reports DR to another segment.
      if (server.forwarding === "DR" && neighbourAddress(director, node) === undefined) return [];
      const address = realServerAddress(director, node);
      const there = wayTo(topology, director.name, address);
      if (there.end === "lost") {
        const need = `a route from ${there.at} to ${address}`;
        const fix = `write nodes.${there.at}.routes`;
        return [{ path, got: `${node.name}, which ${director.name} does not reach`, need, fix }];
      }
      const source = director.interfaces[(there.hops[0] ?? there.last)?.interface ?? ""]?.address;
      const back = checked && source !== undefined ? wayTo(topology, node.name, source) : undefined;
      if (back?.end !== "lost") return [];
      const need = `a route from ${back.at} to ${director.name}'s ${source}`;
      const fix = `answers to health checks need it: write nodes.${back.at}.routes`;
      return [{ path, got: `${node.name}, which does not reach ${director.name}`, need, fix }];
    });
    return problem === undefined ? [] : [problem];
  });
}

/** No route covers the hypervisor's own address in a segment: SSH would get no answer. */
export function hostRoutedAway(topology: Topology): Problem[] {
  const { nodes, segments } = topology;
  if (!isAddressed(topology)) return [];
  return Object.values(nodes).flatMap((node): Problem[] => {
    const host = segments[Object.values(node.interfaces)[0]?.segment ?? ""]?.hostAddress ?? "";
    const hop = nextHop(topology, node.name, host);
    const [taker = ""] = ownersOf(topology, hop?.address ?? "");
    if (hop === undefined || hop.address === host || topology.nodes[taker]?.role === "router") return [];
    const need = `routes that do not cover the hypervisor's address ${host}`;
    const fix = "SSH comes from there, and its answers would take the wrong way: write longer prefixes";
    return [{ ...written(topology, node.name, hop, host), need, fix }];
  });
}

/** With NAT the answer comes back through the director, which puts the VIP into it. */
export function answerBesideNat(topology: Topology): Problem[] {
  const { client, vrrp } = topology;
  const directors = directorsOf(topology);
  if (!isAddressed(topology) || directors.length === 0) return [];
  const nat = pairs(topology, ["NAT"]);
  const moved = movedAddresses(topology);
  const near = (node: Node) => moved.filter((address) => segmentOf(topology, segmentsOf(node), address) !== undefined);
  // Several directors need an address that moves: each director's own address stays with it.
  const alone = directors.length === 1 || vrrp === undefined;
  const beside = nat.flatMap(({ node }) =>
    client.addresses
      .map((address) => ({ node, address, ...wayTo(topology, node.name, address) }))
      .filter(
        ({ hops, end }) =>
          end !== "unknown" &&
          !hops.some((hop) => (alone ? directors.some(({ name }) => name === hop.taker) : moved.includes(hop.address))),
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
    return { ...written(topology, node.name, hops[0] ?? last, address), need, fix };
  });
}

const segmentsOf = ({ interfaces }: Node): string[] => Object.values(interfaces).map(({ segment }) => segment);

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

/**
 * An answer has a way to the client and does not cross a machine that can hold the VIP: a machine drops packets with its own address as
 * source.
 */
export function answerLost(topology: Topology): Problem[] {
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
        return [{ ...written(topology, at, last, client), need, fix }];
      });
      return lost === undefined ? [] : [lost];
    })
    .filter((one, index, all) => all.findIndex(({ path }) => path === one.path) === index);
}

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

/**
 * No source filter on the way drops the answers. Their source is the VIP: a strict filter does not expect it from that side, and a
 * loose filter needs a route to it.
 */
export function routerStrict(topology: Topology): Problem[] {
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
}

/** The client reaches every VIP: in its own segment, or by a route. */
export function clientFar(topology: Topology): Problem[] {
  const { client, segments, vrrp } = topology;
  const directors = balancersOf(topology);
  if (!isAddressed(topology) || directors.length === 0) return [];
  // Other rules report a VIP in no segment of the directors, or one that VRRP does not know.
  const asked = [...new Set(servicesOf(topology).map(({ vip }) => vip))].filter(
    (vip) =>
      segmentOf(topology, directors.flatMap(segmentsOf), vip) !== undefined &&
      (vrrp?.virtualAddresses.includes(vip) ?? true),
  );
  const [far] = asked.map((vip) => ({ vip, ...wayTo(topology, CLIENT, vip) })).filter(({ end }) => end === "lost");
  if (far === undefined) return [];
  const { vip, at, last } = far;
  const fix = "the client could not reach it";
  if (at !== CLIENT) {
    const need = `a way from ${at} to the VIP ${vip}: ${routerTowards(topology, at, vip)}`;
    return [{ ...written(topology, at, last, vip), need, fix }];
  }
  const need = `segment ${segmentOf(topology, Object.keys(segments), vip)}, where the VIP ${vip} is, or a way to it in client.routes`;
  return [{ path: "client.segment", got: client.segment, need, fix }];
}
