import { nameOf, type VirtualServer } from "../../model/keepalived/config/servers";
import type { Position } from "../../model/keepalived/finding";
import { canonical, familyOf } from "../../model/plan/addresses";
import { excludedOf, vipsOf } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import { formatAddress, parseAddress } from "../../model/topology/addresses";
import { hostPrefix, type SiteCard } from "./cards";
import type { WrittenService } from "./data";
import type { Notes } from "./notes";
import { type Asked, askedOf, portOf, protocolOf, Services } from "./services";

/** A server of the site that the lab has a stand-in for. */
export interface StandIn {
  readonly address: string;
  /** What it is in the files. */
  readonly kind: "real server" | "sorry server" | "target of a check";
  readonly at: Position;
  readonly services: Services;
  /** VIPs of its services that do not change the destination (DR, TUN). */
  readonly holds: Set<string>;
  readonly methods: Set<"NAT" | "DR" | "TUN">;
  /** The machines that send it packets. */
  readonly directors: Set<Node>;
  /** VIPs of its services behind NAT. */
  readonly nat: Set<string>;
}

export interface StandIns {
  readonly servers: readonly StandIn[];
  /** What directors serve themselves. */
  readonly local: ReadonlyMap<Node, Services>;
}

const LOOPBACK = /^(?:127\.|::1$)/;
/** Of a range of addresses of a group, so many get a service. */
const MOST_ADDRESSES = 16;

/** The addresses that clients ask for a virtual server. A firewall mark counts for every VIP of its machine. */
export function addressesOf({ config }: Node, { service, family, group }: VirtualServer): readonly string[] {
  const marked = config.instances.flatMap((instance) => [...vipsOf(instance), ...excludedOf(instance)]);
  const ofMark = (of: string | undefined): readonly string[] =>
    marked.filter((address) => of === undefined || familyOf(address) === of);
  if (service.kind === "address") return [canonical(service.address)];
  if (service.kind === "fwmark") return ofMark(family);
  const all = (group?.entries ?? []).flatMap(({ value }) =>
    value.kind === "fwmark" ? ofMark(value.family ?? family) : rangeOf(value.address, value.last),
  );
  return [...new Set(all)];
}

function rangeOf(first: string, last: string | undefined): readonly string[] {
  const [from, to] = [parseAddress(first), parseAddress(last ?? "")];
  if (from === undefined || to === undefined || to < from) return [canonical(first)];
  return Array.from({ length: Math.min(to - from + 1, MOST_ADDRESSES) }, (_, index) => formatAddress(from + index));
}

/** All servers that the configurations send packets to, and what they must answer. */
export function standInsOf({ nodes }: Plan, cards: readonly SiteCard[], notes: Notes): StandIns {
  const servers = new Map<string, StandIn>();
  const local = new Map<Node, Services>();
  const owners = new Map(
    cards.flatMap(({ node, own }) => own.map(({ address }) => [canonical(address), node] as const)),
  );
  const vips = new Set(
    nodes.flatMap(({ config }) => config.instances.flatMap((one) => [...vipsOf(one), ...excludedOf(one)])),
  );
  const localOf = (node: Node): Services => {
    const known = local.get(node) ?? new Services();
    local.set(node, known);
    return known;
  };
  /** The stand-in for an address; undefined: a machine of the site has it. */
  const serverOf = (address: string, kind: StandIn["kind"], at: Position): StandIn | undefined => {
    const key = canonical(address);
    if (LOOPBACK.test(key) || owners.has(key) || vips.has(key)) return undefined;
    const known = servers.get(key);
    if (known) return known;
    const made: StandIn = {
      address: key,
      kind,
      at,
      services: new Services(),
      holds: new Set(),
      methods: new Set(),
      directors: new Set(),
      nat: new Set(),
    };
    servers.set(key, made);
    return made;
  };
  const serve = (
    node: Node,
    address: string,
    kind: StandIn["kind"],
    at: Position,
    { service, isChecked }: Omit<Asked, "address">,
  ): void => {
    const key = canonical(address);
    const owner = LOOPBACK.test(key) ? node : owners.get(key);
    const services = owner ? localOf(owner) : serverOf(key, kind, at)?.services;
    if (!services || services.add(service) || !isChecked) return;
    notes.lose(
      at,
      `${kind} ${key}`,
      `port ${service.port} answers in one way; another check or service wants ${said(service)} there`,
    );
  };
  for (const node of nodes)
    for (const vs of node.config.virtualServers) {
      const asked = addressesOf(node, vs);
      for (const real of vs.realServers) {
        const { at } = real.written;
        const server = serverOf(real.address, "real server", at);
        const { method, tunnel = "ipip" } = real.lvsMethod.value;
        if (tunnel !== "ipip" && method === "TUN")
          notes.lose(
            at,
            `${nameOf(vs)}: a tunnel of type ${tunnel}`,
            "a stand-in takes packets out of ipip tunnels alone",
          );
        server?.methods.add(method);
        server?.directors.add(node);
        for (const vip of asked)
          if (method === "NAT") server?.nat.add(vip);
          else if (familyOf(vip) === familyOf(real.address) || method === "TUN")
            server?.holds.add(`${vip}/${hostPrefix(vip)}`);
        if (!server && owners.has(canonical(real.address)) && method !== "NAT")
          notes.assume(
            `${owners.get(canonical(real.address))?.name ?? ""} is a real server too; nothing but keepalived puts a VIP on it`,
          );
        for (const one of askedOf(vs, real))
          serve(node, one.address, one.address === real.address ? "real server" : "target of a check", at, one);
        if (portOf(vs, real) === 0)
          notes.lose(at, `${nameOf(vs)}: every port`, "a stand-in serves the ports that checks ask alone");
      }
      sorry(node, vs);
    }
  return { servers: [...servers.values()], local };

  function sorry(node: Node, vs: VirtualServer): void {
    const { sorryServer, service, protocol } = vs;
    if (!sorryServer || protocol?.value === "SCTP") return;
    const { at, value, lvsMethod } = sorryServer;
    const server = serverOf(value.address, "sorry server", at);
    const { method } = lvsMethod.value;
    server?.methods.add(method);
    server?.directors.add(node);
    for (const vip of addressesOf(node, vs))
      if (method === "NAT") server?.nat.add(vip);
      else if (familyOf(vip) === familyOf(value.address)) server?.holds.add(`${vip}/${hostPrefix(vip)}`);
    const port = value.port === 0 ? (service.kind === "address" ? service.port : 0) : value.port;
    if (port !== 0)
      serve(node, value.address, "sorry server", at, {
        service: { protocol: protocolOf(port, protocol?.value ?? "TCP"), port },
        isChecked: false,
      });
  }
}

/** A service in words: `tcp 3306`, `http 80 (status 301)`. */
export const said = ({ protocol, port, status }: WrittenService): string =>
  `${protocol} ${port}${status === undefined ? "" : ` (status ${status})`}`;
