import { isOwn, readingOfOwn } from "../../../model/topology/own/config";
import type { DirectorNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";

/** The kernel's port for the synchronisation of connections, include/uapi/linux/ip_vs.h. */
const DEFAULT = 8848;

/** UDP port to which a director's kernel tells its connections, and on which that of a BACKUP listens; undefined: it has no sync daemon. */
export function syncPort({ vrrp }: Topology, node: DirectorNode): number | undefined {
  if (!isOwn(node)) return vrrp?.syncDaemon && DEFAULT;
  const daemon = readingOfOwn(node).config.global.lvsSyncDaemon?.value;
  return daemon && (daemon.port ?? DEFAULT);
}
