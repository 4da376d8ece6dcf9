/** Rules about the way of packets between segments: gateways, routes, and the way back that each forwarding method needs. */
import { isHost, parseAddress, parsePrefix } from "../../model/addresses";
import {
  balancersOf,
  directorsOf,
  neighbourAddress,
  realServerAddress,
  routersOf,
  servicesOf,
} from "../../model/members";
import { CLIENT, interfaceTowards, ownersOf, pathTo } from "../../model/routing";
import type { Node, Topology, VirtualServer } from "../../model/topology";
import type { Problem } from "../error";
import { isAddressed } from "./addresses";

/** A next hop and where it is written. */
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

/** A next hop is a neighbour that there is; on an existing bridge of the host there may be others. */
export function nextHopMissing(topology: Topology): Problem[] {
  const { segments } = topology;
  return nextHops(topology).flatMap(({ path, via, name, segments: own }): Problem[] => {
    if (parseAddress(via) === undefined || !own.every((one) => Object.hasOwn(segments, one))) return [];
    const at = segmentOf(topology, own, via);
    const list = own.map((one) => `${one}, ${segments[one]?.cidr}`).join("; ");
    if (at === undefined) {
      return [
        { path, got: via, need: `an address in a segment of ${name}: ${list}`, fix: "a next hop is a neighbour" },
      ];
    }
    const owners = ownersOf(topology, via);
    const fix = owners[0] === name && owners.length === 1 ? `it is ${name}'s own` : "nobody has it";
    const known = owners.length > 0 || segments[at]?.mode === "bridge" || segments[at]?.hostAddress === via;
    return known && fix === "nobody has it"
      ? []
      : [{ path, got: via, need: `a neighbour's address in segment ${at}`, fix }];
  });
}

