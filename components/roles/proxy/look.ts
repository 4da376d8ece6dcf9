import type { ProxyNode } from "../../../model/topology/node";
import { type Look, textOf } from "../../looks/look";
import { checkScriptPath } from "./checkScript";

/** What a proxy has besides its daemons; undefined: not a proxy. */
export type WithProxy = {
  readonly proxy?: {
    /** The script that checks the proxy; empty: there is none. */
    readonly script: string;
  };
};

export const script: Look<WithProxy, ProxyNode> = {
  ask: ({ topology }) => `show script cat ${checkScriptPath(topology.proxy?.software ?? "haproxy")}\n`,
  read: (part) => ({ proxy: { script: part.script?.replace(/\n$/, "") ?? "" } }),
};

/** Mode and owner of the script, "755 root"; undefined: there is none. */
export type WithScriptMode = { readonly script?: string };

export const scriptMode: Look<WithScriptMode, ProxyNode> = {
  ask: ({ topology: { proxy, vrrp } }) =>
    proxy === undefined || vrrp?.trackScript === undefined
      ? ""
      : `show script stat -c '%a %U' ${checkScriptPath(proxy.software)}\n`,
  read(part) {
    const seen = textOf(part, "script");
    return seen === "" ? {} : { script: seen };
  },
};
