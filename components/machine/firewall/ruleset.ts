import { familyOf } from "../../../model/plan/addresses";
import { type Opening, sortedAddresses } from "./opening";

/** The table of the lab's rules. Other tables do not belong to the lab. */
export const TABLE = "inet lvs-lab";

/**
 * Renders the rules of a machine: an nft(8) table in the form of `nft --numeric-protocol list table`, so that the kernel's rules can
 * be compared with it. It allows only answers, ICMP and the openings. `forward` has the rules for packets that are not its own; undefined:
 * it forwards nothing. `silent` has the interfaces on which no multicast arrives. `marking` has the rules that mark packets.
 *
 * TCP is not tracked. Only a bare SYN can open a connection, so the firewall need not remember connections: a director with direct
 * routing sees no answers, and a router of such a lab sees no requests. A guest of 512 MB could remember 4096 connections, each for two
 * minutes after its end. And connections that were open before the rules were loaded continue.
 */
export function renderRules(
  openings: readonly Opening[],
  forward?: readonly string[],
  silent: readonly string[] = [],
  marking: readonly string[] = [],
): string {
  const untracked = "meta l4proto 6 notrack";
  const chains = [
    chain("arriving", "prerouting priority raw; policy accept", [untracked]),
    chain("leaving", "output priority raw; policy accept", [untracked]),
    ...(marking.length === 0 ? [] : [chain("marks", "prerouting priority mangle; policy accept", marking)]),
    chain("input", "input priority filter; policy drop", [
      'iifname "lo" accept',
      ...silent.map((card) => `iifname "${card}" ip daddr 224.0.0.0/4 drop comment "no multicast"`),
      'ct state established,related accept comment "answers"',
      'tcp flags rst,ack accept comment "answers"',
      ICMP,
      ...openings.flatMap(openingRules),
    ]),
    ...(forward === undefined ? [] : [chain("forward", "forward priority filter; policy drop", forward)]),
  ];
  return `table ${TABLE} {\n${chains.join("\n")}}\n`;
}

/** The rule that allows ICMP of both families. */
export const ICMP = 'meta l4proto { 1, 58 } accept comment "ICMP"';

const chain = (name: string, hook: string, rules: readonly string[]): string =>
  [`chain ${name} {`, ...[`type filter hook ${hook};`, ...rules].map((rule) => `\t${rule}`), "}"]
    .map((line) => `\t${line}\n`)
    .join("");

/** nft's word for the family of an address or prefix. */
const wordOf = (address: string): "ip" | "ip6" => (familyOf(address) === "inet" ? "ip" : "ip6");

/** The rules of an opening: one, or one for each family of its sources. Ports without addresses are open in both families. */
function openingRules({ name, what, from, to }: Opening): string[] {
  const rule = (family: "ip" | "ip6", sources: readonly string[]): string => {
    // A header of IPv6 may stand between IPv6's and the protocol's.
    const number = family === "ip" ? "ip protocol" : "meta l4proto";
    const matches = [
      ...(sources.length === 0 ? [] : [`${family} saddr ${oneOf(sources)}`]),
      ...(to === undefined ? [] : [`${family} daddr ${sortedAddresses([to]).join("")}`]),
      "number" in what ? `${number} ${what.number}` : `${what.transport} dport ${oneOf(ascending(what.ports))}`,
    ];
    return `${matches.join(" ")} accept comment "${name}"`;
  };
  if (from === undefined) return [rule(wordOf(to ?? ""), [])];
  return (["ip", "ip6"] as const).flatMap((family) => {
    const sources = sortedAddresses(from.filter((one) => wordOf(one) === family));
    return sources.length === 0 ? [] : [rule(family, sources)];
  });
}

const ascending = (ports: readonly number[]): string[] => [...new Set(ports)].sort((a, b) => a - b).map(String);

/** A single value, or a set of several. */
export const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? "") : `{ ${values.join(", ")} }`;
