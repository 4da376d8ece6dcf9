import { ROLES, roleOf } from "../../components/roles";
import { balancersOf, favourite, heldVips, vipsOf } from "../../model/topology/members";
import { CLIENT, ownersOf, staticRoutes } from "../../model/topology/routing";
import { clientInterface } from "../../model/topology/names";
import type { Node, RealServer, Topology } from "../../model/topology/topology";
import { crowded, grouped } from "./groups";
import { columnsOf } from "./layout";
import { ranged } from "./ranges";
import { vipDevice } from "./vips";
import { type Mode, type Walk, walksOf } from "./walk";

/** The content of all drawings of a lab, in words. Pure, and the same for text, SVG and Mermaid. */
export type Picture = {
  readonly title: string;
  readonly description: string;
  /** Segments from top to bottom: the client's first, then those that are connected to it, and so on. */
  readonly segments: readonly SegmentDrawn[];
  readonly machines: readonly Machine[];
  readonly services: readonly Service[];
  /** The walks that the arrows show: for each way of forwarding the one with the most legs. */
  readonly walks: readonly Walk[];
  /** Real servers whose packets take another way than these. */
  readonly others: readonly string[];
};

export type SegmentDrawn = {
  readonly name: string;
  readonly cidr: string;
  /** How it is connected to the outside; empty: not at all. */
  readonly outside: string;
};

export type Machine = {
  readonly name: string;
  /** Names of the machines in the box: one, or those of a group. */
  readonly members: readonly string[];
  readonly kind: Node["role"];
  /** Another machine holds the VIP while nothing has failed. */
  readonly standby: boolean;
  /** Notes such as "director (DS)", "VRRP 10 MASTER 100". */
  readonly notes: readonly string[];
  /** Default gateway and static routes. */
  readonly routes: readonly string[];
  /** Further addresses that it holds while nothing has failed, with their places: "VIP 192.168.10.200 on lo". */
  readonly vips: readonly string[];
  readonly cards: readonly Card[];
};

export type Card = {
  /** Name inside the machine. */
  readonly name: string;
  readonly segment: string;
  readonly addresses: readonly string[];
  /** undefined: the cards of a group, each with its own. */
  readonly mac?: string;
};

/** A virtual server, as one row of a table. */
export type Service = {
  /** "192.168.10.200:80 TCP". */
  readonly asked: string;
  /** Who chooses a real server: the scheduler, or the proxy's software. */
  readonly scheduler: string;
  readonly mode: Mode;
  /** Seconds; undefined: none. */
  readonly persistence?: number;
  /** "web1, web2 (weight 1 each)". */
  readonly realServers: string;
};

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
  const ways = walksOf(topology);
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

/** A segment in one line: "outside 192.168.0.0/24, nat to the outside". */
export const segmentLine = ({ name, cidr, outside }: SegmentDrawn): string =>
  `${name} ${cidr}${outside === "" ? "" : `, ${outside}`}`;

/** A service in one line. */
export const serviceLine = ({ asked, scheduler, mode, persistence, realServers }: Service): string =>
  `${asked}, ${scheduler}, ${MODES[mode]}${persistence === undefined ? "" : `, persistence ${persistence} s`} → ${realServers}`;

/** Short names of the modes. */
export const MODES: Readonly<Record<Mode, string>> = { DR: "DR", NAT: "NAT", TUN: "TUN", L7: "layer 7" };

/** The stops of a walk's packets: "request  client → lb03 → web03", and the same for the answer; ✗ where a packet is lost. */
export const wayLines = (walk: Walk): string[] =>
  (["request", "answer"] as const).flatMap((way) => {
    const legs = walk.legs.filter((leg) => leg.way === way);
    const lostHere = walk.lost !== undefined && walk.legs.at(-1)?.way === way;
    const stops = [legs[0]?.from, ...legs.map(({ to }) => to), ...(lostHere ? ["✗"] : [])];
    return legs.length === 0 ? [] : [`${way.padEnd(7)}  ${stops.join(" → ")}`];
  });

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
  return (node.vrrp?.priority ?? 0) < (favourite(topology)?.vrrp?.priority ?? 0);
}

function election({ vrrp }: Topology, node: Node): string[] {
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
  const holder = favourite(topology)?.name ?? "";
  if (owners.length > 0) return owners.includes(holder) ? holder : (owners[0] ?? "");
  const isHost = Object.values(topology.segments).some(({ hostAddress }) => hostAddress === address);
  return isHost ? "the host" : "not in the lab";
}

function vipNotes(topology: Topology, node: Node): string[] {
  if (favourite(topology)?.name === node.name) {
    const gateway = topology.vrrp?.gateway;
    return [
      ...vipsOf(topology).map((vip) => `VIP ${vip}`),
      ...(gateway === undefined ? [] : [`VIP ${gateway.address} (gateway)`]),
    ];
  }
  if (balancersOf(topology).some(({ name }) => name === node.name)) return [];
  return heldVips(topology, node.name).map((vip) => `VIP ${vip} on ${vipDevice(topology, node.name, vip)}`);
}

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
