import { canonical } from "../../model/plan/addresses";
import { excludedOf, vipsOf } from "../../model/plan/clusters";
import type { WrittenSiteLab } from "./data";
import { networksOn, servesItself, type Site } from "./site";
import type { Router } from "./routes";
import type { LabSegment } from "./segments";
import { addressesOf } from "./services";

/** The addresses that clients ask, with the number of their services: those of virtual servers, and VIPs of machines without any. */
function askedOf({ plan, clusters, cards }: Site): ReadonlyMap<string, number> {
  const served = plan.nodes.flatMap((node) => node.config.virtualServers.flatMap((vs) => addressesOf(node, vs)));
  const moved = cards.flatMap((card) =>
    servesItself(clusters, card.node) ? card.moved.map(({ address }) => canonical(address)) : [],
  );
  const there = new Set(cards.flatMap((card) => [...card.own, ...card.moved].map(({ address }) => canonical(address))));
  const counts = new Map<string, number>();
  for (const address of [...served, ...moved])
    if (there.has(address)) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}

/** The segments in which a service and its real servers behind NAT are neighbours: a client there gets answers past the director. */
function oneArmed({ segments, standIns }: Site): ReadonlySet<LabSegment> {
  return new Set(
    standIns.servers.flatMap(({ address, nat }) => {
      const segment = segments.segmentOf(address);
      return segment && [...nat].some((vip) => segments.segmentOf(vip) === segment) ? [segment] : [];
    }),
  );
}

/** A VIP in a segment that moves together with another VIP: in one instance, or in one sync group. It is a way to the other one. */
function besideOf({ plan, segments }: Site, home: LabSegment, address: string): string | undefined {
  const groups = plan.nodes.flatMap(({ config: { instances, syncGroups } }) => {
    const own = instances.filter((one) => [...vipsOf(one), ...excludedOf(one)].includes(address));
    return own.map((instance) => {
      const group = syncGroups.find(({ group: names }) => names?.value.some(({ value }) => value === instance.name));
      return instances.filter(
        (one) => one === instance || (group?.group?.value.some(({ value }) => value === one.name) ?? false),
      );
    });
  });
  const [first, ...others] = groups.map((together) => together.flatMap((one) => [...vipsOf(one), ...excludedOf(one)]));
  return first?.find((vip) => segments.isMain(home, vip) && others.every((vips) => vips.includes(vip)));
}

/** The client: in the segment of most services, with routes to the others. */
export function clientOf(site: Site, router: Router): WrittenSiteLab["client"] {
  const { plan, cards, placed, segments, notes } = site;
  const asked = askedOf(site);
  const weights = new Map<LabSegment, number>();
  for (const [address, count] of asked) {
    const segment = segments.segmentOf(address);
    // IPv4 counts for more: only IPv4 is routed.
    if (segment)
      weights.set(segment, (weights.get(segment) ?? 0) + count * (segments.isMain(segment, address) ? 1000 : 1));
  }
  const narrow = oneArmed(site);
  const [best] = [...weights.keys()]
    .filter((one) => !narrow.has(one))
    .sort((a, b) => (weights.get(b) ?? 0) - (weights.get(a) ?? 0));
  const [first] = cards;
  const needsBeyond = !best && weights.size > 0;
  const home =
    best ??
    (needsBeyond ? undefined : first && placed.get(first)) ??
    segments.add({ name: "clients", addresses: [], networks: [] });
  const isPersistent = plan.nodes.some(({ config }) =>
    config.virtualServers.some(({ persistenceTimeout }) => persistenceTimeout),
  );
  const addresses = Array.from({ length: isPersistent ? 4 : 1 }, () => segments.free(home));
  const aliases = networksOn(site, home).map((network) => segments.freeIn(network));
  notes.assume(`the client has ${[...addresses, ...aliases].join(", ")}: no file names a client`);
  const routes = [...weights.keys()].flatMap((segment) => {
    if (segment === home) return [];
    const far = [...asked.keys()].filter((address) => segments.segmentOf(address) === segment);
    for (const address of far)
      if (!segments.isMain(segment, address)) {
        const at = { file: plan.nodes[0]?.config.file ?? "", line: 1, column: 1 };
        notes.lose(
          at,
          `the client and ${address}`,
          "the client is in another segment, and routers of a lab have IPv4 networks of segments alone",
        );
      }
    if (!far.some((address) => segments.isMain(segment, address))) return [];
    const beside = far.map((address) => besideOf(site, home, address));
    const [vip] = beside;
    if (vip !== undefined && beside.every((one) => one === vip)) return [{ to: segments.cidrOf(segment), via: vip }];
    router.leg(segment);
    return [{ to: segments.cidrOf(segment), via: router.leg(home) }];
  });
  return {
    segment: home.name,
    addresses,
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(routes.length > 0 ? { routes } : {}),
  };
}
