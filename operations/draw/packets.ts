import type { Changed, Ends, Leg } from "./walk";

/** One header of a packet, as a cell of a picture. */
export type Header = { readonly name: string; readonly ends: Ends; readonly changed: boolean };

/** The headers of a leg's packet from the outside to the inside. */
export function headersOf(leg: Leg, changed: Changed | undefined): Header[] {
  return [
    { name: "Ethernet", ends: leg.ethernet, changed: changed === "ethernet" },
    ...(leg.outer === undefined ? [] : [{ name: "IP in IP", ends: leg.outer, changed: changed === "outer" }]),
    { name: "IP", ends: leg.ip, changed: changed === "ip" },
  ];
}
