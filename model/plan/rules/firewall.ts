import { type AskedPacket, askedPackets } from "../host/asked";
import type { Node } from "../plan";
import type { Found, Rule, View } from "./rule";

/** What each machine's ruleset drops, of one kind. */
const dropped = (
  { plan }: View,
  kind: AskedPacket["kind"],
  found: (node: Node, packet: AskedPacket) => Found,
): readonly Found[] =>
  plan.nodes.flatMap((node) =>
    askedPackets(node.config, node.host).flatMap((packet) =>
      packet.kind === kind && packet.fate.verdict === "drop" ? [found(node, packet)] : [],
    ),
  );

/** Rules about packets that a machine's firewall does not let in. */
export const firewall: readonly Rule[] = [
  {
    name: "firewall-drops-vrrp",
    severity: "error",
    summary: "A machine's firewall drops the adverts of its peers",
    why: "it hears nobody, so it is MASTER beside the other MASTER",
    source: "RFC 5798, 5.1.1.4: IP protocol 112; RFC 4302: AH is protocol 51; nft(8); iptables(8)",
    find: (view) =>
      dropped(view, "vrrp", ({ name }, { what, at, fate }) => ({
        at,
        also: [fate.at],
        message: `${name} drops ${what}`,
        fix: what.includes("AH")
          ? "accept `meta l4proto ah`, iptables: `-p ah`"
          : "accept `meta l4proto vrrp`, iptables: `-p vrrp`",
      })),
  },
  {
    name: "firewall-drops-service",
    severity: "error",
    summary: "A machine's firewall drops the requests of a virtual server",
    why: "IPVS takes packets behind the filter of the hook input: it never sees them",
    source:
      "Linux, net/netfilter/ipvs/ip_vs_core.c: ip_vs_ops4 has LOCAL_IN at NF_IP_PRI_NAT_SRC - 1, behind the filter",
    find: (view) =>
      dropped(view, "service", ({ name }, { what, at, fate }) => ({
        at,
        also: [fate.at],
        message: `${name} drops ${what} for clients that it does not know`,
        fix: "accept the service's port in the chain of the hook input",
      })),
  },
];
