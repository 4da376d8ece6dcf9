import { realServerAddress, directorsOf } from "../../infra/model/members";
import { forwards } from "../../infra/model/routing";
import type { Node, Topology } from "../../infra/model/topology";
import { type Opening, openingsOf, sortedAddresses } from "./openings";

/** The table that the lab's rules are in; what is in others is not the lab's. */
export const TABLE = "inet lvs-lab";

/**
 * Renders the rules of a machine, an nft(8) table as `nft --numeric-protocol list table` prints it, so that what the kernel has can
 * be compared with it: nothing comes in but answers, ICMP and what the machine's role answers.
 *
 * TCP is not tracked. A segment that is no bare SYN opens nothing, so no connection has to be remembered for it: a director with direct
 * routing sees no answers, a router of such a lab no requests; a guest of 512 MB can remember 4096 connections, each for two
 * minutes after its end; and what was open before the rules were there goes on.
 */
export function renderRules(topology: Topology, node: Node): string {
  const untracked = "meta l4proto 6 notrack";
  const chains = [
    chain("arriving", "prerouting priority raw; policy accept", [untracked]),
    chain("leaving", "output priority raw; policy accept", [untracked]),
    chain("input", "input priority filter; policy drop", [
      'iifname "lo" accept',
      'ct state established,related accept comment "answers"',
      'tcp flags rst,ack accept comment "answers"',
      ICMP,
      ...openingsOf(topology, node).map(openingRule),
    ]),
    ...(forwards(topology, node)
      ? [chain("forward", "forward priority filter; policy drop", forwardRules(topology, node))]
      : []),
  ];
  return `table ${TABLE} {\n${chains.join("\n")}}\n`;
}

const ICMP = 'meta l4proto { 1, 58 } accept comment "ICMP"';

const chain = (name: string, hook: string, rules: readonly string[]): string =>
  [`chain ${name} {`, ...[`type filter hook ${hook};`, ...rules].map((rule) => `\t${rule}`), "}"]
    .map((line) => `\t${line}\n`)
    .join("");

function openingRule({ name, what, from, to }: Opening): string {
  const matches = [
    ...(from === undefined ? [] : [`ip saddr ${oneOf(sortedAddresses(from))}`]),
    ...(to === undefined ? [] : [`ip daddr ${to}`]),
    "number" in what ? `ip protocol ${what.number}` : `${what.transport} dport ${oneOf(ascending(what.ports))}`,
  ];
  return `${matches.join(" ")} accept comment "${name}"`;
}

/**
 * A router forwards between its own networks whatever comes. A director forwards the answers of its real servers, which IPVS gives the
 * VIP as source after the filter has seen them (NAT).
 */
function forwardRules(topology: Topology, node: Node): string[] {
  if (node.role === "router") {
    const cards = oneOf(
      Object.keys(node.interfaces)
        .sort()
        .map((card) => `"${card}"`),
    );
    return [`iifname ${cards} oifname ${cards} accept comment "between its networks"`];
  }
  const director = directorsOf(topology).find(({ name }) => name === node.name);
  const rules = topology.virtualServers
    .filter(({ forwarding }) => forwarding === "NAT")
    .flatMap(({ protocol, realServers }) =>
      Object.entries(realServers).map(([name, { port }]) => {
        const real = topology.nodes[name];
        if (director === undefined || real === undefined) throw new Error(`${node.name} cannot reach ${name}`);
        const answers = protocol === "TCP" ? `tcp sport ${port} tcp flags rst,ack` : `udp sport ${port}`;
        return `ip saddr ${realServerAddress(director, real)} ${answers} accept comment "answers of ${name}"`;
      }),
    );
  return [ICMP, ...new Set(rules)];
}

const ascending = (ports: readonly number[]): string[] => [...new Set(ports)].sort((a, b) => a - b).map(String);
/** One value as it is, several as a set. */
const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? "") : `{ ${values.join(", ")} }`;
