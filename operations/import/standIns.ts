import { nameOf, type VirtualServer } from "../../model/keepalived/config/servers";
import type { Position } from "../../model/keepalived/finding";
import { canonical, familyOf } from "../../model/plan/addresses";
import { excludedOf, vipsOf } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import { hostPrefix, type SiteCard } from "./cards";
import type { WrittenService } from "./data";
import type { LabMark } from "./marks";
import { listed } from "./names";
import type { Notes } from "./notes";
import { addressesOf, type Asked, askedOf, portOf, protocolOf, Services } from "./services";

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
  /** VIPs that directors hold as real servers of a firewall mark. */
  readonly held: ReadonlyMap<Node, ReadonlySet<string>>;
}

/** The port of SSH, RFC 4253, 4.1: nothing else can listen there. */
const SSH = 22;
const LOOPBACK = /^(?:127\.|::1$)/;
/** All servers that the configurations send packets to, and what they must answer. */
export function standInsOf(
  { nodes }: Plan,
  cards: readonly SiteCard[],
  marks: ReadonlyMap<Node, readonly LabMark[]>,
  notes: Notes,
): StandIns {
  const servers = new Map<string, StandIn>();
  const local = new Map<Node, Services>();
  const held = new Map<Node, Set<string>>();
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
    if (service.port === SSH && service.protocol !== "udp") {
      notes.assume(`${key} answers on port ${SSH} with the SSH server that every machine of a lab has`);
      return;
    }
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
      const marked = (marks.get(node) ?? []).filter(({ server }) => server === vs);
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
        const owner = server ? undefined : owners.get(canonical(real.address));
        if (owner && method !== "NAT" && marked.length > 0) {
          held.set(owner, new Set([...(held.get(owner) ?? []), ...asked.map((vip) => `${vip}/${hostPrefix(vip)}`)]));
          notes.assume(`${owner.name} is a real server too, and has ${listed(asked)} on lo`);
        } else if (owner && method !== "NAT")
          notes.assume(`${owner.name} is a real server too; nothing but keepalived puts a VIP on it`);
        for (const one of askedOf(vs, real))
          serve(node, one.address, one.address === real.address ? "real server" : "target of a check", at, one);
        if (portOf(vs, real) !== 0) continue;
        const single = marked.filter(({ ports: [first, last] }) => first === last);
        for (const { protocol, ports } of single)
          serve(node, real.address, "real server", at, {
            service: { protocol: protocolOf(ports[0], protocol === "udp" ? "UDP" : "TCP"), port: ports[0] },
            isChecked: false,
          });
        if (single.length < marked.length || marked.length === 0)
          notes.lose(at, `${nameOf(vs)}: every port`, "a stand-in serves the ports that checks ask alone");
      }
      sorry(node, vs);
    }
  return { servers: [...servers.values()], local, held };

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
