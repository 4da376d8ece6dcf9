import { ROLES, roleOf } from "../../components/roles";
import { bracketed } from "../../model/plan/addresses";
import { balancersOf, highestPriority, heldVips, vipsOf } from "../../model/topology/queries";
import { clientInterface } from "../../model/topology/names";
import { CLIENT, ownersOf, staticRoutes } from "../../model/topology/packetPaths";
import { isOwn, isSite, readingOfOwn } from "../../model/topology/own/config";
import { firstHolders } from "../../model/topology/own/holders";
import type { DirectorNode, Node, ServerNode } from "../../model/topology/node";
import type { RealServer, Topology } from "../../model/topology/topology";
import { type VirtualService, virtualServicesOf } from "../../model/topology/virtualServices";
import { crowded, grouped } from "./groups";
import { columnsOf } from "./layout";
import type { Machine, Picture, SegmentDrawn, Service } from "./picture";
import { ranged } from "./ranges";
import { vipDevice } from "./vips";
import { type Mode, type Walk } from "./walk";
import { walksOf } from "./walks";

/** So many columns keep a picture below 1600 pixels. */
const COLUMNS = 5;

/** What a drawing of a topology shows. */
export function pictureOf(topology: Topology): Picture {
  const segments = segmentOrder(topology).map((name): SegmentDrawn => {
    const { cidr = "", mode = "isolated", bridge } = topology.segments[name] ?? {};
    return {
      name,
      cidr,
      outside: { isolated: "", nat: "nat to the outside", bridge: `the host's bridge ${bridge}` }[mode],
    };
  });
  const all = [clientMachine(topology), ...Object.values(topology.nodes).map((node) => machine(topology, node))];
  const machines = grouped(all);
  const ways = isSite(topology) ? [] : walksOf(topology);
  const walks = oneEachMode(ways);
  const others = ways
    .filter((walk) => !walks.includes(walk))
    .flatMap(({ realServer, likewise }) => [realServer, ...likewise]);
  return {
    title: topology.name,
    description: topology.description,
    segments,
    machines: columnsOf({ segments, machines }) > COLUMNS ? crowded(all) : machines,
    services: servicesOf(topology),
    walks,
    others: ranged([...new Set(others)]),
  };
}

function oneEachMode(walks: readonly Walk[]): Walk[] {
  const best = new Map<Mode, Walk>();
  for (const walk of walks) {
    if (walk.legs.length > (best.get(walk.mode)?.legs.length ?? 0)) best.set(walk.mode, walk);
  }
  return [...best.values()];
}

function clientMachine(topology: Topology): Machine {
  const { client } = topology;
  const name = client.kind === "vm" ? clientInterface : "";
  const { segment, mac } = client;
  return {
    name: CLIENT,
    members: [CLIENT],
    kind: "client",
    standby: false,
    notes: [ROLES.client.drawn.label, ...(client.kind === "vm" ? ["a guest like the others"] : [])],
    routes: routeLines(topology, { routes: client.routes ?? [] }, [segment]),
    vips: [],
    cards: [{ name, segment, addresses: ranged(client.addresses), mac }],
  };
}

function machine(topology: Topology, node: Node): Machine {
  const cards = Object.entries(node.interfaces);
  const { drawn } = roleOf(node);
  return {
    name: node.name,
    members: [node.name],
    kind: node.role,
    standby: waits(topology, node),
    notes: [drawn.label, ...election(topology, node), ...(drawn.notes?.(node) ?? [])],
    routes: routeLines(
      topology,
      node,
      cards.map(([, { segment }]) => segment),
    ),
    vips: vipNotes(topology, node),
    cards: cards.map(([name, { segment, address, mac }]) => ({ name, segment, addresses: [address], mac })),
  };
}

/** Whether a node with a higher priority holds the VIP. With equal priorities nobody knows before they run. */
function waits(topology: Topology, node: Node): boolean {
  if (node.role !== "director" && node.role !== "proxy") return false;
  if (isOwn(node)) return vipsOf(topology).length > 0 && ownVips(topology, node).length === 0;
  return (node.vrrp?.priority ?? 0) < (highestPriority(topology)?.vrrp?.priority ?? 0);
}

/** The VIPs that a director of a site holds at first. */
const ownVips = (topology: Topology, { name }: Node): string[] =>
  [...firstHolders(topology)].flatMap(([vip, holder]) => (holder === name ? [vip] : []));

function election({ vrrp }: Topology, node: Node): string[] {
  if (isOwn(node))
    return readingOfOwn(node).config.instances.map(
      ({ virtualRouterId, state, priority, preempt }) =>
        `VRRP ${virtualRouterId?.value ?? "-"} ${state.value} ${priority.value}${preempt.value ? "" : ", nopreempt"}`,
    );
  if ((node.role !== "director" && node.role !== "proxy") || vrrp === undefined || node.vrrp === undefined) return [];
  const { state, priority, nopreempt } = node.vrrp;
  return [`VRRP ${vrrp.virtualRouterId} ${state} ${priority}`, ...(nopreempt ? ["nopreempt"] : [])];
}