/** A segment with mode nat brings a default gateway. */
export function gatewayTwice({ nodes, segments }: Topology): Problem[] {
  return Object.values(nodes).flatMap(({ name, gateway, interfaces }): Problem[] => {
    const out = Object.values(interfaces).find(({ segment }) => segments[segment]?.mode === "nat")?.segment;
    if (gateway === undefined || out === undefined) return [];
    const fix = `segment ${out} with mode nat brings one: remove this, or write routes`;
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
    const fix = "there it is a VIP: write it in vrrp.virtualAddresses";
    return [{ path: `${path}.interface`, got: gateway.interface, need: "another interface than vrrp.interface", fix }];
  }
  const directors = balancersOf(topology);
  const without = directors.find(({ interfaces }) => !Object.hasOwn(interfaces, gateway.interface));
  if (without !== undefined) {
    const need = `an interface that every director has; ${without.name} has ${Object.keys(without.interfaces).join(", ")}`;
    return [{ path: `${path}.interface`, got: gateway.interface, need }];
  }
  const at = [...new Set(directors.flatMap(({ interfaces }) => interfaces[gateway.interface]?.segment ?? []))];
  if (at.length !== 1 || !at.every((one) => Object.hasOwn(segments, one))) {
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

/** Only where all of the network is the lab's: behind an existing bridge of the host there may be routers that nobody wrote down. */
const isClosed = (topology: Topology): boolean =>
  isAddressed(topology) && Object.values(topology.segments).every(({ mode }) => mode !== "bridge");

/** TUN and NAT reach real servers in other segments, where a route leads there. */
export function realServerUnreachable(topology: Topology): Problem[] {
  if (!isClosed(topology)) return [];
  return pairs(topology, ["TUN", "NAT"]).flatMap(({ path, node }): Problem[] => {
    const lost = directorsOf(topology).find(
      (one) => pathTo(topology, one.name, realServerAddress(one, node)) === undefined,
    );
    if (lost === undefined) return [];
    const need = `a route from ${lost.name} to ${realServerAddress(lost, node)}`;
    return [
      { path, got: `${node.name}, which ${lost.name} does not reach`, need, fix: `write nodes.${lost.name}.routes` },
    ];
  });
}

/** NAT: the director must see the answer, to write the VIP into it. */
export function answerBesideNat(topology: Topology): Problem[] {
  const { client, vrrp } = topology;
  const directors = directorsOf(topology);
  if (!isClosed(topology) || directors.length === 0) return [];
  const nat = pairs(topology, ["NAT"]);
  if (nat.length > 0 && directors.length > 1 && vrrp !== undefined && vrrp.gateway === undefined) {
    const need = "an address on the real servers' side that moves with the VIPs";
    const fix = "with NAT it is the real servers' gateway, and one director's own would stay behind";
    return [{ path: "vrrp.gateway", got: "nothing", need, fix }];
  }
  return nat.flatMap(({ node }): Problem[] => {
    const wanted = vrrp?.gateway?.address ?? directors.flatMap((one) => neighbourAddress(node, one) ?? [])[0];
    const through = (address: string): boolean =>
      pathTo(topology, node.name, address)?.some((hop) =>
        vrrp?.gateway === undefined
          ? directors.some(({ name }) => name === hop.taker)
          : hop.address === vrrp.gateway.address,
      ) ?? false;
    if (client.addresses.every(through)) return [];
    const direct = segmentsOf(node).includes(client.segment);
    const fix = direct
      ? `${node.name} is in the client's segment ${client.segment} and answers past the director, with an address that the client did not ask`
      : "the director must see the answer, to write the VIP into it";
    const need = direct
      ? "a segment apart from the client's"
      : `a route to the client through the director: ${wanted ?? "its address"}`;
    return [
      {
        path: `nodes.${node.name}.${direct ? "interfaces" : "gateway"}`,
        got: direct ? client.segment : (node.gateway ?? "nothing"),
        need,
        fix,
      },
    ];
  });
}

const segmentsOf = ({ interfaces }: Node): string[] => Object.values(interfaces).map(({ segment }) => segment);

/** DR and TUN: the real server answers the client itself, so it needs a way there. */
export function answerLost(topology: Topology): Problem[] {
  if (!isClosed(topology)) return [];
  const { client } = topology;
  return pairs(topology, ["DR", "TUN"])
    .filter(
      ({ server, node }) =>
        server.forwarding === "TUN" || directorsOf(topology).every((one) => neighbourAddress(one, node) !== undefined),
    )
    .flatMap(({ server, node }): Problem[] => {
      const lost = client.addresses.find((address) => pathTo(topology, node.name, address) === undefined);
      if (lost === undefined) return [];
      const [router] = routersOf(topology).filter((one) =>
        segmentsOf(one).some((name) => segmentsOf(node).includes(name)),
      );
      const hint =
        router === undefined ? "a router between them, and its address here" : (neighbourAddress(node, router) ?? "");
      const need = `a way from ${node.name} to the client ${lost}: ${hint}`;
      const fix = `with ${server.forwarding} a real server answers the client itself`;
      return [{ path: `nodes.${node.name}.gateway`, got: node.gateway ?? "nothing", need, fix }];
    })
    .filter((one, index, all) => all.findIndex(({ path }) => path === one.path) === index);
}

/** Routers with a strict filter that drop a real server's answers: these come from another side than the VIP's. */
export const strictDrops = (topology: Topology) =>
  pairs(topology, ["DR", "TUN"]).flatMap(({ server, node }) =>
    topology.client.addresses.flatMap((address) => {
      const path = pathTo(topology, node.name, address) ?? [];
      return path.flatMap(({ taker, segment }) => {
        const router = topology.nodes[taker];
        if (router?.role !== "router" || router.rpFilter !== 1) return [];
        const back = interfaceTowards(topology, router, server.vip);
        const arrives = Object.entries(router.interfaces).find(([, card]) => card.segment === segment)?.[0];
        return back === arrives ? [] : [{ router: taker, server, node }];
      });
    }),
  );

/** With DR and TUN the answer carries the VIP: a strict filter takes it for forged where the VIP is not the side it comes from. */
export function routerStrict(topology: Topology): Problem[] {
  if (!isClosed(topology)) return [];
  const strict = strictDrops(topology);
  return strict
    .filter((one, index) => strict.findIndex(({ router }) => router === one.router) === index)
    .map(({ router, server, node }) => ({
      path: `nodes.${router}.rpFilter`,
      got: "1",
      need: "0 or 2",
      fix: `${node.name}'s answers carry the VIP ${server.vip}, which is on another side: a strict filter drops them`,
    }));
}

/** The client reaches every VIP: in its own segment, or by a route. */
export function clientFar(topology: Topology): Problem[] {
  const { client, segments, vrrp } = topology;
  const directors = balancersOf(topology);
  if (!isClosed(topology) || directors.length === 0) return [];
  // A VIP that is in no segment of the directors, or that VRRP does not know, is another problem.
  const asked = [...new Set(servicesOf(topology).map(({ vip }) => vip))].filter(
    (vip) =>
      segmentOf(topology, directors.flatMap(segmentsOf), vip) !== undefined &&
      (vrrp?.virtualAddresses.includes(vip) ?? true),
  );
  const far = asked.find((vip) => pathTo(topology, CLIENT, vip) === undefined);
  if (far === undefined) return [];
  const at = segmentOf(topology, Object.keys(segments), far);
  const need = `segment ${at}, where the VIP ${far} is, or client.routes that lead there`;
  return [{ path: "client.segment", got: client.segment, need, fix: "the client would not reach it" }];
}
