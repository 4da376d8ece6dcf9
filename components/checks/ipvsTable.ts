/** The IPVS table that a director must have, and the one that it has. */
import { realServerAddress } from "../../model/topology/queries";
import type { DirectorNode } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { NodeSeen } from "../looks/machine";

/** The kernel's words for the forwarding methods, as /proc/net/ip_vs prints them. */
const forwardingWords = { DR: "Route", NAT: "Masq", TUN: "Tunnel" } as const;

/** A virtual server in one line, in the same form for the topology and the kernel. */
const serviceLine = (at: {
  protocol: string;
  address: string;
  port: number;
  scheduler: string;
  persistence?: number | undefined;
}): string =>
  `${at.protocol} ${at.address}:${at.port} ${at.scheduler}${at.persistence ? ` persistent ${at.persistence}` : ""}`;
const serverLine = (at: { address: string; port: number; forwarding: string; weight: number }): string =>
  `${at.address}:${at.port} ${at.forwarding} weight ${at.weight}`;

/** The rows that a director's table must have. The real servers' addresses are those of keepalived.conf. */
export function expectedTable(topology: Topology, director: DirectorNode): string[] {
  return topology.virtualServers.flatMap((server) => {
    const service = serviceLine({ ...server, address: server.vip });
    const rows = Object.entries(server.realServers).map(([name, { port, weight }]) => {
      const node = topology.nodes[name];
      const address = node === undefined ? name : realServerAddress(director, node);
      return `${service} -> ${serverLine({ address, port, weight, forwarding: forwardingWords[server.forwarding] })}`;
    });
    return [service, ...rows];
  });
}

/** The rows of the kernel's table. */
export function seenTable(node: NodeSeen): string[] {
  return node.ipvs.flatMap((service) => {
    const line = serviceLine(service);
    return [line, ...service.realServers.map((server) => `${line} -> ${serverLine(server)}`)];
  });
}

/** Rows that a director's table lacks, or that it should not have. */
export function tableProblems(topology: Topology, director: DirectorNode, node: NodeSeen): string[] {
  const [want, got] = [expectedTable(topology, director), seenTable(node)];
  return [
    ...want.filter((row) => !got.includes(row)).map((row) => `the IPVS table lacks ${row}`),
    ...got.filter((row) => !want.includes(row)).map((row) => `the IPVS table has ${row}, which is not in the topology`),
  ];
}
