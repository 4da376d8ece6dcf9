import { type Chain, type Firewall, both, type Marking, type Packet, portsOf, PROTOCOLS, type Table } from "./firewall";

/** Packets for an address that get a firewall mark. */
export interface Marked {
  readonly mark: number;
  readonly protocol: "tcp" | "udp";
  /** The first port, and the last one of a range. */
  readonly ports: readonly [first: number, last: number];
  /** Whether the rule leaves out packets by their sender's MAC: those that a peer has already balanced. */
  readonly isByMac: boolean;
}

/** Chains inside each other; the kernel refuses deeper ones. */
const DEEPEST = 64;

/** The mark that a chain gives a packet. A match that nobody knows counts as true, but does not end the chain. */
function markIn(
  table: Table,
  chain: Chain,
  packet: Packet,
  given?: Marking,
  depth = 0,
): [Marking | undefined, boolean] {
  let mark = given;
  for (const { matches, marking, target } of chain.rules) {
    const truth = both(matches.map((match) => match(packet)));
    if (truth === false) continue;
    if (marking) mark = marking;
    if (target.kind === "chain") {
      const inner = table.chains.get(target.chain);
      const [found, isOver] = inner && depth < DEEPEST ? markIn(table, inner, packet, mark, depth + 1) : [mark, false];
      mark = found;
      if (isOver || !target.returns) return [mark, isOver];
    } else if (truth === true && target.kind !== "none" && target.kind !== "unknown")
      return [mark, target.kind !== "return"];
  }
  return [mark, false];
}

/** The mark that a machine's rulesets give a packet that arrives; undefined: none. */
function markOf(firewalls: readonly Firewall[], packet: Packet): Marking | undefined {
  let mark: Marking | undefined;
  for (const { tables } of firewalls)
    for (const table of tables)
      if (["inet", packet.family === "inet" ? "ip" : "ip6"].includes(table.family))
        for (const chain of table.chains.values())
          if (chain.base?.hook === "prerouting") [mark] = markIn(table, chain, packet, mark);
  return mark;
}

/** What a machine's rulesets mark of the packets for an address: the ports that their rules name, and those of `ports`. */
export function marksOf(
  firewalls: readonly Firewall[],
  to: Pick<Packet, "family" | "destination" | "card">,
  ports: readonly number[],
): readonly Marked[] {
  const rules = firewalls.flatMap(({ tables }) =>
    tables.flatMap(({ chains }) => [...chains.values()].flatMap((chain) => chain.rules)),
  );
  if (!rules.some(({ marking }) => marking)) return [];
  const named = rules.flatMap(({ marking }) =>
    (marking?.ports ?? []).flatMap((text) => {
      const found = portsOf(text);
      return found ? [found] : [];
    }),
  );
  const ranges = new Map(
    [...named, ...ports.map((port) => [port, port])].flatMap(([first, last]) =>
      first === undefined || last === undefined ? [] : [[`${first}-${last}`, [first, last] as const] as const],
    ),
  );
  return (["tcp", "udp"] as const).flatMap((protocol) =>
    [...ranges.values()].flatMap(([first, last]): Marked[] => {
      const found = [first, last].map((port) => markOf(firewalls, { ...to, protocol: PROTOCOLS[protocol] ?? 0, port }));
      const [marking, other] = found;
      return marking === undefined || other?.mark !== marking.mark
        ? []
        : [{ mark: marking.mark, protocol, ports: [first, last], isByMac: marking.isByMac }];
    }),
  );
}
