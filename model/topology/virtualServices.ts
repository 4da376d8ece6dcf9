/** The virtual servers of directors that bring their own keepalived.conf, with what the lab has behind them. */
import { nameOf, type VirtualServer } from "../keepalived/config/servers";
import { canonical } from "../plan/addresses";
import { type OwnDirector, ownDirectorsOf, readingOfOwn } from "./own/config";
import type { Mark, Node, Service } from "./node";
import type { Topology } from "./topology";

/** A virtual server of one or several directors. */
export type VirtualService = {
  /** As keepalived.conf has it: "virtual_server 192.168.10.200 53", "virtual_server fwmark 21". */
  readonly name: string;
  /** Addresses for clients; empty with firewall marks alone. Port 0: every port. */
  readonly endpoints: readonly Endpoint[];
  readonly fwmarks: readonly number[];
  /** What the first of the directors marks for it; absent: nothing. */
  readonly marked?: readonly Mark[];
  /** Undefined: firewall marks alone, which cover every protocol. */
  readonly protocol: "TCP" | "UDP" | "SCTP" | undefined;
  readonly scheduler: string;
  /** Of the real servers without a method of their own. */
  readonly forwarding: "NAT" | "DR" | "TUN";
  /** Persistence timeout in seconds; undefined: none. */
  readonly persistence?: number;
  /** Names of the directors that have it, in the order of the file. */
  readonly directors: readonly string[];
  /** Those of the first of them. */
  readonly realServers: readonly BroughtServer[];
};

export type Endpoint = {
  readonly address: string;
  /** The last address of a range, or `/BITS` for a whole network; undefined: one address. */
  readonly last?: string;
  readonly port: number;
};

export type BroughtServer = {
  readonly address: string;
  /** 0: that of the request. */
  readonly port: number;
  readonly weight: number;
  readonly forwarding: "NAT" | "DR" | "TUN";
  /** The node that has the address; undefined: none in the lab. */
  readonly node?: string;
  /** What that node serves on the port; undefined: nothing, or nobody knows the port. */
  readonly serves?: Service["protocol"];
};

/** Each virtual server of the directors' own configurations once, in the order of the files. */
export function virtualServicesOf(topology: Topology): readonly VirtualService[] {
  const found = new Map<string, VirtualService>();
  const owners = addressOwners(topology);
  for (const node of ownDirectorsOf(topology))
    for (const server of readingOfOwn(node).config.virtualServers) {
      const service = serviceOf(server, owners, node);
      const key = JSON.stringify([service.endpoints, service.fwmarks, service.protocol]);
      const known = found.get(key);
      found.set(key, known === undefined ? service : { ...known, directors: [...known.directors, node.name] });
    }
  return [...found.values()];
}

/** The node of every address, in one spelling: cards and further addresses. */
export const addressOwners = ({ nodes }: Pick<Topology, "nodes">): ReadonlyMap<string, Node> =>
  new Map(
    Object.values(nodes).flatMap((node) =>
      Object.values(node.interfaces).flatMap(({ address, aliases = [] }) =>
        [address, ...aliases].map((one) => [canonical(one.split("/")[0] ?? ""), node] as const),
      ),
    ),
  );

function serviceOf(server: VirtualServer, owners: ReadonlyMap<string, Node>, director: OwnDirector): VirtualService {
  const { service, group, protocol, lbAlgo, lbKind, persistenceTimeout } = server;
  const entries = service.kind === "group" ? (group?.entries ?? []).map(({ value }) => value) : [];
  const endpoints =
    service.kind === "address"
      ? [{ address: canonical(service.address), port: service.port }]
      : entries.flatMap((entry): Endpoint[] =>
          entry.kind === "addresses"
            ? [
                {
                  address: canonical(entry.address),
                  ...(entry.last === undefined ? {} : { last: entry.last }),
                  port: entry.port,
                },
              ]
            : [],
        );
  const fwmarks =
    service.kind === "fwmark"
      ? [service.fwmark]
      : entries.flatMap((entry) => (entry.kind === "fwmark" ? [entry.fwmark] : []));
  const marked = (director.marks ?? []).filter(({ mark }) => fwmarks.includes(mark));
  return {
    name: nameOf(server),
    endpoints,
    fwmarks,
    ...(marked.length === 0 ? {} : { marked }),
    protocol: protocol?.value,
    scheduler: lbAlgo.value,
    forwarding: lbKind.value.method,
    ...(persistenceTimeout === undefined ? {} : { persistence: persistenceTimeout.value }),
    directors: [director.name],
    realServers: server.realServers.map(({ address, port, weight, lvsMethod }): BroughtServer => {
      const node = owners.get(canonical(address));
      const serves = node === undefined ? undefined : servedOn(node, port, protocol?.value);
      return {
        address: canonical(address),
        port,
        weight: weight.value,
        forwarding: lvsMethod.value.method,
        ...(node === undefined ? {} : { node: node.name }),
        ...(serves === undefined ? {} : { serves }),
      };
    }),
  };
}

/** What a node serves on a port of a protocol. */
function servedOn(node: Node, port: number, protocol: VirtualService["protocol"]): Service["protocol"] | undefined {
  const serves = node.role === "server" || node.role === "director" ? (node.serves ?? []) : [];
  return serves.find(
    (one) =>
      one.port === port &&
      (one.protocol === "dns" || protocol === undefined || (one.protocol === "udp") === (protocol === "UDP")),
  )?.protocol;
}
