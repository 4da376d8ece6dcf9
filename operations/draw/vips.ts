import { tunnelledVips } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";

/** The device on which a real server holds a VIP: tunl0 if packets come in a tunnel, otherwise lo. */
export const vipDevice = (topology: Topology, node: string, vip: string): "lo" | "tunl0" =>
  tunnelledVips(topology, node).includes(vip) ? "tunl0" : "lo";
