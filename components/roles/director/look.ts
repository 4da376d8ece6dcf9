import { isOwn } from "../../../model/topology/own/config";
import type { DirectorNode } from "../../../model/topology/node";
import { type Look, textOf } from "../../looks/look";
import { IPVSADM_RULES } from "./family";

/** ipvsadm's own files and timeouts; undefined: not a director that uses ipvsadm. */
export type WithIpvsadm = {
  readonly ipvsadm?: {
    /** /etc/ipvsadm.rules. */
    readonly rules: string;
    /** Seconds for tcp, tcpfin and udp, from `ipvsadm -l --timeout`. */
    readonly timeouts: string;
  };
};

export const ipvsadm: Look<WithIpvsadm, DirectorNode> = {
  ask: ({ node, family }) =>
    hasIpvsadm(node) ? `show rules cat ${IPVSADM_RULES[family]}\nshow timeouts ipvsadm --list --timeout\n` : "",
  read: (part, { node }) =>
    hasIpvsadm(node)
      ? {
          ipvsadm: {
            rules: textOf(part, "rules"),
            timeouts: /: *([\d ]+)/.exec(textOf(part, "timeouts"))?.[1]?.trim() ?? "",
          },
        }
      : {},
};

/** Whether ipvsadm fills its table: it has no keepalived. */
const hasIpvsadm = (node: DirectorNode): boolean => node.vrrp === undefined && !isOwn(node);
