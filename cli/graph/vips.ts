import { tunnelledVips } from "../../infra/model/members";
import type { Topology } from "../../infra/model/topology";

/** Where a real server holds a VIP: packets out of a tunnel come in by tunl0, all others find it on lo. */
export const vipDevice = (topology: Topology, node: string, vip: string): "lo" | "tunl0" =>
  tunnelledVips(topology, node).includes(vip) ? "tunl0" : "lo";
