/** VRRP adverts on the wire. */
import { vrrpInterface } from "../../model/topology/queries";
import type { BalancerNode } from "../../model/topology/node";
import type { Look } from "./look";

/** A VRRP advert on the wire. */
export type AdvertSeen = {
  readonly source: string;
  readonly destination: string;
  readonly virtualRouterId: number;
  readonly priority: number;
  readonly addresses: readonly string[];
};

/** A VRRP advert of the MASTER; undefined: none was seen, or the node does not use VRRP. */
export type WithAdvert = { readonly advert?: AdvertSeen | undefined };

/**
 * Waits for one VRRP advert of the MASTER while the other commands run. Adverts come every advert_int; the rest of the time is for the start of
 * tcpdump in an emulated guest.
 */
export const advert: Look<WithAdvert, BalancerNode> = {
  begin: ({ topology, topology: { vrrp }, node }) =>
    vrrp === undefined
      ? ""
      : `advert=$(mktemp); timeout ${Math.ceil(vrrp.advertInt * 2) + 4} tcpdump -n -v -c 1 -i ${vrrpInterface(topology, node)} ip proto 112 >"$advert" 2>/dev/null & watching=$!`,
  ask: ({ topology: { vrrp } }) =>
    vrrp === undefined ? "" : 'wait "$watching"; show advert cat "$advert"; rm "$advert"\n',
  read: (part) => (part.advert === undefined ? {} : { advert: parseAdverts(part.advert)[0] }),
};

/** VRRP adverts in the output of `tcpdump -n -v`, where each begins with its time. */
export const parseAdverts = (text: string): AdvertSeen[] =>
  text.split(/^(?=\d\d:\d\d:)/m).flatMap((one) => parseAdvert(one) ?? []);

/** An advert as tcpdump tells it in one line, with its time as seconds since 1970 (`tcpdump -n -tt`); undefined: the line is something else. */
export function parseAdvertLine(
  line: string,
): ({ readonly at: number } & Pick<AdvertSeen, "source" | "virtualRouterId" | "priority">) | undefined {
  const [, at, source = "", vrid, prio] =
    /^(\d+\.\d+) IP ([\d.]+) > [\d.]+: VRRPv\d, Advertisement.*\bvrid (\d+), prio (\d+)/.exec(line) ?? [];
  if (at === undefined) return undefined;
  return { at: Number(at), source, virtualRouterId: Number(vrid), priority: Number(prio) };
}

function parseAdvert(text: string): AdvertSeen | undefined {
  const [, source = "", destination = "", vrid, prio, rest = ""] =
    /^\s*([\d.]+) > ([\d.]+): .*\bvrid (\d+), prio (\d+)(.*)$/ms.exec(text) ?? [];
  if (vrid === undefined) return undefined;
  const addresses = /addrs(?:\(\d+\))?: ([\d.,]+)/.exec(rest)?.[1]?.split(",") ?? [];
  return { source, destination, virtualRouterId: Number(vrid), priority: Number(prio), addresses };
}
