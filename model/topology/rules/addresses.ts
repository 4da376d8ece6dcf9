/** Rules about addresses: valid prefixes, addresses inside their segment, no duplicates. */
import {
  contains,
  firstHost,
  formatPrefix,
  isHost,
  overlaps,
  type Prefix,
  parseAddress,
  parsePrefix,
} from "../addresses";
import { balancersOf, vrrpInterface } from "../queries";
import type { Node } from "../node";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { toldName } from "../told";
import { aliasAddresses } from "./aliases";
import type { Rule } from "./rule";

/** A part of a topology with its path. */
type At<T> = { readonly path: string; readonly value: T };

const cardsOf = ({ nodes }: Topology) =>
  Object.entries(nodes).flatMap(([name, { interfaces }]) =>
    Object.entries(interfaces).map(([card, value]) => ({ path: `nodes.${name}.interfaces.${card}`, value })),
  );

/** VIPs with their paths: from VRRP, or from the virtual servers, which may share one. */
const vipsAt = ({ vrrp, virtualServers }: Topology): readonly At<string>[] =>
  vrrp !== undefined
    ? (["virtualAddresses", "excludedAddresses"] as const).flatMap((key) =>
        (vrrp[key] ?? []).map((value, index) => ({ path: `vrrp.${key}[${index}]`, value })),
      )
    : virtualServers
        .map(({ vip }, index) => ({ path: `virtualServers[${index}].vip`, value: vip }))
        .filter((one, index, all) => all.findIndex(({ value }) => value === one.value) === index);

const clientAddresses = ({ client }: Topology): readonly At<string>[] =>
  client.addresses.map((value, index) => ({ path: `client.addresses[${index}]`, value }));

const reserved = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].flatMap(
  (cidr) => parsePrefix(cidr) ?? [],
);

/** The prefix of a segment if machines can use it. An unusable prefix is reported once, not for each address. */
function prefixOf({ segments }: Topology, name: string): Prefix | undefined {
  const prefix = parsePrefix(Object.hasOwn(segments, name) ? (segments[name]?.cidr ?? "") : "");
  return prefix === undefined || prefix.length > 30 || reserved.some((one) => overlaps(one, prefix))
    ? undefined
    : prefix;
}

/** Whether machines can use every prefix and address. Rules about packet paths need this. */
export const isAddressed = (topology: Topology): boolean =>
  Object.keys(topology.segments).every((name) => prefixOf(topology, name) !== undefined) &&
  [...cardsOf(topology).map(({ value }) => value.address), ...topology.client.addresses].every(
    (address) => parseAddress(address) !== undefined,
  ) &&
  segmentUnknown.find(topology, []).length === 0 &&
  addressOutsideSegment.find(topology, []).length === 0;

/** Whether every interface of a node is in an existing segment. Otherwise its neighbours are unknown. */
export const isPlaced = ({ segments }: Topology, { interfaces }: Node): boolean =>
  Object.values(interfaces).every(({ segment }) => Object.hasOwn(segments, segment));

export const prefixUnusable: Rule = {
  name: "prefixUnusable",
  severity: "error",
  summary: "A segment's prefix has no host bits, and machines can use its addresses.",
  reads: ["segments"],
  reason:
    "RFC 4632: host bits of a prefix are 0; RFC 6890: no machine can have an address of 0/8, 127/8, 169.254/16 or 224/3",
  find({ segments }) {
    return Object.entries(segments).flatMap(([name, { cidr }]): Problem[] => {
      const path = `segments.${name}.cidr`;
      const prefix = parsePrefix(cidr);
      if (prefix === undefined) return [];
      const network = formatPrefix(prefix);
      if (network !== cidr) return [{ path, got: cidr, need: "a prefix without host bits", fix: `use ${network}` }];
      return reserved.some((one) => overlaps(one, prefix))
        ? [
            {
              path,
              got: cidr,
              need: "unicast addresses",
              fix: "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
            },
          ]
        : [];
    });
  },
};

