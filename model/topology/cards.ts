import { cidrOf } from "../plan/addresses";
import type { Card } from "../plan/plan";
import type { Interface } from "./node";
import type { Segment } from "./topology";

/** The cards of a machine with its own addresses, as the Plan has them. */
export const cardsOf = (
  segments: Readonly<Record<string, Pick<Segment, "cidr">>>,
  interfaces: Readonly<Record<string, Pick<Interface, "segment" | "address" | "aliases">>>,
): readonly Card[] =>
  Object.entries(interfaces).map(([name, { segment, address, aliases = [] }]) => {
    const own = [`${address}/${segments[segment]?.cidr.split("/")[1] ?? "32"}`, ...aliases];
    return Object.freeze({ name, addresses: Object.freeze(own.flatMap((one) => cidrOf(one) ?? [])) });
  });
