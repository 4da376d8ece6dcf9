import { portsOf } from "../../../model/topology/members";
import type { Node, Topology } from "../../../model/topology/topology";
import { MOUNTD_PORT } from "../../roles/nfs/conf";

/** The listening sockets of a machine, as "tcp 80", ascending by port: exactly those of its role. */
export function listenersOf(topology: Topology, node: Node): string[] {
  const ports = [22, ...roleListeners(topology, node)];
  const tcp = [...new Set(ports)].sort((a, b) => a - b).map((port) => `tcp ${port}`);
  return node.role === "nfs" ? [...tcp, "udp 111", `udp ${MOUNTD_PORT}`] : tcp;
}

/** TCP ports besides SSH. A director's virtual servers are in the kernel's table, so it has no sockets, except httpd for a sorry page. */
function roleListeners(topology: Topology, node: Node): number[] {
  switch (node.role) {
    case "director": {
      const sorry = topology.virtualServers.filter(({ sorryPage }) => sorryPage !== undefined);
      // Port 80 comes from the package.
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