export const segmentsOverlap: Rule = {
  name: "segmentsOverlap",
  severity: "error",
  summary: "No two segments overlap.",
  reads: ["segments"],
  reason: "ip-route(8): the kernel takes one route per address, so the other segment would be unreachable",
  find(topology) {
    const all = Object.entries(topology.segments);
    return all.flatMap(([name, { cidr }], index): Problem[] => {
      const other = all.slice(0, index).find(([before]) => {
        const [a, b] = [prefixOf(topology, before), prefixOf(topology, name)];
        return a !== undefined && b !== undefined && overlaps(a, b);
      });
      const need = `a prefix apart from segments.${other?.[0]}.cidr`;
      return other === undefined
        ? []
        : [{ path: `segments.${name}.cidr`, got: cidr, need, fix: `it overlaps ${other[1].cidr}` }];
    });
  },
};

export const segmentUnknown: Rule = {
  name: "segmentUnknown",
  severity: "error",
  summary: "Interfaces and the client name a segment of the file.",
  reads: ["segments", "nodes", "client"],
  reason: "003: machines find each other by ARP, and ARP does not leave a segment",
  find(topology) {
    const names = Object.keys(topology.segments);
    return [...cardsOf(topology), { path: "client", value: topology.client }]
      .filter(({ value }) => !Object.hasOwn(topology.segments, value.segment))
      .map(({ path, value }) => ({
        path: `${path}.segment`,
        got: toldName(value.segment, names),
        need: names.length === 1 ? `${names[0]}, the only segment` : `one of the segments ${names.join(", ")}`,
      }));
  },
};

export const addressOutsideSegment: Rule = {
  name: "addressOutsideSegment",
  severity: "error",
  summary: "An address lies in its segment, and is neither its network nor its broadcast address.",
  reads: ["segments", "nodes", "client"],
  reason:
    "arp(7): a machine uses ARP inside its own prefix; no machine has the first or last address of a prefix (RFC 1122 3.2.1.3)",
  find(topology) {
    const { segments, client } = topology;
    const all = [
      ...Object.entries(segments).map(([segment, { hostAddress }]) => ({
        segment,
        path: `segments.${segment}.hostAddress`,
        value: hostAddress,
      })),
      ...cardsOf(topology).map(({ path, value }) => ({
        segment: value.segment,
        path: `${path}.address`,
        value: value.address,
      })),
      ...clientAddresses(topology).map((one) => ({ ...one, segment: client.segment })),
    ];
    return all.flatMap(({ path, value, segment }): Problem[] => {
      const [prefix, address] = [prefixOf(topology, segment), parseAddress(value)];
      if (prefix === undefined || address === undefined || isHost(prefix, address)) return [];
      const need = `an address in segment ${segment}, ${formatPrefix(prefix)}`;
      if (!contains(prefix, address)) return [{ path, got: value, need }];
      const what = address === prefix.network ? "network" : "broadcast";
      return [{ path, got: value, need, fix: `this is its ${what} address` }];
    });
  },
};

export const addressTwice: Rule = {
  name: "addressTwice",
  severity: "error",
  summary: "Every address has one owner: hosts, nodes, clients and VIPs.",
  reads: ["segments", "nodes", "client", "vrrp", "virtualServers"],
  reason: "RFC 5227: if two machines have an address, both answer ARP, and packets go to either",
  find(topology) {
    const hosts = Object.entries(topology.segments).map(([name, { hostAddress, cidr }]) => {
      const prefix = parsePrefix(cidr);
      const derived = prefix !== undefined && hostAddress === firstHost(prefix);
      return {
        path: `segments.${name}.hostAddress`,
        value: hostAddress,
        note: derived ? ", by default the hypervisor's address" : "",
      };
    });
    const cards = cardsOf(topology).map(({ path, value }) => ({ path: `${path}.address`, value: value.address }));
    const further = aliasAddresses(topology);
    const gateway = topology.vrrp?.gateway;
    const moved = gateway === undefined ? [] : [{ path: "vrrp.gateway.address", value: gateway.address }];
    return twice(
      [...hosts, ...cards, ...clientAddresses(topology), ...further, ...vipsAt(topology), ...moved],
      "an address of its own",
    );
  },
};

