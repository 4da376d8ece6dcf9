import type { NfsNode } from "../../../model/topology/node";
import { type Look, textOf } from "../../looks/look";

/** What an NFS server shares; undefined: not an NFS server. */
export type WithShare = {
  readonly share?: {
    /** Lines of /etc/exports. */
    readonly exports: readonly string[];
    /** Lines of `showmount -e` without the heading: folder and hosts. */
    readonly shown: readonly string[];
    /** index.html of the share. */
    readonly page: string;
  };
};

export const share: Look<WithShare, NfsNode> = {
  ask: ({ node }) => `show exports cat /etc/exports
show shown showmount --no-headers --exports
show page cat ${node.share}/index.html
`,
  read(part) {
    const lines = (name: string) => textOf(part, name).split("\n").filter(Boolean);
    return { share: { exports: lines("exports"), shown: lines("shown"), page: textOf(part, "page") } };
  },
};

/** Ports that rpcbind tells of, as "udp 111"; undefined: not an NFS server. */
export type WithRpc = { readonly rpc?: readonly string[] };

export const rpc: Look<WithRpc, NfsNode> = {
  ask: () => "show rpc rpcinfo\n",
  read: (part) => ({ rpc: parseRpc(part.rpc ?? "") }),
};

/** Lines of `rpcinfo`, IPv6's too: `100021 4 tcp6 ::.170.27 nlockmgr unknown`, the port by its two bytes. */
export const parseRpc = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/^\s*\d+\s+\d+\s+(tcp|udp)6?\s+\S*\.(\d+)\.(\d+)\s/gm)].map(
      ([, transport, high, low]) => `${transport} ${Number(high) * 256 + Number(low)}`,
    ),
  ),
];
