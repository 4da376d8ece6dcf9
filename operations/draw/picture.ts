import type { Node } from "../../model/topology/node";
import type { Mode, Walk } from "./walk";

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

/** A segment in one line: "outside 192.168.0.0/24, nat to the outside". */
export const segmentLine = ({ name, cidr, outside }: SegmentDrawn): string =>
  `${name} ${cidr}${outside === "" ? "" : `, ${outside}`}`;

/** A service in one line. */
export const serviceLine = ({ asked, scheduler, mode, persistence, realServers }: Service): string =>
  `${asked}, ${scheduler}, ${MODES[mode]}${persistence === undefined ? "" : `, persistence ${persistence} s`} → ${realServers}`;

/** Short names of the modes. */
export const MODES: Readonly<Record<Mode, string>> = { DR: "DR", NAT: "NAT", TUN: "TUN", L7: "layer 7", OWN: "no LVS" };

/** The stops of a walk's packets: "request  client → lb03 → web03", and the same for the answer; ✗ where a packet is lost. */
export const wayLines = (walk: Walk): string[] =>
  (["request", "answer"] as const).flatMap((way) => {
    const legs = walk.legs.filter((leg) => leg.way === way);
    const lostHere = walk.lost !== undefined && walk.legs.at(-1)?.way === way;
    const stops = [legs[0]?.from, ...legs.map(({ to }) => to), ...(lostHere ? ["✗"] : [])];
    return legs.length === 0 ? [] : [`${way.padEnd(7)}  ${stops.join(" → ")}`];
  });
