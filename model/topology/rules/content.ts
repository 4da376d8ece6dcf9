/** Rules about what web servers serve. */
import { contentServer, neighbourAddress, nfsServersOf, webServersOf } from "../queries";
import type { Problem } from "../error";
import { toldName } from "../told";
import { isPlaced } from "./addresses";
import type { Rule } from "./rule";

export const contentUnknown: Rule = {
  name: "contentUnknown",
  severity: "error",
  summary: "contentFrom names an NFS server of the file.",
  reads: ["nodes"],
  reason: "002: web servers mount the share of an NFS server",
  find(topology) {
    const names = nfsServersOf(topology).map(({ name }) => name);
    return webServersOf(topology).flatMap(({ name, contentFrom }): Problem[] => {
      if (contentFrom === undefined || names.includes(contentFrom)) return [];
      const need = `one of the nodes with role nfs: ${names.join(", ") || "there is none"}`;
      return [{ path: `nodes.${name}.contentFrom`, got: toldName(contentFrom, Object.keys(topology.nodes)), need }];
    });
  },
};

export const contentFar: Rule = {
  name: "contentFar",
  severity: "error",
  summary: "A web server that mounts a share is in a segment of the NFS server, to which the share is exported.",
  reads: ["segments", "nodes"],
  reason: "exports(5): a share names the networks that may mount it; 002: those are the NFS server's own networks",
  find(topology) {
    return webServersOf(topology).flatMap((web): Problem[] => {
      const server = contentServer(topology, web);
      if (server === undefined || !isPlaced(topology, web) || !isPlaced(topology, server)) return [];
      if (neighbourAddress(web, server) !== undefined) return [];
      const segments = [...new Set(Object.values(server.interfaces).map(({ segment }) => segment))].join(", ");
      const need = `an NFS server in a segment of ${web.name}`;
      const fix = `${server.name} is in ${segments} and shares only with its own segments`;
      return [{ path: `nodes.${web.name}.contentFrom`, got: server.name, need, fix }];
    });
  },
};
