import type { Position } from "../../keepalived/finding";
import { type Cidr, cidrOf, familyOf, isWithin } from "../addresses";

/** A packet that arrives, as far as it is known. */
export interface Packet {
  readonly family: "inet" | "inet6";
  /** Its number in the IP header: 112 is VRRP, 51 is AH, 6 is TCP. */
  readonly protocol: number;
  readonly card?: string;
  readonly source?: string;
  readonly destination?: string;
  /** The destination port. */
  readonly port?: number;
}

/** Whether something is true of a packet; undefined: that is not known. */
export type Truth = boolean | undefined;

export type Target =
  | { readonly kind: "accept" | "drop" | "return" | "none" | "unknown" }
  /** `returns`: the chain's end leads back here. */
  | { readonly kind: "chain"; readonly chain: string; readonly returns: boolean };

/** One rule: what must be true of a packet, and what then becomes of it. */
export interface FirewallRule {
  readonly at: Position;
  readonly matches: readonly ((packet: Packet) => Truth)[];
  readonly target: Target;
  /** The mark that it gives a packet; undefined: none. */
  readonly marking?: Marking;
}

/** What a rule that marks packets says besides its matches. */
export interface Marking {
  readonly mark: number;
  /** The destination ports that it names, as they are written. */
  readonly ports: readonly string[];
  /** Whether it leaves out packets by their sender's MAC. */
  readonly isByMac: boolean;
}

export interface Chain {
  readonly name: string;
  readonly rules: readonly FirewallRule[];
  /** Of a chain that packets enter by themselves. */
  readonly base?: { readonly hook: string; readonly policy: "accept" | "drop"; readonly at: Position };
}

export interface Table {
  /** inet, ip, ip6 … */
  readonly family: string;
  readonly name: string;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** A ruleset of one file. */
export interface Firewall {
  readonly file: string;
  readonly tables: readonly Table[];
  /** The first statement outside a table that was not understood; then nothing can be said. */
  readonly unread: Position | undefined;
}

/** What becomes of a packet, and the rule that decides it. unknown: a rule that was not understood may decide it. */
export interface Fate {
  readonly verdict: "accept" | "drop" | "unknown";
  readonly at: Position | undefined;
}

export const both = (truths: readonly Truth[]): Truth =>
  truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
export const either = (truths: readonly Truth[]): Truth =>
  truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
export const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);

/** Whether an address is in one of some networks; an unknown address is in all of them, or perhaps not. */
const isIn = (address: string | undefined, networks: readonly Cidr[], packet: Packet): Truth => {
  const alike = networks.filter((one) => familyOf(one.address) === packet.family);
  if (alike.some(({ prefix }) => prefix === 0)) return true;
  if (address === undefined) return alike.length === 0 ? false : undefined;
  return alike.some((one) => isWithin(address, one));
};

/** The same with networks as they are written; undefined: one of them is no address. */
export function isWithinAny(address: string | undefined, written: readonly string[], packet: Packet): Truth {
  const networks = written.map(cidrOf);
  const known = networks.flatMap((one) => one ?? []);
  return known.length < networks.length ? undefined : isIn(address, known, packet);
}

/** Rules that are looked at for one packet in one table; a ruleset with more is not followed. */
const MOST_STEPS = 200_000;
/** Chains inside each other; the kernel refuses deeper ones, and circles. */
const DEEPEST = 64;

/** Follows a packet through a table. */
class Walk {
  #steps = 0;
  #depth = 0;

  constructor(
    readonly table: Table,
    readonly packet: Packet,
  ) {}

