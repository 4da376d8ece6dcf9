import type { Position } from "../../keepalived/finding";
import {
  type Chain,
  both,
  either,
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
import { elementsOf, nftStatements, type Statement, type Word } from "./nftTokens";

type Match = (packet: Packet) => Truth;

/** What a ruleset names: sets of its table, and definitions. Each is a list of values. */
type Named = ReadonlyMap<string, readonly string[]>;

/** Statements outside a table that take nothing away and add nothing. */
const HARMLESS = /^(?:flush ruleset|(?:flush|add|create|delete|destroy) table .*|flush (?:chain|set|table) .*)$/;

/** Reads a ruleset in the language of nft(8), such as `nft list ruleset` prints it. */
export function readNft(file: string, text: string): Firewall {
  const placeOf = ({ line, column }: Word): Position => ({ file, line, column });
  const definitions = new Map<string, readonly string[]>();
  const tables: Table[] = [];
  let unread: Position | undefined;
  for (const statement of nftStatements(text)) {
    const [first, ...rest] = statement;
    const said = statement.map((word) => word.text);
    const body = statement.at(-1);
    if (!first) continue;
    if (first.text === "table" && body?.inner) {
      const [name = "", family = "ip"] = said.slice(1, -1).reverse();
      tables.push(tableOf(family, name, body.inner, definitions, placeOf));
    } else if (first.text === "define" && said[2] === "=")
      definitions.set(
        `$${said[1] ?? ""}`,
        rest.slice(2).flatMap((word) => valuesOf(word, definitions) ?? []),
      );
    else if (!HARMLESS.test(said.join(" "))) unread ??= placeOf(first);
  }
  return { file, tables, unread };
}

/** The values that a word stands for: one, those of a set, or of what it names; undefined: a name that is not known. */
function valuesOf(word: Word, named: Named): readonly string[] | undefined {
  if (word.inner) return elementsOf(word).flatMap((element) => named.get(element[0] ?? "") ?? [element.join("")]);
  if (/^[@$]/.test(word.text)) return named.get(word.text);
  return word.text === "," ? [] : [word.text];
}

function tableOf(
  family: string,
  name: string,
  body: readonly Statement[],
  definitions: Named,
  placeOf: (word: Word) => Position,
): Table {
  const named = new Map(definitions);
  const chains = new Map<string, Chain>();
  const isDormant = body.some((words) => words[0]?.text === "flags" && words.some(({ text }) => text === "dormant"));
  if (isDormant) return { family, name, chains };
  for (const [kind, title, block] of body)
    if (kind?.text === "set" && title && block?.inner) {
      const elements = block.inner.find(([word]) => word?.text === "elements")?.at(-1);
      // A set that a rule fills has elements that the ruleset does not show.
      const isFilled = block.inner.some((words) => words.some(({ text }) => text === "dynamic" || text === "timeout"));
      if (elements && !isFilled) named.set(`@${title.text}`, valuesOf(elements, named) ?? []);
    }
  for (const [kind, title, block] of body)
    if (kind?.text === "chain" && title && block?.inner)
      chains.set(title.text, chainOf(title, block.inner, named, placeOf));
  return { family, name, chains };
}

function chainOf(title: Word, body: readonly Statement[], named: Named, placeOf: (word: Word) => Position): Chain {
  const rules: FirewallRule[] = [];
  let hook: string | undefined;
  let policy: "accept" | "drop" = "accept";
  let at = placeOf(title);
  for (const statement of body) {
    const [first] = statement;
    const said = statement.map(({ text }) => text);
    if (!first) continue;
    if (first.text === "type") hook = said[1] === "nat" ? undefined : said[said.indexOf("hook") + 1];
    else if (first.text === "policy") {
      policy = said[1] === "drop" ? "drop" : "accept";
      at = placeOf(first);
    } else if (first.text !== "comment") rules.push(...rulesOf(statement, named, placeOf(first)));
  }
  return { name: title.text, rules, ...(hook === undefined ? {} : { base: { hook, policy, at } }) };
}

/** Statements that count, log or mark, with the number of their words; the packet goes on. */
const PASSING: Readonly<Record<string, number>> = {
  counter: 1,
  notrack: 1,
  comment: 2,
  "meta nftrace set": 4,
  "meta mark set": 4,
  "ct mark set": 4,
};
const COUNTED = /^(?:packets|bytes|prefix|group|level|flags|snaplen|queue-threshold|with)$/;

/** A line of a chain: matches, then what becomes of the packet. A map of verdicts makes a rule of each of its elements. */
function rulesOf(words: readonly Word[], named: Named, at: Position): readonly FirewallRule[] {
  const matches: Match[] = [];
  const unknown: Match = () => undefined;
  const marking = markingOf(words, named);
  const more = marking ? { marking } : {};
  let index = 0;
  while (index < words.length) {
    const said = words.slice(index).map(({ text }) => text);
    const [one = "", two = "", three = ""] = said;
    const target = targetOf(said);
    if (target) return [{ at, matches, target, ...more }];
    const passing = PASSING[one] ?? PASSING[`${one} ${two} ${three}`];
    if (passing !== undefined || one === "log") {
      index += passing ?? 1;
      while (COUNTED.test(words[index]?.text ?? "")) index += 2;
      continue;
    }
    const subject = SUBJECTS.find((known) => known.words.every((word, place) => word === said[place]));
    if (!subject) {
      matches.push(unknown);
      index += 1;
      continue;
    }
    index += subject.words.length;
    const isNegated = words[index]?.text === "!=";
    if (isNegated || words[index]?.text === "==") index += 1;
    if (words[index]?.text === "vmap") {
      const map = words[index + 1];
      if (!map?.inner) return [{ at, matches: [...matches, unknown], target: { kind: "unknown" } }];
      return elementsOf(map).map((element) => {
        const cut = element.indexOf(":");
        const key = element.slice(0, cut).join("");
        return {
          at,
          matches: [...matches, (packet) => subject.is(packet, [key])],
          target: targetOf(element.slice(cut + 1)) ?? { kind: "unknown" },
        };
      });
    }
    // A list without braces has commas: `ct state established,related`.
    const listed: Word[] = [];
    do {
      const word = words[index++];
      if (word) listed.push(word);
    } while (words[index]?.text === "," && ++index < words.length);
    const all = listed.map((word) => valuesOf(word, named));
    if (all.some((values) => values === undefined)) {
      matches.push(unknown);
      continue;
    }
    const values = all.flatMap((some) => some ?? []);
    matches.push((packet) => (isNegated ? not(subject.is(packet, values)) : subject.is(packet, values)));
  }
  return [{ at, matches, target: { kind: "none" }, ...more }];
}

/** What a line of a chain marks: `meta mark set 0x15`, nft(8); undefined: nothing, or what it sets is no number. */
function markingOf(words: readonly Word[], named: Named): Marking | undefined {
  const said = words.map(({ text }) => text);
  const value = words.findIndex((_, index) => said[index - 2] === "mark" && said[index - 1] === "set");
  if (value < 0 || said[value - 3] === "ct") return undefined;
  const [text = ""] = valuesOf(words[value] as Word, named) ?? [];
  const mark = Number(text);
  if (!Number.isInteger(mark) || mark <= 0) return undefined;
  const ports = words.flatMap((word, index) => (said[index - 1] === "dport" ? (valuesOf(word, named) ?? []) : []));
  const mac = said.findIndex((word, index) => word === "saddr" && said[index - 1] === "ether");
  return { mark, ports, isByMac: mac >= 0 && said[mac + 1] === "!=" };
}

function targetOf([one = "", two = ""]: readonly string[]): Target | undefined {
  if (one === "accept") return { kind: "accept" };
  if (one === "drop" || one === "reject") return { kind: "drop" };
  if (one === "return") return { kind: "return" };
  if (one === "jump" || one === "goto") return { kind: "chain", chain: two, returns: one === "jump" };
  if (one === "continue") return { kind: "none" };
  return ["queue", "tproxy", "dup", "fwd", "redirect", "dnat", "snat", "masquerade", "synproxy"].includes(one)
    ? { kind: "unknown" }
    : undefined;
}

const isProtocol = ({ protocol }: Packet, values: readonly string[]): Truth =>
  either(
    values.map((value) => {
      const number = protocolOf(value);
      return number === undefined ? undefined : number === protocol;
    }),
  );
const ofFamily = (packet: Packet, family: Packet["family"], truth: Truth): Truth =>
  both([packet.family === family, truth]);

/** What a match looks at, and whether it is one of some values. */
const SUBJECTS: readonly {
  readonly words: readonly string[];
  readonly is: (packet: Packet, values: readonly string[]) => Truth;
}[] = [
  ...["iif", "iifname"].flatMap((name) =>
    [[name], ["meta", name]].map((words) => ({
      words,
      is: ({ card }: Packet, values: readonly string[]) => either(values.map((value) => isCard(card, value, "*"))),
    })),
  ),
  ...[
    ["meta", "l4proto"],
    ["ip", "protocol"],
    ["ip6", "nexthdr"],
  ].map((words) => ({
    words,
    is: (packet: Packet, values: readonly string[]) => {
      const [family] = words;
      const truth = isProtocol(packet, values);
      return family === "meta" ? truth : ofFamily(packet, family === "ip" ? "inet" : "inet6", truth);
    },
  })),
  ...(["ip", "ip6"] as const).flatMap((family) => [
    {
      words: [family, "saddr"],
      is: (packet: Packet, values: readonly string[]) =>
        ofFamily(packet, family === "ip" ? "inet" : "inet6", isWithinAny(packet.source, values, packet)),
    },
    {
      words: [family, "daddr"],
      is: (packet: Packet, values: readonly string[]) =>
        ofFamily(packet, family === "ip" ? "inet" : "inet6", isWithinAny(packet.destination, values, packet)),
    },
  ]),
  ...["tcp", "udp", "sctp", "th"].flatMap((name) => [
    {
      words: [name, "dport"],
      is: (packet: Packet, values: readonly string[]) => hasPort(packet, values, protocolOf(name)),
    },
    // Any port of a client.
    {
      words: [name, "sport"],
      is: ({ protocol }: Packet) => (name !== "th" && protocol !== protocolOf(name) ? false : undefined),
    },
    { words: [name, "flags"], is: ({ protocol }: Packet) => (protocol === protocolOf(name) ? undefined : false) },
  ]),
  ...["icmp", "icmpv6", "igmp", "esp"].flatMap((name) =>
    ["type", "code", "spi"].map((field) => ({
      words: [name, field],
      is: ({ protocol }: Packet) => (protocol === protocolOf(name) ? undefined : false),
    })),
  ),
  { words: ["ah", "spi"], is: ({ protocol }) => (protocol === protocolOf("ah") ? undefined : false) },
  { words: ["vrrp", "type"], is: ({ protocol }) => protocol === protocolOf("vrrp") },
  // The first packet of a connection is looked at. VRRP has no answers, so all its packets are such ones.
  { words: ["ct", "state"], is: (_, values) => values.includes("new") },
  { words: ["ct", "status"], is: () => false },
  {
    words: ["meta", "pkttype"],
    is: (packet, values) => either(values.map((value) => isKind(packet, value === "unicast" ? "host" : value))),
  },
  {
    words: ["pkttype"],
    is: (packet, values) => either(values.map((value) => isKind(packet, value === "unicast" ? "host" : value))),
  },
  { words: ["meta", "nfproto"], is: ({ family }, values) => values.includes(family === "inet" ? "ipv4" : "ipv6") },
  { words: ["fib", "daddr", "type"], is: (packet, values) => either(values.map((value) => isKind(packet, value))) },
];
