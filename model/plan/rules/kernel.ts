import type { VirtualServer } from "../../keepalived/config/servers";
import { nameOf } from "../../keepalived/config/servers";
import { canonical } from "../addresses";
import { higherOf, switchOf } from "../host/kernel";
import type { Node } from "../plan";
import type { Found, Rule } from "./rule";

const SYSCTL = "Linux, Documentation/networking/ip-sysctl.rst";

const ownOf = ({ cards }: Node): readonly string[] =>
  cards.flatMap(({ addresses }) => addresses.map(({ address }) => address));
const isLoopback = (address: string): boolean => address.startsWith("127.") || address === "::1";

/** Whether a machine forwards packets of a family; undefined: not known. */
const forwarding = ({ host }: Node, family: VirtualServer["family"]) =>
  switchOf(host.kernel, family === "inet6" ? "net/ipv6/conf/all/forwarding" : "net/ipv4/ip_forward");

/** Rules about settings of a machine's kernel. */
export const kernel: readonly Rule[] = [
  {
    name: "ip-forward-off",
    severity: "error",
    summary: "NAT on a machine that does not forward",
    why: "the answers of the real servers pass the director, and it drops them",
    source: `${SYSCTL}, ip_forward; LVS-HOWTO, LVS-NAT`,
    find: ({ plan }) =>
      plan.nodes.flatMap((node) =>
        node.config.virtualServers.flatMap((vs): Found[] => {
          const state = forwarding(node, vs.family);
          const far = vs.realServers.find(
            ({ address, lvsMethod }) =>
              lvsMethod.value.method === "NAT" && !isLoopback(address) && !ownOf(node).includes(canonical(address)),
          );
          return !state || state.isOn || !far
            ? []
            : [
                {
                  at: vs.lbKind.at ?? vs.at,
                  also: [state.at],
                  message: `${node.name}: ${nameOf(vs)} uses NAT, and the machine does not forward`,
                  fix: `set sysctl ${vs.family === "inet6" ? "net.ipv6.conf.all.forwarding" : "net.ipv4.ip_forward"}=1`,
                },
              ];
        }),
      ),
  },
  {
    name: "arp-answers-vip",
    severity: "warning",
    summary: "A director that is also a real server answers ARP for the VIP",
    why: "as real server it has the VIP too; if it answers ARP while it is BACKUP, clients send to it, past the MASTER",
    source: `${SYSCTL}, arp_ignore, arp_announce; LVS-HOWTO, The ARP Problem`,
    find: ({ plan }) => {
      const told = new Set<string>();
      return plan.nodes.flatMap((node) =>
        plan.nodes
          .filter((other) => other !== node)
          .flatMap((other) => other.config.virtualServers)
          .flatMap((vs) =>
            vs.realServers.flatMap((rs): Found[] => {
              const card = node.cards.find(({ addresses }) =>
                addresses.some(({ address }) => address === canonical(rs.address)),
              );
              const own = node.config.virtualServers.find((one) => nameOf(one) === nameOf(vs));
              if (!card || !own || rs.lvsMethod.value.method === "NAT" || told.has(node.name)) return [];
              const [ignore, announce] = ["arp_ignore", "arp_announce"].map((name) =>
                higherOf(node.host.kernel, name, card.name),
              );
              const low = [
                ...(ignore && ignore.value < 1 ? [{ ...ignore, name: "arp_ignore", need: "1" }] : []),
                ...(announce && announce.value < 2 ? [{ ...announce, name: "arp_announce", need: "2" }] : []),
              ];
              if (low.length === 0) return [];
              told.add(node.name);
              return [
                {
                  at: own.at,
                  also: [rs.written.at, ...low.map(({ at }) => at)],
                  message: `${node.name} is a director and the real server ${rs.address} of ${nameOf(vs)}, with ${low.map(({ name, value }) => `${name} ${value}`).join(" and ")} on ${card.name}`,
                  fix: `set sysctl ${low.map(({ name, need }) => `net.ipv4.conf.${card.name}.${name}=${need}`).join(" and ")}`,
                },
              ];
            }),
          ),
      );
    },
  },
  {
    name: "rp-filter-strict",
    severity: "warning",
    summary: "Strict reverse path filter on a VIP's card that the default route does not use",
    why: "the kernel drops a packet if the way back to its source leaves by another card, so requests from other networks are lost",
    source: `${SYSCTL}, rp_filter: 1 is RFC 3704's strict mode`,
    find: ({ plan }) =>
      plan.nodes.flatMap((node) => {
        const [first, ...others] = node.host.routes.filter(({ to }) => !to);
        const way = first && others.reduce((best, one) => (one.metric < best.metric ? one : best), first);
        if (!way) return [];
        const told = new Set<string>();
        return node.config.instances.flatMap(
          ({ interface: card, family, virtualIpaddress, virtualIpaddressExcluded }) =>
            [...virtualIpaddress, ...virtualIpaddressExcluded].flatMap(({ value, at }): Found[] => {
              const name = value.dev ?? card?.value;
              const isService = node.config.virtualServers.some(
                ({ service }) => service.kind === "address" && canonical(service.address) === canonical(value.address),
              );
              if (name === undefined || name === way.card || family !== "inet" || !isService || told.has(name))
                return [];
              const filter = higherOf(node.host.kernel, "rp_filter", name);
              if (filter?.value !== 1) return [];
              told.add(name);
              return [
                {
                  at,
                  also: [filter.at],
                  message: `${node.name}: requests to ${value.address} arrive on ${name} with rp_filter 1, and the default route leaves by ${way.card}`,
                  fix: `set sysctl net.ipv4.conf.all.rp_filter=0 and net.ipv4.conf.${name}.rp_filter=2, or route the clients' networks over ${name}`,
                },
              ];
            }),
        );
      }),
  },
];