  /** What a chain does with the packet, if `end` is what becomes of it behind the chain. A rule that perhaps matches counts only if it makes a difference. */
  through(chain: Chain, end: Fate): Fate {
    return chain.rules.reduceRight<Fate>((later, rule) => {
      if (++this.#steps > MOST_STEPS) return { verdict: "unknown", at: rule.at };
      const truth = both(rule.matches.map((match) => match(this.packet)));
      if (truth === false) return later;
      const taken = this.#fate(rule, later, end);
      return truth === true || taken.verdict === later.verdict ? taken : { verdict: "unknown", at: rule.at };
    }, end);
  }

  #fate({ target, at }: FirewallRule, later: Fate, end: Fate): Fate {
    if (target.kind === "none") return later;
    if (target.kind === "return") return end;
    if (target.kind !== "chain") return { verdict: target.kind, at };
    const chain = this.table.chains.get(target.chain);
    if (!chain || this.#depth >= DEEPEST) return { verdict: "unknown", at };
    this.#depth += 1;
    const fate = this.through(chain, target.returns ? later : end);
    this.#depth -= 1;
    return fate;
  }
}

/** The table that keepalived itself writes, for addresses that the daemon knows about. */
const OWN_TABLE = "keepalived";

const HOOKS = ["prerouting", "input"];

/** What a machine's rulesets do with a packet to the machine: each base chain may drop it. */
export function fateOf(firewalls: readonly Firewall[], packet: Packet): Fate {
  const fates = firewalls.flatMap(({ tables, unread }): Fate[] => {
    if (unread) return [{ verdict: "unknown", at: unread }];
    const wanted = ["inet", packet.family === "inet" ? "ip" : "ip6"];
    return tables
      .filter(({ family, name }) => wanted.includes(family) && name !== OWN_TABLE)
      .flatMap((table) =>
        [...table.chains.values()].flatMap((chain): Fate[] => {
          const { base } = chain;
          if (!base || !HOOKS.includes(base.hook)) return [];
          return [new Walk(table, packet).through(chain, { verdict: base.policy, at: base.at })];
        }),
      );
  });
  return (
    fates.find(({ verdict }) => verdict === "drop") ??
    fates.find(({ verdict }) => verdict === "unknown") ?? { verdict: "accept", at: undefined }
  );
}

/** Numbers of protocols by the names that nft and iptables know (protocols(5)). */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipencap: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  "ipv6-icmp": 58,
  icmpv6: 58,
  vrrp: 112,
  sctp: 132,
};

export const protocolOf = (word: string): number | undefined => (/^\d+$/.test(word) ? Number(word) : PROTOCOLS[word]);

/** Ports by the names that people write in rulesets (services(5)). */
const PORTS: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  imap: 143,
  imap2: 143,
  https: 443,
  submission: 587,
  imaps: 993,
  pop3s: 995,
  mysql: 3306,
  postgresql: 5432,
};

/** `80`, `https`, `8000-8010` or `8000:8010`; undefined: a name that is not known here. */
export function portsOf(text: string): readonly [first: number, last: number] | undefined {
  const ends = text.split(/[-:]/).map((one) => (/^\d+$/.test(one) ? Number(one) : PORTS[one]));
  const named = PORTS[text];
  if (named !== undefined) return [named, named];
  const [first, last = first] = ends;
  return first === undefined || last === undefined || ends.includes(undefined) ? undefined : [first, last];
}

/** Whether a packet goes to one of some ports of a protocol. */
export function hasPort({ port, protocol }: Packet, texts: readonly string[], ofProtocol: number | undefined): Truth {
  if (ofProtocol !== undefined && protocol !== ofProtocol) return false;
  if (port === undefined) return [6, 17, 132].includes(protocol) ? undefined : false;
  return either(
    texts.map((text) => {
      const ports = portsOf(text);
      return ports && ports[0] <= port && port <= ports[1];
    }),
  );
}

/** Whether a card's name is what a ruleset says; `end` is the sign for "anything from here on". */
export function isCard(card: string | undefined, pattern: string, end: "*" | "+"): Truth {
  if (card === undefined) return pattern === "lo" ? false : undefined;
  return pattern.endsWith(end) ? card.startsWith(pattern.slice(0, -1)) : card === pattern;
}

/** Whether a packet is of a kind that its destination shows. */
export function isKind({ destination }: Packet, kind: string): Truth {
  if (destination === undefined) return undefined;
  const isMulticast = /^(?:22[4-9]|23\d)\.|^ff/.test(destination);
  if (kind === "multicast") return isMulticast;
  if (kind === "unicast" || kind === "local" || kind === "host") return !isMulticast;
  return kind === "broadcast" ? false : undefined;
}