/** Default gateway and routes, each with the owner of the next hop's address. */
function routeLines(topology: Topology, way: Pick<Node, "gateway" | "routes">, segments: readonly string[]): string[] {
  // A segment with mode nat brings its own gateway.
  const host = segments.map((name) => topology.segments[name]).find((segment) => segment?.mode === "nat")?.hostAddress;
  const gateway = way.gateway ?? host;
  const routes = staticRoutes({ ...way, ...(gateway === undefined ? {} : { gateway }) });
  return routes.map(
    ({ to, via }) => `${to === "0.0.0.0/0" ? "gateway" : `${to} via`} ${via} (${holderOf(topology, via)})`,
  );
}

/** The owner of an address while nothing has failed. */
function holderOf(topology: Topology, address: string): string {
  const owners = ownersOf(topology, address);
  const holder = highestPriority(topology)?.name ?? "";
  if (owners.length > 0) return owners.includes(holder) ? holder : (owners[0] ?? "");
  const isHost = Object.values(topology.segments).some(({ hostAddress }) => hostAddress === address);
  return isHost ? "the host" : "not in the lab";
}

function vipNotes(topology: Topology, node: Node): string[] {
  if (isOwn(node)) return [...ownVips(topology, node).map((vip) => `VIP ${vip}`), ...heldNotes(node)];
  if (node.role === "server") return heldNotes(node);
  if (highestPriority(topology)?.name === node.name) {
    const gateway = topology.vrrp?.gateway;
    return [
      ...vipsOf(topology).map((vip) => `VIP ${vip}`),
      ...(gateway === undefined ? [] : [`VIP ${gateway.address} (gateway)`]),
    ];
  }
  if (balancersOf(topology).some(({ name }) => name === node.name)) return [];
  return heldVips(topology, node.name).map((vip) => `VIP ${vip} on ${vipDevice(topology, node.name, vip)}`);
}

/** VIPs of others, for direct routing and tunnels. */
const heldNotes = ({ holds = [] }: ServerNode | DirectorNode): string[] =>
  holds.map((vip) => `VIP ${vip.split("/")[0]} on lo`);

/** "10.9.60.100:53 UDP", "[2001:db8::1]:80 TCP", "firewall mark 7". Port 0 is every port. */
const askedOf = ({ endpoints, fwmarks, protocol }: VirtualService): string =>
  [
    ...endpoints.map(
      ({ address, last = "", port }) =>
        `${bracketed(`${address}${last === "" || last.startsWith("/") ? last : `-${last}`}`)}${port === 0 ? "" : `:${port}`} ${protocol}`,
    ),
    ...fwmarks.map((mark) => `firewall mark ${mark}`),
  ].join(", ");

function servicesOf(topology: Topology): Service[] {
  const { virtualServers, proxy } = topology;
  return [
    ...virtualServers.map(
      ({ vip, port, protocol, scheduler, forwarding, persistence, realServers }): Service => ({
        asked: `${vip}:${port} ${protocol}`,
        scheduler,
        mode: forwarding,
        ...(persistence === undefined ? {} : { persistence }),
        realServers: realServersLine(realServers, port),
      }),
    ),
    ...virtualServicesOf(topology).map(
      (service): Service => ({
        asked: askedOf(service),
        scheduler: service.scheduler,
        mode: service.forwarding,
        ...(service.persistence === undefined ? {} : { persistence: service.persistence }),
        realServers: realServersLine(
          Object.fromEntries(service.realServers.map((one) => [one.node ?? one.address, one])),
          service.endpoints[0]?.port ?? 0,
        ),
      }),
    ),
    ...(proxy === undefined ? [] : vipsOf(topology)).map((vip): Service => {
      const { software = "", port = 0, backends = {} } = proxy ?? {};
      return {
        asked: `${vip}:${port} TCP`,
        scheduler: software,
        mode: "L7",
        realServers: realServersLine(backends, port),
      };
    }),
  ];
}

/** Real servers by weight and port: "web1, web2 (weight 1 each), web3 (weight 2, port 8080)". */
function realServersLine(realServers: Readonly<Record<string, RealServer>>, port: number): string {
  const alike = new Map<string, [RealServer, string[]]>();
  for (const [name, own] of Object.entries(realServers)) {
    const key = `${own.weight} ${own.port}`;
    const [, names] = alike.get(key) ?? [own, []];
    alike.set(key, [own, [...names, name]]);
  }
  const lines = [...alike.values()].map(([own, names]) => {
    const weight = `weight ${own.weight}${names.length > 1 ? " each" : ""}`;
    return `${ranged(names).join(", ")} (${weight}${own.port === port ? "" : `, port ${own.port}`})`;
  });
  return lines.join(", ");
}

/** The client's segment, then the other segments of its machines, and so on. Unconnected segments come last. */
function segmentOrder({ segments, nodes, client }: Topology): string[] {
  const ordered = [client.segment];
  for (const name of ordered) {
    for (const { interfaces } of Object.values(nodes)) {
      const own = Object.values(interfaces).map(({ segment }) => segment);
      if (own.includes(name)) ordered.push(...own.filter((one) => !ordered.includes(one)));
    }
  }
  return [...new Set([...ordered, ...Object.keys(segments)])];
}
