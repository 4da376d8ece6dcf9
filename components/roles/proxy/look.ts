import type { Look } from "../../looks/look";
import { checkScriptPath } from "./checkScript";

/** What a proxy has besides its daemons; undefined: not a proxy. */
export type WithProxy = {
  readonly proxy?: {
    /** The script that checks the proxy; empty: there is none. */
    readonly script: string;
  };
};

export const script: Look<WithProxy> = {
  ask: ({ topology, node }) =>
    node.role === "proxy" ? `show script cat ${checkScriptPath(topology.proxy?.software ?? "haproxy")}\n` : "",
  read: (part, { node }) => (node.role === "proxy" ? { proxy: { script: part.script?.replace(/\n$/, "") ?? "" } } : {}),
};
