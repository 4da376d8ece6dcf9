import { portsOf } from "../../infra/model/members";
import type { Node, Topology } from "../../infra/model/topology";
import { MOUNTD_PORT } from "../nfs/conf";

/** Sockets on which a machine waits for others, as "tcp 80", ascending by port: all that its role has, and no other. */
export function listenersOf(topology: Topology, node: Node): string[] {
  const ports = [22, ...roleListeners(topology, node)];
  const tcp = [...new Set(ports)].sort((a, b) => a - b).map((port) => `tcp ${port}`);
  return node.role === "nfs" ? [...tcp, "udp 111", `udp ${MOUNTD_PORT}`] : tcp;
}

/** TCP ports beside SSH's. A director's virtual servers are the kernel's table, not sockets, but for the sorry page's httpd. */
function roleListeners(topology: Topology, node: Node): number[] {
  switch (node.role) {
    case "director": {
      const sorry = topology.virtualServers.filter(({ sorryPage }) => sorryPage !== undefined);
      // Port 80 is the package's own.
      return sorry.length === 0 ? [] : [80, ...sorry.map(({ port }) => port)];
    }
    case "proxy":
      return [topology.proxy?.port ?? 80];
    case "web":
      return portsOf(topology, node.name);
    case "nfs":
      return [111, 2049, MOUNTD_PORT];
    case "router":
    case "client":
      return [];
  }
}
