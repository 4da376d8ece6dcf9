import type { Node, Topology } from "../infra/model/topology";
import { directorSteps } from "./director";
import { nfsSteps } from "./nfs";
import { proxySteps } from "./proxy";
import type { Step } from "./remote/script";
import { routerSteps } from "./router";
import { webServerSteps } from "./web";

/** What makes a machine what its role says, in order: the same steps that the role's component runs. */
export function roleSteps(topology: Topology, node: Node, authPass?: string): Step[] {
  switch (node.role) {
    case "director":
      return directorSteps(topology, node, authPass);
    case "proxy":
      return proxySteps(topology, node, authPass);
    case "nfs":
      return nfsSteps(topology, node);
    case "web":
      return webServerSteps(topology, node);
    case "router":
      return routerSteps(topology, node);
  }
}
