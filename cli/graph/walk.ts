import { strictDrops } from "../../infra/config/rules/routing";
import { favourite, realServerAddress } from "../../infra/model/members";
import { CLIENT, ownersOf, pathTo } from "../../infra/model/routing";
import type { Topology, VirtualServer } from "../../infra/model/topology";
import { vipDevice } from "./picture";

/** One request and its answer, hop by hop. */
export type Walk = {
  /** Whose: "192.168.10.200:80 TCP, DR, rr". */
  readonly service: string;
  readonly realServer: string;
  /** Other real servers of the same virtual server that packets reach and leave the same way. */
  readonly likewise: readonly string[];
  readonly legs: readonly Leg[];
  /** Where a packet ends that does not arrive; undefined: the client has its answer. */
  readonly lost?: string;
};

/** A packet on one segment, as a capture there would show it. */
export type Leg = {
  readonly from: string;
  readonly to: string;
  readonly segment: string;
  readonly ethernet: Ends;
  /** The header around the packet, inside a tunnel. */
  readonly outer?: Ends;
  /** Addresses with ports. */
  readonly ip: Ends;
  /** What the sender did to the packet, and why it goes there. */
  readonly why: string;
};

export type Ends = { readonly source: string; readonly destination: string };

/** A port of the client's own, for the drawing. */
const CLIENT_PORT = 40000;

/** The walks of a lab: one for each way that packets take, whatever the number of services and real servers. */
export function walksOf(topology: Topology): Walk[] {
  const seen = new Map<string, Walk & { likewise: string[] }>();
  for (const server of topology.virtualServers) {
    for (const realServer of Object.keys(server.realServers)) {
      const walk = walkOf(topology, server, realServer);
      const shape = JSON.stringify([
        server.forwarding,
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

/** The walk of one request that the scheduler gave to one real server, by the director that holds the VIP at first. */
export function walkOf(topology: Topology, server: VirtualServer, realServer: string): Walk {
  const { vip, port, protocol, scheduler, forwarding } = server;
  const director = favourite(topology);
  const node = topology.nodes[realServer];
  if (director === undefined || node === undefined) throw new Error(`${realServer} is no real server of ${vip}`);
  const [cip = ""] = topology.client.addresses;
  const rip = realServerAddress(director, node);
  const [asking, asked] = [`${cip}:${CLIENT_PORT}`, `${vip}:${port}`];
  const mapped = `${rip}:${server.realServers[realServer]?.port ?? port}`;
  const walk = { service: `${asked} ${protocol}, ${forwarding}, ${scheduler}`, realServer, likewise: [] };
  const legs: Leg[] = [];
  const go = (from: string, to: string, packet: Pick<Leg, "ip" | "outer">, why: string): string | undefined => {
    const path = route(topology, from, to);
    let last = from;
    for (const hop of path ?? []) {
      const first = last === from;
      legs.push({ from: last, ...hop, ...packet, why: first ? why : `${last} routes it on` });
      last = hop.to;
    }
    return path === undefined ? `${from} has no way to ${to}: the packet is lost there` : undefined;
  };

  const request = { ip: { source: asking, destination: asked } };
  const chosen = `IPVS (${scheduler}) chose ${realServer}`;
  const lostOnTheWayIn =
    go(CLIENT, vip, request, towardsVip(topology, vip, director.name)) ??
    {
      DR: () => go(director.name, rip, request, `${chosen}: the destination MAC is new, the IP packet stays as it was`),
      NAT: () =>
        go(
          director.name,
          rip,
          { ip: { source: asking, destination: mapped } },
          `${chosen}: the destination ${asked} becomes ${mapped}, the source stays the client's`,
        ),
      TUN: () =>
        go(
          director.name,
          rip,
          { ...request, outer: { source: sourceTowards(topology, director.name, rip), destination: rip } },
          `${chosen}: the packet goes as it was inside another one, IP in IP (protocol 4)`,
        ),
    }[forwarding]();
  if (lostOnTheWayIn !== undefined) return { ...walk, legs, lost: lostOnTheWayIn };

  const lost =
    forwarding === "NAT"
      ? answerThrough(director.name)
      : go(
          realServer,
          cip,
          { ip: { source: asked, destination: asking } },
          `${taken(topology, server, realServer)}; it answers the client itself, with the VIP as source`,
        );
  const strict = strictDrops(topology).find((one) => one.server === server && one.node === node)?.router;
  if (lost === undefined && strict !== undefined) {
    legs.length = legs.findIndex(({ to }) => to === strict) + 1;
    return {
      ...walk,
      legs,
      lost: `${strict} has a strict source filter: ${vip} is on another side of it, and the answer is dropped`,
    };
  }
  return { ...walk, legs, ...(lost === undefined ? {} : { lost }) };

  /** NAT: only the director knows that the client asked for the VIP, so the answer has to come by. */
  function answerThrough(name: string): string | undefined {
    const before = legs.length;
    const answer = { ip: { source: mapped, destination: asking } };
    const gone = go(realServer, cip, answer, "it answers by its gateway, which is the director");
    const back = legs.slice(before);
    const by = back.findIndex(({ from }) => from === name);
    if (gone !== undefined || by < 0)
      return gone ?? `the answer passes by ${name}: the client drops it, which asked ${vip} and not ${rip}`;
    legs.splice(
      before + by,
      back.length - by,
      ...back.slice(by).map((leg, index) => ({
        ...leg,
        ip: { source: asked, destination: asking },
        ...(index === 0 ? { why: `the source ${mapped} becomes ${asked} again, by the entry in the IPVS table` } : {}),
      })),
    );
    return undefined;
  }
}

/** Why a request leaves the client as it does. */
function towardsVip(topology: Topology, vip: string, director: string): string {
  const [next] = route(topology, CLIENT, vip) ?? [];
  return next === undefined || next.to === director
    ? `ARP for the VIP is answered by ${director} alone: it holds the VIP`
    : `the VIP is in another segment, and ${next.to} is the way there`;
}

const taken = (topology: Topology, { vip, forwarding }: VirtualServer, name: string): string =>
  forwarding === "TUN"
    ? `tunl0 unwraps the packet, and ${vip} is an address of ${name}'s own (on ${vipDevice(topology, name, vip)})`
    : `${vip} is an address of ${name}'s own (on ${vipDevice(topology, name, vip)}, silent in ARP)`;

/** The way of a packet as legs without their packet; an address that VRRP moves is the favourite's. */
function route(
  topology: Topology,
  from: string,
  address: string,
): Pick<Leg, "to" | "segment" | "ethernet">[] | undefined {
  const holder = favourite(topology)?.name ?? "";
  let at = from;
  return pathTo(topology, from, address)?.map((hop) => {
    const to = ownersOf(topology, hop.address).includes(holder) ? holder : hop.taker;
    const ethernet = { source: macOf(topology, at, hop.segment), destination: macOf(topology, to, hop.segment) };
    at = to;
    return { to, segment: hop.segment, ethernet };
  });
}

const cardIn = ({ nodes }: Topology, name: string, segment: string) =>
  Object.values(nodes[name]?.interfaces ?? {}).find((card) => card.segment === segment);

const macOf = (topology: Topology, name: string, segment: string): string =>
  name === CLIENT ? topology.client.mac : (cardIn(topology, name, segment)?.mac ?? "");

/** The address that a node's own packets to another have: that of the card which they leave by. */
function sourceTowards(topology: Topology, name: string, address: string): string {
  const [hop] = pathTo(topology, name, address) ?? [];
  return hop === undefined ? "" : (cardIn(topology, name, hop.segment)?.address ?? "");
}
