/** What the client asks a machine that serves something else than pages. */
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";

/** A question in the machine's own protocol. `Seen` has what the machine answered. */
export type Ask<N extends Node, Seen extends object> = {
  /** The words of a command for the client; `address` is the machine's. None: there is nothing to ask. */
  command(node: N, address: string, topology: Topology): readonly string[];
  /** Reads its output; empty: no answer. */
  read(node: N, output: string, topology: Topology): Seen;
};
