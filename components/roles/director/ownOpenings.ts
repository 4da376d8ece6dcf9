/** What a director with a configuration of its own answers, in both families. */
import { cidrOf } from "../../../model/plan/addresses";
import { excludedOf, vipsOf } from "../../../model/plan/clusters";
import { type OwnDirector, readingOfOwn } from "../../../model/topology/own/config";
import { directorsOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import { virtualServicesOf } from "../../../model/topology/virtualServices";
import type { Opening, Ports } from "../../machine/firewall/opening";
import { syncPort } from "./syncPort";

/** Protocol numbers (IANA). */
const NUMBERS = { IGMP: 2, TCP: 6, UDP: 17, AH: 51, VRRP: 112, SCTP: 132 } as const;
/** Sources of adverts over IPv6 (RFC 5798, 5.1.2.1). */
const LINK_LOCAL = "fe80::/10";
/** RFC 5881, 4; RFC 5883, 5. */
const BFD = { transport: "udp", ports: [3784, 4784] } as const;

/** Ports on which keepalived itself listens: those of BFD. It asks others from ports of its own. */
export const ownListeners = (node: OwnDirector): Ports[] =>
  readingOfOwn(node).config.bfdInstances.length === 0 ? [] : [{ transport: BFD.transport, ports: [BFD.ports[0]] }];

export function ownOpenings(topology: Topology, node: OwnDirector): Opening[] {
  const { config } = readingOfOwn(node);
  const peers = directorsOf(topology)
    .filter(({ name }) => name !== node.name)
    .flatMap(({ interfaces }) => Object.values(interfaces))
    .flatMap(({ address, aliases = [] }) => [address, ...aliases.map((one) => cidrOf(one)?.address ?? one)]);
  const hasSix = config.instances.some(({ family }) => family === "inet6");
  const from = [...peers, ...(hasSix ? [LINK_LOCAL] : [])];
  const port = syncPort(topology, node);
  const isAuthenticated = config.instances.some(({ authentication }) => authentication?.type.value === "AH");
  return [
    ...(peers.length === 0
      ? []
      : [
          { name: "VRRP of the peers", what: { number: NUMBERS.VRRP }, from },
          ...(isAuthenticated ? [{ name: "AH of the peers", what: { number: NUMBERS.AH }, from: peers }] : []),
          { name: "IGMP", what: { number: NUMBERS.IGMP } },
          ...(port === undefined
            ? []
            : [{ name: "connections of the peers", what: { transport: "udp" as const, ports: [port] }, from: peers }]),
        ]),
    ...(config.bfdInstances.length === 0 ? [] : [{ name: "BFD", what: BFD }]),
    ...serviceOpenings(topology, node),
  ];
}

/** IPVS takes the packets after the firewall. A firewall mark counts for every VIP, and port 0 is every port. */
function serviceOpenings(topology: Topology, node: OwnDirector): Opening[] {
  const { instances } = readingOfOwn(node).config;
  const vips = [...new Set(instances.flatMap((instance) => [...vipsOf(instance), ...excludedOf(instance)]))];
  const whole = (name: keyof typeof NUMBERS, to?: string): Opening => ({
    name: "virtual servers",
    what: { number: NUMBERS[name] },
    ...(to === undefined ? {} : { to }),
  });
  const all = virtualServicesOf(topology)
    .filter(({ directors }) => directors.includes(node.name))
    .flatMap(({ endpoints, fwmarks, protocol }): Opening[] => [
      ...(fwmarks.length === 0
        ? []
        : vips.flatMap((to) => (["TCP", "UDP", "SCTP"] as const).map((name) => whole(name, to)))),
      ...endpoints.map(({ address, last, port }): Opening => {
        const to = last === undefined ? address : undefined;
        if (protocol === "SCTP" || port === 0) return whole(protocol ?? "TCP", to);
        const what = { transport: protocol === "UDP" ? "udp" : "tcp", ports: [port] } as const;
        return { name: "virtual servers", what, ...(to === undefined ? {} : { to }) };
      }),
    ]);
  return all.filter((one, index) => all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index);
}
