import type { RealServer, VirtualServer } from "../../model/topology/topology";
import { ranged } from "./ranges";

/**
 * How a request reaches a real server: ipvsadm's three ways of forwarding, or a proxy's own connection (layer 7). OWN: no director forwards it,
 * and the machine that holds the VIP answers.
 */
export type Mode = VirtualServer["forwarding"] | "L7" | "OWN";

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
