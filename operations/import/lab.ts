import { nameOf, type VirtualServer } from "../../model/keepalived/config/servers";
import { canonical, familyOf } from "../../model/plan/addresses";
import { type Cluster, clustersOf } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import type { Machine } from "../../model/plan/site";
import type { SiteMark } from "../../model/plan/siteFile";
import { cardsOf, hasNetwork, hostCidr, type SiteCard } from "./cards";
import { clientOf } from "./client";
import type { WrittenSiteLab } from "./data";
import { interfacesOf, servedBy, servedHere, serverOf } from "./machines";
import { type Marks, marksOf, writtenMarks } from "./marks";
import { listed, Names } from "./names";
import type { Notes } from "./notes";
import { connect, Router } from "./routes";
import { type LabSegment, Segments } from "./segments";
import { addressesOf } from "./services";
import { servesItself, type Site } from "./site";
import { standInsOf, type StandIns } from "./standIns";
import { type Wire, wiresOf } from "./wires";

/** What a site lab is made of. */
export interface Wanted {
  readonly name: string;
  readonly plan: Plan;
  readonly machines: readonly Machine[];
  /** The marks of site.yaml. */
  readonly siteMarks: readonly SiteMark[];
  /** The files' names for their real servers, by address. */
  readonly called: ReadonlyMap<string, string>;
  /** The path of a file as the topology has it. */
  readonly pathOf: (file: string) => string;
}

export interface Made {
  readonly data: WrittenSiteLab;
  /** What is assumed of a card, by its path in the topology. */
  readonly guesses: ReadonlyMap<string, string>;
  /** The machines of the site by their host names. */
  readonly directors: ReadonlyMap<string, Node>;
  /** What a host is, if it is no machine of the site: "stands in for the real server 192.0.2.21". */
  readonly comments: ReadonlyMap<string, string>;
  readonly cards: readonly SiteCard[];
  readonly clusters: readonly Cluster[];
  readonly marks: Marks;
}

/** Makes a topology whose directors run the site's own files. What these do not say is assumed. */
export function labOf({ name, plan, machines, siteMarks, called, pathOf }: Wanted, notes: Notes): Made {
  const clusters = clustersOf(plan);
  const cards = cardsOf(plan, clusters, notes);
  const holds = settleServices(plan, cards, notes);
  const marks = marksOf(plan, siteMarks, cards, notes);
  const standIns = standInsOf(plan, cards, marks.all, notes);
  const segments = new Segments(mentioned(plan, cards, standIns), plan.segments, notes);
  const placed = segmentsOf(wiresOf(cards, clusters), segments, notes);
  const names = new Names();
  const nodes: WrittenSiteLab["nodes"] = {};
  const site: Site = {
    plan,
    clusters,
    notes,
    names,
    segments,
    cards,
    placed,
    nodes,
    standIns,
    hosts: new Map(),
    guesses: new Map(),
  };
  for (const [index, node] of plan.nodes.entries()) {
    const host = names.take(node.name);
    site.hosts.set(node, host);
    const machine = machines[index];
    const serves =
      machine && servesItself(clusters, node) ? servedBy(node, machine, host, notes) : servedHere(site, node, host);
    const held = [...new Set([...(holds.get(node) ?? []), ...(standIns.held.get(node) ?? [])])];
    nodes[host] = {
      role: "director",
      keepalived: pathOf(node.config.file),
      interfaces: interfacesOf(site, node, host),
      ...(serves.length > 0 ? { serves } : {}),
      ...(held.length > 0 ? { holds: held } : {}),
    };
  }
  for (const [node, all] of marks.all) {
    const machine = nodes[site.hosts.get(node) ?? ""];
    const others = [...marks.all.keys()].flatMap((one) => (one === node ? [] : (site.hosts.get(one) ?? [])));
    if (machine) machine.marks = writtenMarks(all, others);
  }
  const comments = new Map<string, string>();
  for (const server of standIns.servers) {
    const host = serverOf(site, server, called);
    comments.set(host, `stands in for the ${server.kind} ${server.address}`);
  }
  noteTwoBoxes(site);
  const router = new Router(site);
  const client = clientOf(site, router);
  connect(site, router, client);
  if (router.add()) comments.set(router.host, "joins segments; no file of the site has it");
  const few = Object.keys(nodes).length <= MOST_LARGE;
  for (const node of Object.values(nodes)) if (!few && node.role !== "director") node.memory = SMALL;
  const data: WrittenSiteLab = {
    name,
    description: `${shortly(plan.nodes.map((node) => site.hosts.get(node) ?? ""))} with the keepalived.conf of the site`,
    segments: segments.written(),
    nodes,
    client,
    ...(plan.accepted.length > 0 ? { accept: acceptedBy(plan) } : {}),
  };
  return {
    data,
    guesses: site.guesses,
    comments,
    cards,
    clusters,
    marks,
    directors: new Map(plan.nodes.map((node) => [site.hosts.get(node) ?? "", node])),
  };
}

const acceptedBy = ({ accepted }: Plan): Record<string, string> =>
  Object.fromEntries(accepted.map(({ rule, because }) => [rule, because.replace(/\s+/g, " ")]));

/** With more machines the stand-ins get less memory, in MiB. */
const MOST_LARGE = 8;
const SMALL = 256;

/** How directors that are real servers too keep packets from going round, LVS-HOWTO: marks, or a table that notify scripts change. */
const TWO_BOXES = /ipvs|bypass|iptables|nft/;

