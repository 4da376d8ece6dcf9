import { nameOf, type VirtualServer } from "../../model/keepalived/config/servers";
import { canonical, familyOf } from "../../model/plan/addresses";
import { marksOf as marksIn } from "../../model/plan/host/marks";
import type { Node, Plan } from "../../model/plan/plan";
import type { SiteMark } from "../../model/plan/siteFile";
import type { SiteCard } from "./cards";
import type { WrittenMark } from "./data";
import { listed } from "./names";
import type { Notes } from "./notes";
import { addressesOf, askedOf } from "./services";

/** Packets that a director of the lab marks for a virtual server. */
export interface LabMark extends SiteMark {
  readonly server: VirtualServer;
  /** Whether it leaves out packets that another director has balanced. */
  readonly isByMac: boolean;
}

/** The marks of each machine, and the rulesets that say them. */
export interface Marks {
  readonly all: ReadonlyMap<Node, readonly LabMark[]>;
  readonly files: ReadonlySet<string>;
}

/** The firewall marks of a virtual server. */
const numbersOf = ({ service, group }: VirtualServer): readonly number[] => [
  ...(service.kind === "fwmark" ? [service.fwmark] : []),
  ...(group?.entries ?? []).flatMap(({ value }) => (value.kind === "fwmark" ? [value.fwmark] : [])),
];

/**
 * What the machines mark for their virtual servers: as their rulesets say, else as site.yaml does, else what checks ask real servers for, at
 * every VIP.
 */
export function marksOf({ nodes }: Plan, said: readonly SiteMark[], cards: readonly SiteCard[], notes: Notes): Marks {
  const files = new Set<string>();
  const all = new Map<Node, readonly LabMark[]>();
  for (const node of nodes) {
    const own = node.config.virtualServers.flatMap((server) =>
      numbersOf(server).flatMap((mark) => ofMark(node, server, mark)),
    );
    if (own.length > 0) all.set(node, own);
  }
  return { all, files };

  function ofMark(node: Node, server: VirtualServer, mark: number): readonly LabMark[] {
    const vips = addressesOf(node, server);
    const asked = portsOf(server);
    // Two directors that are real servers of one mark go round, unless they leave out each other's packets.
    const isByMac = isServerToo(cards, node, server);
    const ruled = vips.flatMap((to) => {
      const card = cards.find((one) => one.node === node && one.moved.some(({ address }) => canonical(address) === to));
      const packet = { family: familyOf(to), destination: to, ...(card ? { card: card.name } : {}) };
      const found = marksIn(
        node.host.firewalls,
        packet,
        asked.map(({ ports: [port] }) => port),
      );
      return found.filter((one) => one.mark === mark).map((one): LabMark => ({ ...one, to, server }));
    });
    if (ruled.length > 0) {
      for (const { file } of node.host.firewalls) files.add(file);
      notes.standIn(`${node.name} marks ${markText(ruled)} with ${mark}, as its ruleset does`);
      return ruled;
    }
    const written = said.filter((one) => one.mark === mark && vips.includes(one.to));
    if (written.length > 0) return written.map((one): LabMark => ({ ...one, server, isByMac }));
    const assumed = vips.flatMap((to) => asked.map((one): LabMark => ({ ...one, mark, to, server, isByMac })));
    if (assumed.length > 0)
      notes.assume(
        `${node.name} marks ${markText(assumed)} with ${mark}${isByMac ? ", unless the other director sends it" : ""}: no ruleset and no site.yaml says what it marks`,
      );
    else
      notes.lose(
        server.at,
        nameOf(server),
        vips.length === 0
          ? "a firewall marks its packets, and the machine has no VIP: the client cannot ask it"
          : "a firewall marks its packets, and no file says which: write them into `marks` of site.yaml",
      );
    return assumed;
  }
}

/** What a service answers, as far as its real servers and their checks say it. */
function portsOf(server: VirtualServer): readonly Pick<SiteMark, "protocol" | "ports">[] {
  const isUdp = (server.protocol ?? server.written.protocol)?.value === "UDP";
  const ports = server.realServers.flatMap((real) =>
    askedOf(server, real).flatMap(({ address, service }) =>
      address === real.address ? [{ port: service.port, protocol: service.protocol }] : [],
    ),
  );
  const found = ports.map(
    ({ port, protocol }) =>
      [`${port}`, { protocol: isUdp || protocol === "udp" ? "udp" : "tcp", ports: [port, port] } as const] as const,
  );
  return [...new Map(found).values()];
}

const isServerToo = (cards: readonly SiteCard[], node: Node, { realServers }: VirtualServer): boolean =>
  cards.some(
    (card) =>
      card.node === node &&
      card.own.some(({ address }) => realServers.some((real) => canonical(real.address) === canonical(address))),
  );

/** `tcp 21 and 10000-20000 to 192.0.2.100` */
function markText(marks: readonly LabMark[]): string {
  const kinds = new Map<string, string[]>();
  for (const { protocol, ports, to } of marks) {
    const [first, last] = ports;
    const key = `${protocol} ${first === last ? first : `${first}-${last}`}`;
    kinds.set(key, [...(kinds.get(key) ?? []), to]);
  }
  return [...kinds].map(([key, to]) => `${key} to ${listed(to)}`).join(", ");
}

/** The marks as a topology has them. `others`: the host names of the other directors. */
export const writtenMarks = (marks: readonly LabMark[], others: readonly string[]): WrittenMark[] =>
  marks.map(({ mark, to, protocol, ports: [port, last], isByMac }) => ({
    mark,
    to: `${to}/${familyOf(to) === "inet" ? 32 : 128}`,
    protocol,
    port,
    ...(last === port ? {} : { lastPort: last }),
    ...(isByMac && others.length > 0 ? { notFrom: [...others] } : {}),
  }));
