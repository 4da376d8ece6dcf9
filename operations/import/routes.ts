import { canonical, familyOf } from "../../model/plan/addresses";
import { vipsOf } from "../../model/plan/clusters";
import type { Node } from "../../model/plan/plan";
import { cardOfMember } from "./cards";
import type { WrittenMachine, WrittenSiteLab } from "./data";
import { listed } from "./names";
import type { Site } from "./site";
import type { LabSegment } from "./segments";
import type { StandIn } from "./standIns";

/** The router of a lab, if it needs one: a leg in each segment that it joins. */
export class Router {
  readonly #site: Site;
  readonly #legs = new Map<LabSegment, string>();
  host = "";

  constructor(site: Site) {
    this.#site = site;
  }

  /** Its address in a segment: a next hop of the files, if no machine has it, else a free one. */
  leg(segment: LabSegment): string {
    const { cards, placed, segments } = this.#site;
    const known = this.#legs.get(segment);
    if (known !== undefined) return known;
    const taken = new Set(
      cards.flatMap(({ own, moved }) => [...own, ...moved].map(({ address }) => canonical(address))),
    );
    const hop = [...placed].flatMap(([card, at]) =>
      at === segment ? card.hops.filter((address) => segments.isMain(segment, address) && !taken.has(address)) : [],
    )[0];
    const address = hop ?? segments.free(segment);
    this.#legs.set(segment, address);
    return address;
  }

