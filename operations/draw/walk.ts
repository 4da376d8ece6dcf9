import { favourite, vipsOf } from "../../model/topology/members";
import type { RealServer, Topology, VirtualServer } from "../../model/topology/topology";
import { legsOf } from "./legs";
import { ranged } from "./ranges";

/** How a request reaches a real server: ipvsadm's three ways of forwarding, or a proxy's own connection (layer 7). */
export type Mode = VirtualServer["forwarding"] | "L7";

/** One request and its answer, hop by hop. */
export type Walk = {
  /** Its virtual server: "192.168.10.200:80 TCP, DR, rr". */
  readonly service: string;
  readonly mode: Mode;
  readonly realServer: string;
  /** Other real servers of the same virtual server that packets reach and leave the same way. */
  readonly likewise: readonly string[];
  readonly legs: readonly Leg[];
  /** Where a packet is lost; undefined: the client gets its answer. */
  readonly lost?: string;
};

/** A packet on one segment, as a capture there would show it. */
export type Leg = {
  readonly from: string;
  readonly to: string;
  readonly segment: string;
  readonly way: "request" | "answer";
  readonly ethernet: Ends;
  /** The outer header, in a tunnel. */
  readonly outer?: Ends;
  /** Addresses with ports. */
  readonly ip: Ends;
  /** What the sender did to the packet, or why it goes there. */
  readonly why: string;
};

export type Ends = { readonly source: string; readonly destination: string };

/** Headline of a walk: the service, the real server, and others with the same way. */
export const headline = ({ service, realServer, likewise }: Walk): string =>
  `${service}, by ${realServer}${likewise.length === 0 ? "" : ` (the same way: ${ranged(likewise).join(", ")})`}`;

/** A service that clients ask, of a director or a proxy. */
export type Asked = {
  readonly vip: string;
  readonly port: number;
  readonly mode: Mode;
  /** What chooses a real server: "IPVS (rr)", "haproxy". */
  readonly chooser: string;
  readonly service: string;
  readonly realServers: Readonly<Record<string, RealServer>>;
  /** undefined: the proxies'. */
  readonly virtualServer?: VirtualServer;
};

function askedOf(topology: Topology): Asked[] {
  const { virtualServers, proxy } = topology;
  const balanced = virtualServers.map((virtualServer): Asked => {
    const { vip, port, protocol, scheduler, forwarding: mode, realServers } = virtualServer;
    const service = `${vip}:${port} ${protocol}, ${mode}, ${scheduler}`;
    return { vip, port, mode, chooser: `IPVS (${scheduler})`, service, realServers, virtualServer };
  });
  if (proxy === undefined) return balanced;
  const { software: chooser, port, backends: realServers } = proxy;
  return vipsOf(topology).map((vip): Asked => {
    return { vip, port, mode: "L7", chooser, service: `${vip}:${port} TCP, ${chooser}`, realServers };
  });
}

/** The walks of a lab: one for each different way of packets, however many services and real servers there are. */
export function walksOf(topology: Topology): Walk[] {
  const seen = new Map<string, Walk & { likewise: string[] }>();
  for (const asked of askedOf(topology)) {
    for (const realServer of Object.keys(asked.realServers)) {
      const walk = walkOf(topology, asked, realServer);
      const shape = JSON.stringify([
        walk.mode,
        walk.legs.map(({ from, to, segment }) => [from, to, segment].map((one) => (one === realServer ? "RS" : one))),
        walk.lost !== undefined,
      ]);
      const first = seen.get(shape);
      if (first === undefined) seen.set(shape, { ...walk, likewise: [] });
      else if (first.service === walk.service) first.likewise.push(realServer);
    }
  }
  return [...seen.values()];
}

/** The walk of one request to one real server, through the node that holds the VIP at first. */
function walkOf(topology: Topology, asked: Asked, realServer: string): Walk {
  const balancer = favourite(topology);
  const node = topology.nodes[realServer];
  if (balancer === undefined || node === undefined) throw new Error(`${realServer} is no real server of ${asked.vip}`);
  const { service, mode } = asked;
  return { service, mode, realServer, likewise: [], ...legsOf(topology, asked, balancer, node) };
}

/** Whether the packet of a leg goes to or comes from the real server's own address instead of the VIP. */
export function isRewritten({ legs }: Pick<Walk, "legs">, { ip }: Leg): boolean {
  const vip = legs[0]?.ip.destination;
  return ip.source !== vip && ip.destination !== vip;
}

/** The header of a packet that the sender of a leg changed. */
export type Changed = "ethernet" | "outer" | "ip";

/** What the sender of each leg changed: the innermost header that differs from the leg before; undefined: the sender made the packet. */
export const changesOf = ({ legs }: Pick<Walk, "legs">): (Changed | undefined)[] =>
  legs.map((leg, index) => {
    const before = legs[index - 1];
    // A proxy ends one connection and opens another, so it makes its own packets.
    if (before?.way !== leg.way || !oneEnd(before.ip, leg.ip)) return undefined;
    if (!same(before.ip, leg.ip)) return "ip";
    return same(before.outer, leg.outer) ? "ethernet" : "outer";
  });

const same = (one: Ends | undefined, other: Ends | undefined): boolean =>
  one?.source === other?.source && one?.destination === other?.destination;

const oneEnd = (one: Ends, other: Ends): boolean =>
  one.source === other.source || one.destination === other.destination;