/** Real servers beside directors of unknown addresses can be the directors themselves: the files do not tell. */
function noteTwoBoxes({ plan, cards, segments, standIns, notes }: Site): void {
  const isKnown = cards.some(({ own }) => own.length > 0);
  const hasSigns = plan.nodes.some(
    ({ config, programs }) =>
      config.virtualServers.some(({ service }) => service.kind === "fwmark") ||
      programs.some(({ word, path: program }) => word.startsWith("notify") && TWO_BOXES.test(program)),
  );
  const vips = new Set(cards.flatMap(({ moved }) => moved.flatMap(({ address }) => segments.segmentOf(address) ?? [])));
  const near = standIns.servers.filter(({ kind, address, methods }) => {
    const segment = segments.segmentOf(address);
    return kind === "real server" && methods.has("DR") && segment !== undefined && vips.has(segment);
  });
  if (isKnown || !hasSigns || plan.nodes.length < 2 || near.length !== plan.nodes.length) return;
  notes.assume(
    `${near.map(({ address }) => address).join(" and ")} are machines of their own; if they are the directors themselves, write their addresses into site.yaml`,
  );
}

const shortly = (names: readonly string[]): string => (names.length > 4 ? `${names.length} machines` : listed(names));

/**
 * Without VRRP the address of a virtual server is the machine's own. If several machines have the service, the first one answers ARP for
 * it, and the others have it on lo. Returns what they hold.
 */
function settleServices({ nodes }: Plan, cards: readonly SiteCard[], notes: Notes): ReadonlyMap<Node, string[]> {
  const holds = new Map<Node, string[]>();
  const nobodys = new Map<VirtualServer, string[]>();
  const known = (address: string): SiteCard | undefined =>
    cards.find(({ own, moved }) => [...own, ...moved].some((one) => canonical(one.address) === address));
  for (const node of nodes)
    for (const vs of node.config.virtualServers)
      for (const address of vs.service.kind === "fwmark" ? [] : addressesOf(node, vs)) {
        const card = known(address);
        if (card?.node === node) continue;
        const one = hostCidr(address);
        if (node.config.instances.length > 0) {
          const isMoved = card?.moved.some((moved) => canonical(moved.address) === address) ?? false;
          if (!isMoved) nobodys.set(vs, [...(nobodys.get(vs) ?? []), address]);
        } else if (card) {
          const held = `${address}/${one.prefix}`;
          if (!(holds.get(node) ?? []).includes(held)) holds.set(node, [...(holds.get(node) ?? []), held]);
          notes.assume(`${card.node.name} has ${address}, and ${node.name} has it on lo: no VRRP moves it`);
        } else {
          cards.find((other) => other.node === node)?.own.push(one);
          notes.assume(`${node.name} has ${address}, the address of its virtual server`);
        }
      }
  for (const [vs, all] of nobodys) {
    const some = all.length > 2 ? `${all[0]} to ${all.at(-1)}` : listed(all);
    notes.lose(vs.at, nameOf(vs), `no machine of the lab has ${some}`);
  }
  return holds;
}

/** Every address that a file mentions: none of them is free. */
function mentioned({ nodes }: Plan, cards: readonly SiteCard[], { servers }: StandIns): readonly string[] {
  return [
    ...cards.flatMap(({ own, moved, hops }) => [
      ...own.map(({ address }) => address),
      ...moved.map(({ address }) => address),
      ...hops,
    ]),
    ...servers.map(({ address }) => address),
    ...nodes.flatMap((node) => [
      ...node.config.virtualServers.flatMap((vs) => addressesOf(node, vs)),
      ...node.config.instances.flatMap(({ unicastPeer }) => unicastPeer.map(({ value }) => value.address)),
      ...node.config.bfdInstances.flatMap(({ neighborIp }) => neighborIp?.value ?? []),
    ]),
  ];
}

/** Makes a segment of each wire, those whose network is best known first. */
function segmentsOf(wires: readonly Wire[], segments: Segments, notes: Notes): ReadonlyMap<SiteCard, LabSegment> {
  const isMain = (wire: Wire): boolean =>
    wire === (wires.find((one) => one.some(({ moved }) => moved.length > 0)) ?? wires[0]);
  const wanted = wires.map((wire) => {
    const own = wire.flatMap((card) => card.own);
    const moved = wire.flatMap((card) => card.moved);
    const networks = [...own, ...moved, ...wire.flatMap((card) => card.networks)].filter(hasNetwork);
    const names = new Set(wire.map(({ name }) => name));
    const [only] = names;
    const longest = Math.max(
      0,
      ...networks.flatMap(({ address, prefix }) => (familyOf(address) === "inet" ? prefix : [])),
    );
    return {
      wire,
      longest,
      all: [...own, ...moved],
      name: isMain(wire) ? "lan" : names.size === 1 && only !== undefined ? only : "lan",
      addresses: [...[...own, ...moved].map(({ address }) => address), ...wire.flatMap(({ hops }) => hops)],
      networks,
    };
  });
  const placed = new Map<SiteCard, LabSegment>();
  const made = [...wanted].sort((a, b) => b.longest - a.longest).map((one) => ({ ...one, segment: segments.add(one) }));
  for (const { wire, segment } of made) for (const card of wire) placed.set(card, segment);
  segments.sort(wanted.flatMap(({ wire: [first] }) => (first ? (placed.get(first) ?? []) : [])));
  for (const { all, segment, wire } of made)
    for (const one of all) {
      const isThere = segments.isMain(segment, one.address) || segments.extend(segment, one) !== undefined;
      const at = wire[0] ? { file: wire[0].node.config.file, line: 1, column: 1 } : undefined;
      if (!isThere && at && segments.isLost(segment, one.address))
        notes.lose(at, `the client and ${one.address}`, `its network overlaps that of another segment`);
    }
  return placed;
}
