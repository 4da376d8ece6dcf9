import { familyOf } from "../../model/plan/addresses";
import type { Node } from "../../model/plan/plan";
import type { Machine } from "../../model/plan/site";
import { hostCidr } from "./cards";
import type { WrittenMachine } from "./data";
import type { Notes } from "./notes";
import { ownServicesOf } from "./own";
import { addressOfAlias, aliasOf } from "./segments";
import { networksOn, type Site } from "./site";
import { said, type StandIn } from "./standIns";

/** What a machine without virtual servers answers at its VIPs. */
export function servedBy(
  node: Node,
  machine: Machine,
  host: string,
  notes: Notes,
): NonNullable<WrittenMachine["serves"]> {
  const found = ownServicesOf(node, machine);
  const serves =
    found.length > 0
      ? [...new Map(found.map((one) => [one.port, one])).values()]
      : [{ protocol: "http" as const, port: 80 }];
  notes.standIn(
    `${host} answers with its name: ${serves.map(said).join(", ")}${found.length > 0 ? "" : " (no file names what it serves)"}`,
  );
  return serves.sort((a, b) => a.port - b.port);
}

/** What a director serves itself: it is a real server or a sorry server, too. */
export function servedHere({ standIns, notes }: Site, node: Node, host: string): NonNullable<WrittenMachine["serves"]> {
  const serves = standIns.local.get(node)?.written() ?? [];
  if (serves.length > 0) notes.standIn(`${host} serves ${serves.map(said).join(", ")} itself`);
  return serves;
}

/** The cards of a machine of the site, with known addresses or assumed ones. */
export function interfacesOf(site: Site, node: Node, host: string): WrittenMachine["interfaces"] {
  const { cards, placed, segments, notes, guesses } = site;
  const interfaces: WrittenMachine["interfaces"] = {};
  const told: string[] = [];
  for (const card of cards.filter((one) => one.node === node)) {
    const segment = placed.get(card);
    if (!segment) continue;
    const [first, ...others] = card.own.filter(({ address }) => segments.isMain(segment, address));
    const address = first?.address ?? segments.free(segment);
    const further = card.own.flatMap((own) => {
      const network = segments.isMain(segment, own.address) ? undefined : segments.furtherOf(segment, own.address);
      return network ? [aliasOf(own.address, network)] : [];
    });
    const assumed = networksOn(site, segment)
      .filter((network) => !further.some((alias) => segments.furtherOf(segment, addressOfAlias(alias)) === network))
      .map((network) => segments.freeIn(network));
    const aliases = [...others.map((own) => `${own.address}/${segment.prefix.length}`), ...further, ...assumed];
    interfaces[card.name] = { segment: segment.name, address, ...(aliases.length > 0 ? { aliases } : {}) };
    const guessed = [...(first ? [] : [address]), ...assumed];
    if (guessed.length === 0) continue;
    guesses.set(`nodes.${host}.interfaces.${card.name}`, first ? "the alias is assumed" : "assumed");
    told.push(`${guessed.join(" and ")} on ${card.name}`);
  }
  if (told.length > 0) notes.assume(`${host} has ${told.join(", ")}: no file says its own addresses`);
  return interfaces;
}

/** The machine that stands in for a server of the site. */
export function serverOf(site: Site, server: StandIn, called: ReadonlyMap<string, string>): string {
  const { segments, names, nodes, notes } = site;
  const wanted = { "real server": "rs1", "sorry server": "sorry1", "target of a check": "target1" }[server.kind];
  const host = names.takeNext(called.get(server.address) ?? wanted);
  site.hosts.set(server.address, host);
  const known = segments.segmentOf(server.address);
  const segment = known ?? segments.add({ name: "servers", addresses: [server.address], networks: [] });
  if (!known) segments.extend(segment, hostCidr(server.address));
  const isMain = segments.isMain(segment, server.address);
  const own = isMain ? undefined : segments.furtherOf(segment, server.address);
  const held = [...server.holds].sort((a, b) => Number(familyOf(a) !== "inet") - Number(familyOf(b) !== "inet"));
  // A real server answers a client of the VIP's own network, so it is in this network, too.
  const beside = networksOn(site, segment).filter(
    (network) => network !== own && held.some((vip) => segments.furtherOf(segment, addressOfAlias(vip)) === network),
  );
  const aliases = [
    ...(own ? [aliasOf(server.address, own)] : []),
    ...beside.map((network) => segments.freeIn(network)),
  ];
  const serves = server.services.written();
  nodes[host] = {
    role: "server",
    interfaces: {
      eth0: {
        segment: segment.name,
        address: isMain ? server.address : segments.free(segment),
        ...(aliases.length > 0 ? { aliases } : {}),
      },
    },
    ...(serves.length > 0 ? { serves } : {}),
    ...(held.length > 0 ? { holds: held } : {}),
    ...(server.methods.has("TUN") ? { tunnel: true as const } : {}),
  };
  notes.standIn(`${host} for the ${server.kind} ${server.address}: ${serves.map(said).join(", ") || "no service"}`);
  return host;
}