export const macTwice: Rule = {
  name: "macTwice",
  severity: "error",
  summary: "Every MAC address has one owner.",
  reads: ["nodes", "client"],
  reason: "bridge(8): a bridge learns one port per MAC, so one of the two owners gets the frames of both",
  find(topology) {
    const cards = [...cardsOf(topology), { path: "client", value: topology.client }];
    return twice(
      cards.map(({ path, value }) => ({ path: `${path}.mac`, value: value.mac })),
      "a MAC address of its own",
    );
  },
};

/** Places whose value an earlier place already has. */
export function twice(all: readonly (At<string> & { readonly note?: string })[], need: string): Problem[] {
  return all.flatMap(({ path, value }, index): Problem[] => {
    const first = all.findIndex((one) => one.value === value);
    const owner = all[first];
    if (first === index || value === "" || owner === undefined) return [];
    return [{ path, got: value, need, fix: `${owner.path} has it${owner.note ?? ""}` }];
  });
}

export const vipOutsideSegment: Rule = {
  name: "vipOutsideSegment",
  severity: "error",
  summary: "A VIP lies in the segment that carries it: that of the VRRP interface, else any of the director's.",
  reads: ["segments", "nodes", "vrrp", "virtualServers"],
  reason: "003: clients, or their router, find the VIP by ARP in its segment",
  find(topology) {
    const { segments, vrrp } = topology;
    const directors = balancersOf(topology);
    const carrying =
      vrrp === undefined
        ? directors.flatMap(({ interfaces }) => Object.values(interfaces).map(({ segment }) => segment))
        : directors.flatMap((node) => node.interfaces[vrrpInterface(topology, node) ?? ""]?.segment ?? []).slice(0, 1);
    const names = carrying.length > 0 ? [...new Set(carrying)] : Object.keys(segments);
    const prefixes = names.flatMap((name) => prefixOf(topology, name) ?? []);
    const list = names.map((name) => `${name}, ${segments[name]?.cidr}`).join("; ");
    return vipsAt(topology).flatMap(({ path, value }): Problem[] => {
      const address = parseAddress(value);
      if (address === undefined || prefixes.length < names.length || prefixes.some((one) => isHost(one, address)))
        return [];
      const fix = "clients find a VIP by ARP in its segment";
      return [{ path, got: value, need: `an address in segment ${list}`, fix }];
    });
  },
};

export const vipPrefixOther: Rule = {
  name: "vipPrefixOther",
  severity: "error",
  summary:
    "A VIP's prefix length is its segment's, or 32. Any other makes the director use ARP for far machines, or the VIP as its source.",
  reads: ["segments", "vrrp", "ipvsadm", "virtualServers"],
  reason: "ip-address(8): an address adds a route to its whole prefix, with itself as source",
  find(topology) {
    const { segments, vrrp, ipvsadm } = topology;
    const [path, length] =
      vrrp === undefined ? ["ipvsadm.prefixLength", ipvsadm?.prefixLength] : ["vrrp.prefixLength", vrrp.prefixLength];
    if (length === undefined || length === 32) return [];
    const [other] = vipsAt(topology).flatMap(({ value }) => {
      const address = parseAddress(value);
      return Object.keys(segments).flatMap((name) => {
        const prefix = prefixOf(topology, name);
        const inside = prefix !== undefined && address !== undefined && contains(prefix, address);
        return inside && prefix.length !== length ? [{ name, least: prefix.length }] : [];
      });
    });
    if (other === undefined) return [];
    const { name, least } = other;
    const fix =
      length < least
        ? "the director would use ARP for machines of other networks"
        : "the director would use the VIP as source address to neighbours, and a real server that holds the VIP drops such packets";
    return [
      { path, got: `${length}`, need: `${least} or 32, because segment ${name} is ${segments[name]?.cidr}`, fix },
    ];
  },
};
