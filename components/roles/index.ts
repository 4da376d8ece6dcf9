import { DEBIAN, type Guest } from "../../model/topology/guest";
import type { Node, Topology } from "../../model/topology/topology";
import { clientSteps } from "./client/guest";
import { directorSteps } from "./director";
import { nfsSteps } from "./nfs";
import { proxySteps } from "./proxy";
import type { Step } from "../machine/remote/script";
import { routerSteps } from "./router";
import { webServerSteps } from "./web";

/** The steps of a machine's role, the same that the role's component runs. */
export function roleSteps(topology: Topology, node: Node, authPass?: string, guest: Guest = DEBIAN): Step[] {
  switch (node.role) {
    case "director":
      return directorSteps(topology, node, authPass, guest);
    case "proxy":
      return proxySteps(topology, node, authPass, guest);
    case "nfs":
      return nfsSteps(topology, node, guest);
    case "web":
      return webServerSteps(topology, node, guest);
    case "router":
      return routerSteps(topology, node, guest);
    case "client":
      return clientSteps(topology, node, guest);
  }
}
