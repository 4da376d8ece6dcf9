/** Rules about what web servers serve. */
import { contentServer, neighbourAddress, nfsServersOf, webServersOf } from "../members";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { toldName } from "../told";
import { isPlaced } from "./addresses";

/** contentFrom names an NFS server of the file. */
export function contentUnknown(topology: Topology): Problem[] {
  const names = nfsServersOf(topology).map(({ name }) => name);
  return webServersOf(topology).flatMap(({ name, contentFrom }): Problem[] => {
    if (contentFrom === undefined || names.includes(contentFrom)) return [];
    const need = `one of the nodes with role nfs: ${names.join(", ") || "there is none"}`;
    return [{ path: `nodes.${name}.contentFrom`, got: toldName(contentFrom, Object.keys(topology.nodes)), need }];
  });
}

/** A web server that mounts a share is in a segment of the NFS server, to which the share is exported. */
export function contentFar(topology: Topology): Problem[] {
  return webServersOf(topology).flatMap((web): Problem[] => {
    const server = contentServer(topology, web);
    if (server === undefined || !isPlaced(topology, web) || !isPlaced(topology, server)) return [];
    if (neighbourAddress(web, server) !== undefined) return [];
    const segments = [...new Set(Object.values(server.interfaces).map(({ segment }) => segment))].join(", ");
    const need = `an NFS server in a segment of ${web.name}`;
    const fix = `${server.name} is in ${segments} and shares only with its own segments`;
    return [{ path: `nodes.${web.name}.contentFrom`, got: server.name, need, fix }];
  });
}
