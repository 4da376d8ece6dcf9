import { strictDrops } from "../../model/topology/rules/answers";
import { canonical } from "../../model/plan/addresses";
import { isSite } from "../../model/topology/own/config";
import { firstHolders } from "../../model/topology/own/holders";
import { highestPriority } from "../../model/topology/queries";
import { CLIENT, ownersOf, pathTo } from "../../model/topology/packetPaths";
import type { BalancerNode, Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import { vipDevice } from "./vips";
import type { Asked, Leg, Walk } from "./walk";

/** Example source ports of the client and of a proxy. */
const CLIENT_PORT = 40000;
const PROXY_PORT = 50000;

/** One request: what is asked, the machine that holds the VIP, and the real server with its address. */
export type Trip = {
  readonly asked: Asked;
  readonly balancer: BalancerNode;
  readonly node: Node;
  readonly rip: string;
};

/** One request on its way: the machines, their addresses, and the legs so far. */
type Journey = {
  readonly topology: Topology;
  readonly asked: Asked;
  readonly balancer: string;
  readonly node: Node;
  readonly cip: string;
  /** The balancer's own address towards the real server. */
  readonly dip: string;
  readonly rip: string;
  /** Addresses with ports of the client, the virtual server and the real server. */
  readonly client: string;
  readonly at: string;
  readonly mapped: string;
  readonly legs: Leg[];
};

/** The legs of a request to one real server and of its answer, and where a packet is lost, if one is. */
export function legsOf(topology: Topology, { asked, balancer: from, node, rip }: Trip): Pick<Walk, "legs" | "lost"> {
  const [cip = ""] = topology.client.addresses;
  const trip: Journey = {
    ...{ topology, asked, node, rip, cip, balancer: from.name, legs: [] },
    dip: sourceTowards(topology, from.name, rip),
    client: `${cip}:${CLIENT_PORT}`,
    at: `${asked.vip}:${asked.port}`,
    mapped: `${rip}:${asked.realServers[node.name]?.port ?? asked.port}`,
  };
  const lost = node === from ? answered(trip) : asked.mode === "L7" ? proxied(trip) : forwarded(trip);
  return { legs: trip.legs, ...(lost === undefined ? {} : { lost }) };
}

type Packet = Pick<Leg, "way" | "ip" | "outer">;
const request = (source: string, destination: string): Packet => ({ way: "request", ip: { source, destination } });
const answer = (source: string, destination: string): Packet => ({ way: "answer", ip: { source, destination } });

/** Adds the legs of a packet. Returns where it is lost; undefined: it arrives. */
function go({ topology, legs }: Journey, from: string, to: string, packet: Packet, why: string): string | undefined {
  const path = route(topology, from, to);
  let last = from;
  for (const hop of path ?? []) {
    legs.push({ from: last, ...hop, ...packet, why: last === from ? why : `${last} routes it on` });
    last = hop.to;
  }
  return path === undefined ? `${from} has no route to ${to}: the packet is lost there` : undefined;
}

/** The machine that holds the VIP serves the request itself. */
function answered(trip: Journey): string | undefined {
  const { asked, balancer, cip, client, at } = trip;
  const why =
    asked.mode === "OWN"
      ? `${balancer} serves it and answers`
      : `${asked.chooser} chose ${balancer} itself, which answers`;
  return (
    go(trip, CLIENT, asked.vip, request(client, at), towardsVip(trip)) ??
    go(trip, balancer, cip, answer(at, client), why)
  );
}

/** A proxy ends the client's connection, and asks over its own connection. */
function proxied(trip: Journey): string | undefined {
  const { asked, balancer, node, cip, dip, rip, client, at, mapped } = trip;
  const own = `${dip}:${PROXY_PORT}`;
  const opens = `${asked.chooser} accepts the connection and opens one of its own to ${node.name}`;
  const back = `${asked.chooser} passes the answer on over the client's connection`;
  return (
    go(trip, CLIENT, asked.vip, request(client, at), towardsVip(trip)) ??
    go(trip, balancer, rip, request(own, mapped), opens) ??
    go(trip, node.name, dip, answer(mapped, own), `it answers the proxy, the only client that it sees`) ??
    go(trip, balancer, cip, answer(at, client), back)
  );
}

/** IPVS forwards the client's own packets. */
function forwarded(trip: Journey): string | undefined {
  const { topology, asked, balancer, node, cip, rip, client, at } = trip;
  const [packet, done] = rewritten(trip);
  const lost =
    go(trip, CLIENT, asked.vip, request(client, at), towardsVip(trip)) ??
    go(trip, balancer, rip, packet, `${asked.chooser} chose ${node.name}: ${done}`);
  if (lost !== undefined) return lost;
  if (asked.mode === "NAT") return answerThrough(trip);
  if (isSite(topology) && !holds(node, asked.vip))
    return `${node.name} does not have ${asked.vip}: it drops the packet`;
  const away = go(trip, node.name, cip, answer(at, client), takenBy(trip));
  const strict = strictDrops(topology).find((one) => one.server === asked.virtualServer && one.node === node)?.router;
  if (away !== undefined || strict === undefined) return away;
  trip.legs.length = trip.legs.findIndex(({ to, way }) => way === "answer" && to === strict) + 1;
  return `${strict} has a strict source filter: ${asked.vip} is on another side of it, and the answer is dropped`;
}

/** The request as the director sends it on, and what the director did to it. */
function rewritten({ asked, client, at, mapped, dip, rip }: Journey): [packet: Packet, done: string] {
  switch (asked.mode) {
    case "NAT":
      return [request(client, mapped), `the destination ${at} becomes ${mapped}, the source stays the client's`];
    case "TUN":
      return [
        { ...request(client, at), outer: { source: dip, destination: rip } },
        "the packet goes unchanged inside another packet, IP in IP (protocol 4)",
      ];
    default:
      return [request(client, at), "the destination MAC is new, the IP packet stays as it was"];
  }
}

/** NAT: only the director knows that the client asked for the VIP, so the answer must pass it. */
function answerThrough(trip: Journey): string | undefined {
  const { asked, balancer, node, cip, rip, client, at, mapped, legs } = trip;
  const before = legs.length;
  const gone = go(trip, node.name, cip, answer(mapped, client), "it answers by its gateway, which is the director");
  if (gone !== undefined) return gone;
  const by = legs.findIndex(({ from }, index) => index >= before && from === balancer);
  if (by < 0)
    return `the answer does not pass ${balancer}: the client asked ${asked.vip}, and drops answers from ${rip}`;
  const why = `the source ${mapped} becomes ${at} again, by the entry in the IPVS table`;
  const passed = legs.splice(by);
  legs.push(...passed.map((leg, index) => ({ ...leg, ...answer(at, client), ...(index === 0 ? { why } : {}) })));
  return undefined;
}

/** Why a request leaves the client as it does. */
function towardsVip({ topology, asked, balancer }: Journey): string {
  const [next] = route(topology, CLIENT, asked.vip) ?? [];
  return next === undefined || next.to === balancer
    ? `only ${balancer} answers ARP for the VIP: it holds the VIP`
    : `the VIP is in another segment, and ${next.to} is the way there`;
}

function takenBy({ topology, asked: { vip, mode }, node: { name } }: Journey): string {
  const device = vipDevice(topology, name, vip);
  const itself = "it answers the client itself, with the VIP as source";
  return mode === "TUN"
    ? `tunl0 unwraps the packet, and ${name} has ${vip} on ${device}; ${itself}`
    : `${name} has ${vip} on ${device}, silent in ARP; ${itself}`;
}

/** Whether a machine of a lab with own configurations has a VIP without VRRP. */
const holds = (node: Node, vip: string): boolean =>
  (node.role === "server" || node.role === "director") &&
  (node.holds ?? []).some((one) => canonical(one.split("/")[0] ?? "") === vip);

/** The way of a packet as legs without packets. An address that VRRP moves belongs to the machine that has it at first. */
function route(
  topology: Topology,
  from: string,
  address: string,
): Pick<Leg, "to" | "segment" | "ethernet">[] | undefined {
  const holders = isSite(topology) ? firstHolders(topology) : undefined;
  const highest = highestPriority(topology)?.name ?? "";
  let at = from;
  return pathTo(topology, from, address)?.map((hop) => {
    const holder = holders?.get(hop.address) ?? highest;
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

/** The source address of a node's packets to another node: that of the card that sends them. */
function sourceTowards(topology: Topology, name: string, address: string): string {
  const [hop] = pathTo(topology, name, address) ?? [];
  return hop === undefined ? "" : (cardIn(topology, name, hop.segment)?.address ?? "");
}
