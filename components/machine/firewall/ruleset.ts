import { realServerAddress, directorsOf } from "../../../model/topology/members";
import { forwards } from "../../../model/topology/routing";
import type { Node, Topology } from "../../../model/topology/topology";
import { type Opening, openingsOf, sortedAddresses } from "./openings";

/** The table of the lab's rules. Other tables do not belong to the lab. */
export const TABLE = "inet lvs-lab";

/**
 * Renders the rules of a machine: an nft(8) table in the form of `nft --numeric-protocol list table`, so that the kernel's rules can
 * be compared with it. It allows only answers, ICMP and what the machine's role answers.
 *
 * TCP is not tracked. Only a bare SYN can open a connection, so the firewall need not remember connections: a director with direct
 * routing sees no answers, and a router of such a lab sees no requests. A guest of 512 MB could remember 4096 connections, each for two
 * minutes after its end. And connections that were open before the rules were loaded continue.
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
 * A router forwards everything between its own networks. A director forwards the answers of its real servers; IPVS changes their
 * source to the VIP after the firewall (NAT).
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
/** A single value, or a set of several. */
const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? "") : `{ ${values.join(", ")} }`;
