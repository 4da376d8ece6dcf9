import type { Position } from "../../keepalived/finding";
import {
  type Chain,
  type Firewall,
  type FirewallRule,
  hasPort,
  isCard,
  isKind,
  isWithinAny,
  type Marking,
  not,
  type Packet,
  protocolOf,
  type Table,
  type Target,
  type Truth,
} from "./firewall";

const HOOKS: Readonly<Record<string, string>> = { PREROUTING: "prerouting", INPUT: "input" };

/** Targets that change or log a packet, which then goes on. */
const PASSING = [
  "LOG",
  "NFLOG",
  "ULOG",
  "MARK",
  "CONNMARK",
  "CLASSIFY",
  "DSCP",
  "TOS",
  "TTL",
  "TRACE",
  "CT",
  "NOTRACK",
  "SECMARK",
];

/** Reads the output of iptables-save or ip6tables-save (iptables-save(8)). */
export function readIptables(file: string, text: string, family: "ip" | "ip6"): Firewall {
  const tables: { family: string; name: string; chains: Map<string, Chain & { rules: FirewallRule[] }> }[] = [];
  let unread: Position | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    const at = { file, line: index + 1, column: 1 };
    const words = wordsOf(line);
    const [word = ""] = words;
    const table = tables.at(-1);
    if (word === "" || word.startsWith("#") || word === "COMMIT") continue;
    if (word.startsWith("*")) tables.push({ family, name: word.slice(1), chains: new Map() });
    else if (word.startsWith(":") && table) {
      const [name, policy] = [word.slice(1), words[1]];
      const hook = policy === "-" ? undefined : HOOKS[name];
      const base =
        hook === undefined ? {} : { base: { hook, policy: policy === "DROP" ? "drop" : "accept", at } as const };
      table.chains.set(name, { name, rules: [], ...base });
    } else if (table && /^(?:\[\d+:\d+\]|-A|--append)$/.test(word)) {
      const rest = word.startsWith("[") ? words.slice(1) : words;
      table.chains.get(rest[1] ?? "")?.rules.push(ruleOf(at, rest.slice(2), table.chains));
    } else unread ??= at;
  }
  return { file, tables: tables satisfies readonly Table[], unread };
}

/** Words as a shell splits them; quotes go. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );

type Match = (packet: Packet) => Truth;

/** Options of a match, each with its value. Others are not understood. */
const OPTIONS: Readonly<Record<string, (value: string, protocol: number | undefined) => Match>> = {
  "-p": (value) => (packet) => value === "all" || packet.protocol === protocolOf(value),
  "-i": (value) => (packet) => isCard(packet.card, value, "+"),
  "-s": (value) => (packet) => isWithinAny(packet.source, value.split(","), packet),
  "-d": (value) => (packet) => isWithinAny(packet.destination, value.split(","), packet),
  "--dport": (value, protocol) => (packet) => hasPort(packet, [value], protocol),
  "--dports": (value, protocol) => (packet) => hasPort(packet, value.split(","), protocol),
  "--ctstate": (value) => () => value.split(",").includes("NEW"),
  "--state": (value) => () => value.split(",").includes("NEW"),
  "--comment": () => () => true,
  "--pkt-type": (value) => (packet) => isKind(packet, value),
  "--dst-type": (value) => (packet) => isKind(packet, value.toLowerCase()),
  "--icmp-type": () => () => false,
  "--icmpv6-type": () => () => false,
};
const LONG: Readonly<Record<string, string>> = {
  "--protocol": "-p",
  "--in-interface": "-i",
  "--source": "-s",
  "--destination": "-d",
  "--destination-port": "--dport",
  "--destination-ports": "--dports",
};

function ruleOf(at: Position, words: readonly string[], chains: ReadonlyMap<string, unknown>): FirewallRule {
  const matches: Match[] = [];
  let target: Target = { kind: "none" };
  let protocol: number | undefined;
  let isNegated = false;
  const ports: string[] = [];
  let isByMac = false;
  let marking: Marking | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = LONG[words[index] ?? ""] ?? words[index] ?? "";
    const value = words[index + 1] ?? "";
    if (word === "!") {
      isNegated = true;
      continue;
    }
    if (word === "-j" || word === "-g" || word === "--jump" || word === "--goto") {
      target = targetOf(value, word === "-j" || word === "--jump", chains);
      const mark = value === "MARK" ? markOf(words.slice(index + 2)) : undefined;
      if (mark !== undefined) marking = { mark, ports, isByMac };
      break; // what follows are options of the target
    }
    index += 1;
    if (word === "-m" || word === "--match") continue;
    if (word === "--dport" || word === "--dports") ports.push(...value.split(","));
    if (word === "--mac-source" && isNegated) isByMac = true;
    const match = OPTIONS[word]?.(value, protocol);
    if (word === "-p") protocol = protocolOf(value);
    if (!match) {
      // How many values an unknown option has is not known either.
      while (index + 1 < words.length && !/^(?:-|!$)/.test(words[index + 1] ?? "")) index += 1;
      matches.push(() => undefined);
    } else matches.push(isNegated ? (packet) => not(match(packet)) : match);
    isNegated = false;
  }
  return { at, matches, target, ...(marking ? { marking } : {}) };
}

/** The mark of the target MARK, iptables-extensions(8); undefined: it clears bits, or none is said. */
function markOf([option = "", value = ""]: readonly string[]): number | undefined {
  const mark = ["--set-mark", "--set-xmark", "--or-mark"].includes(option) ? Number(value.split("/")[0]) : Number.NaN;
  return Number.isInteger(mark) && mark > 0 ? mark : undefined;
}

function targetOf(word: string, returns: boolean, chains: ReadonlyMap<string, unknown>): Target {
  if (word === "ACCEPT") return { kind: "accept" };
  if (word === "DROP" || word === "REJECT") return { kind: "drop" };
  if (word === "RETURN") return { kind: "return" };
  if (chains.has(word)) return { kind: "chain", chain: word, returns };
  return { kind: PASSING.includes(word) ? "none" : "unknown" };
}
