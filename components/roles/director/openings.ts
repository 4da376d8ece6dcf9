import { advertPeers, directorsOf, realServerAddress, vipsOf } from "../../../model/topology/queries";
import type { BalancerNode, DirectorNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import type { Opening } from "../../machine/firewall/opening";
import { ICMP } from "../../machine/firewall/ruleset";
import { syncPort } from "./syncPort";

/** Protocol numbers (IANA). */
const IGMP = 2;
const VRRP = 112;

/** Adverts only from the peers. IGMP: a switch asks for members of the adverts' group, and sends adverts only to machines that answer. */
export function vrrpOpenings(topology: Topology, node: BalancerNode): Opening[] {
  const peers = advertPeers(topology, node);
  if (topology.vrrp === undefined || peers.length === 0) return [];
  const isDropped = node.firewall?.drop.includes("vrrp") === true;
  return [
    ...(isDropped ? [] : [{ name: "VRRP of the peers", what: { number: VRRP }, from: peers }]),
    { name: "IGMP", what: { number: IGMP } },
  ];
}

/** What the MASTER tells of its connections (ipvsadm(8), --start-daemon). */
export function syncOpenings(topology: Topology, director: DirectorNode): Opening[] {
  const card = topology.vrrp?.syncDaemon?.interface ?? "";
  const port = syncPort(topology, director);
  const peers = directorsOf(topology)
    .filter(({ name }) => name !== director.name)
    .flatMap(({ interfaces }) => interfaces[card]?.address ?? []);
  return port === undefined || peers.length === 0
    ? []
    : [{ name: "connections of the MASTER", what: { transport: "udp", ports: [port] }, from: peers }];
}

/** The ports of each VIP. IPVS takes the packets after the firewall; no process of the director needs to listen. */
export const virtualServerOpenings = (topology: Topology): Opening[] =>
  vipsOf(topology).flatMap((vip) =>
    (["TCP", "UDP"] as const).flatMap((protocol): Opening[] => {
      const ports = topology.virtualServers.filter((one) => one.vip === vip && one.protocol === protocol);
      return ports.length === 0
        ? []
        : [
            {
              name: "virtual servers",
              what: { transport: lower(protocol), ports: [...new Set(ports.map(({ port }) => port))] },
              to: vip,
            },
          ];
    }),
  );

/** A director forwards the answers of its real servers; IPVS changes their source to the VIP after the firewall (NAT). */
export function answerRules(topology: Topology, node: DirectorNode): string[] {
  const director = directorsOf(topology).find(({ name }) => name === node.name);
  const rules = topology.virtualServers
    .filter(({ forwarding }) => forwarding === "NAT")
    .flatMap(({ protocol, realServers }) =>
      Object.entries(realServers).map(([name, { port }]) => {
        const real = topology.nodes[name];
        if (director === undefined || real === undefined) throw new Error(`${node.name} cannot reach ${name}`);
        const answers = protocol === "TCP" ? `tcp sport ${port} tcp flags rst,ack` : `udp sport ${port}`;
        return `ip saddr ${realServerAddress(director, real)} ${answers} accept comment "answers of ${name}"`;
      }),
    );
  return [ICMP, ...new Set(rules)];
}

const lower = (protocol: "TCP" | "UDP"): "tcp" | "udp" => (protocol === "TCP" ? "tcp" : "udp");