  /** Writes the router's machine. False: nothing needs it. */
  add(): boolean {
    const { nodes, names, notes, segments } = this.#site;
    if (this.#legs.size === 0) return false;
    this.host = names.take("router");
    const legs = segments.all.flatMap((segment) => {
      const address = this.#legs.get(segment);
      return address === undefined ? [] : [{ segment: segment.name, address }];
    });
    nodes[this.host] = {
      role: "router",
      interfaces: Object.fromEntries(legs.map((leg, index) => [`eth${index}`, leg])),
    };
    notes.assume(`${this.host} joins ${listed(legs.map(({ segment }) => segment))}: no file names a router`);
    return true;
  }
}

/** The card of a machine in a segment. */
const cardIn = ({ interfaces }: WrittenMachine, { name }: LabSegment): string | undefined =>
  Object.values(interfaces).find(({ segment }) => segment === name)?.address;

/** Gives a director a card in a segment of its real servers. */
function join({ nodes, hosts, segments, notes, guesses }: Site, node: Node, segment: LabSegment): void {
  const host = hosts.get(node) ?? "";
  const machine = nodes[host];
  if (!machine || cardIn(machine, segment) !== undefined) return;
  const names = Array.from({ length: 99 }, (_, index) => `eth${index}`);
  const name = names.find((one) => !machine.interfaces[one]) ?? "eth99";
  const address = segments.free(segment);
  const aliases = segment.further.map((network) => segments.freeIn(network));
  machine.interfaces[name] = { segment: segment.name, address, ...(aliases.length > 0 ? { aliases } : {}) };
  notes.assume(
    `${host} has ${name} with ${[address, ...aliases].join(", ")} in segment ${segment.name}: no file says how it reaches that network`,
  );
  guesses.set(`nodes.${host}.interfaces.${name}`, "assumed");
}

/** The address that answers from behind NAT go to: one that VRRP moves, else that of the machine with the highest priority. */
function gatewayOf(site: Site, server: StandIn, segment: LabSegment): string | undefined {
  const { cards, placed, nodes, hosts, segments, notes } = site;
  const near = (address: string): boolean => familyOf(address) === "inet" && segments.isMain(segment, address);
  const moved = cards.flatMap((card) =>
    server.directors.has(card.node) && placed.get(card) === segment
      ? card.moved.map(({ address }) => address).filter(near)
      : [],
  );
  const priority = ({ config }: Node): number => config.instances[0]?.priority.value ?? 0;
  const ranked = [...server.directors].sort((a, b) => priority(b) - priority(a));
  const own = ranked.flatMap((node) => {
    const machine = nodes[hosts.get(node) ?? ""];
    return machine ? (cardIn(machine, segment) ?? []) : [];
  });
  // An address that no virtual server has is meant as the gateway.
  const served = server.nat;
  const gateway = moved.find((address) => !served.has(canonical(address))) ?? moved[0] ?? own[0];
  if (gateway !== undefined)
    notes.assume(
      moved.length > 0
        ? `the real servers of segment ${segment.name} have the gateway ${gateway}, which VRRP moves: no file names one`
        : `the real servers of segment ${segment.name} have the gateway ${gateway}: no file names one${server.directors.size > 1 ? ", and VRRP does not move it: after a failover their answers are lost" : ""}`,
    );
  return gateway;
}

/** Sets the ways between directors, their servers and the client. */
export function connect(site: Site, router: Router, client: WrittenSiteLab["client"]): void {
  const { nodes, hosts, segments, standIns, plan } = site;
  const home = segments.all.find(({ name }) => name === client.segment);
  if (!home) return;
  const farTo = new Map<Node, Set<LabSegment>>();
  for (const server of standIns.servers) {
    const machine = nodes[hosts.get(server.address) ?? ""];
    const segment = segments.segmentOf(server.address);
    if (!machine || !segment) continue;
    for (const node of server.directors) {
      const director = nodes[hosts.get(node) ?? ""];
      if (server.methods.has("NAT") || server.methods.has("DR")) join(site, node, segment);
      else if (director && cardIn(director, segment) === undefined)
        farTo.set(node, new Set([...(farTo.get(node) ?? []), segment]));
    }
    if (server.kind === "target of a check")
      for (const node of plan.nodes) {
        const director = nodes[hosts.get(node) ?? ""];
        if (director && cardIn(director, segment) === undefined)
          farTo.set(node, new Set([...(farTo.get(node) ?? []), segment]));
      }
    const isFar = segment !== home || [...farTo.values()].some((all) => all.has(segment));
    const gateway = server.methods.has("NAT")
      ? gatewayOf(site, server, segment)
      : isFar
        ? router.leg(segment)
        : undefined;
    if (gateway !== undefined) machine.gateway = gateway;
    if (gateway !== undefined && !server.methods.has("NAT")) router.leg(home);
  }
  joinPeers(site, router);
  for (const node of plan.nodes) {
    const director = nodes[hosts.get(node) ?? ""];
    const near = segments.all.find((segment) => director && segment === segmentOfVips(site, node));
    if (!director || !near) continue;
    if (cardIn(director, home) === undefined) {
      director.gateway = router.leg(near);
      router.leg(home);
    }
    for (const far of farTo.get(node) ?? []) {
      router.leg(far);
      if (director.gateway === undefined)
        director.routes = [...(director.routes ?? []), { to: segments.cidrOf(far), via: router.leg(near) }];
    }
  }
}

/** Gives members of one virtual router in different segments the ways to each other: they have unicast. */
function joinPeers({ clusters, cards, placed, nodes, hosts, segments }: Site, router: Router): void {
  for (const { members } of clusters) {
    const at = members.flatMap((member) => {
      const card = cards.find(({ node, name }) => node === member.node && name === cardOfMember(member));
      const segment = card && placed.get(card);
      return segment ? [{ node: member.node, segment }] : [];
    });
    for (const { node, segment } of at)
      for (const far of new Set(at.map((one) => one.segment))) {
        const machine = nodes[hosts.get(node) ?? ""];
        if (!machine || cardIn(machine, far) !== undefined) continue;
        const to = segments.cidrOf(far);
        router.leg(far);
        if (!machine.routes?.some((route) => route.to === to))
          machine.routes = [...(machine.routes ?? []), { to, via: router.leg(segment) }];
      }
  }
}

/** The segment of a machine's first VIP, else of its first card. */
function segmentOfVips({ cards, placed, segments }: Site, node: Node): LabSegment | undefined {
  const [vip] = node.config.instances.flatMap(vipsOf);
  const first = cards.find((card) => card.node === node);
  const found = vip === undefined ? undefined : segments.segmentOf(vip);
  const isOwn = cards.some((card) => card.node === node && placed.get(card) === found);
  return isOwn && found ? found : first && placed.get(first);
}
