/** Rules about further addresses of cards and of the client. */
import { canonical, type Cidr, cidrOf, familyOf, isWithin } from "../../plan/addresses";
import { contains, overlaps, parseAddress, parsePrefix } from "../addresses";
import type { Problem } from "../error";
import type { Topology } from "../topology";
import type { Rule } from "./rule";

/** A further address with its path and its segment. */
interface Alias extends Cidr {
  readonly path: string;
  readonly text: string;
  readonly segment: string;
}

/** Every further address. The schema refuses what is no address. */
export const aliasesOf = ({ nodes, client }: Topology): readonly Alias[] =>
  [
    ...Object.entries(nodes).flatMap(([name, { interfaces }]) =>
      Object.entries(interfaces).map(([card, { segment, aliases }]) => ({
        segment,
        aliases,
        path: `nodes.${name}.interfaces.${card}`,
      })),
    ),
    { segment: client.segment, aliases: client.aliases, path: "client" },
  ].flatMap(({ segment, aliases = [], path }) =>
    aliases.flatMap((text, index) => {
      const cidr = cidrOf(text);
      return cidr === undefined ? [] : [{ ...cidr, text, segment, path: `${path}.aliases[${index}]` }];
    }),
  );

/** Addresses that no machine can have on a wire (RFC 6890, RFC 4291). */
const UNUSABLE = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "ff00::/8"].flatMap(
  (text) => cidrOf(text) ?? [],
);

/** Network and broadcast address of an IPv4 prefix are no machine's. */
function isEdge({ address, prefix }: Cidr): boolean {
  const [number, range] = [parseAddress(address), parsePrefix(`${address}/${prefix}`)];
  return (
    number !== undefined && range !== undefined && prefix < 31 && [range.network, range.broadcast].includes(number)
  );
}

export const aliasUnusable: Rule = {
  name: "aliasUnusable",
  severity: "error",
  summary: "A further address is one that a machine can have.",
  reads: ["nodes", "client"],
  reason:
    "RFC 1122 3.2.1.3, RFC 4291 2.4: the first and the last address of a prefix, loopback and multicast are no machine's",
  find: (topology) =>
    aliasesOf(topology).flatMap((alias): Problem[] => {
      const { path, text } = alias;
      const need = "an address that a machine can have";
      if (UNUSABLE.some((one) => isWithin(alias.address, one))) return [{ path, got: text, need }];
      return isEdge(alias)
        ? [{ path, got: text, need, fix: "this is the first or the last address of its prefix" }]
        : [];
    }),
};

export const aliasElsewhere: Rule = {
  name: "aliasElsewhere",
  severity: "error",
  summary: "The network of a further address is on one segment: that of its card.",
  reads: ["segments", "nodes", "client"],
  reason:
    "ip-route(8): an address brings a route to its whole prefix, so machines of another segment would be unreachable",
  find(topology) {
    const { segments } = topology;
    const all = aliasesOf(topology);
    return all.flatMap((alias, index): Problem[] => {
      const { path, text, segment, address, prefix } = alias;
      if (familyOf(address) === "inet") {
        const own = parsePrefix(`${address}/${prefix}`);
        const other = Object.entries(segments).find(([name, { cidr }]) => {
          const theirs = parsePrefix(cidr);
          return name !== segment && own !== undefined && theirs !== undefined && overlaps(own, theirs);
        });
        const home = parsePrefix(segments[segment]?.cidr ?? "");
        const number = parseAddress(address);
        if (other !== undefined)
          return [{ path, got: text, need: `a network apart from segment ${other[0]}, ${other[1].cidr}` }];
        return home !== undefined &&
          number !== undefined &&
          contains(home, number) &&
          prefix !== home.length &&
          prefix !== 32
          ? [{ path, got: text, need: `the prefix length of segment ${segment}, ${home.length}, or 32` }]
          : [];
      }
      // Link-local networks are on every segment (RFC 4291, 2.5.6).
      if (prefix === 128 || address.startsWith("fe80:")) return [];
      const rival = all
        .slice(0, index)
        .find(
          (one) =>
            one.segment !== segment && one.prefix !== 128 && (isWithin(one.address, alias) || isWithin(address, one)),
        );
      return rival === undefined
        ? []
        : [
            {
              path,
              got: text,
              need: `a network apart from that of ${rival.path}`,
              fix: `it is in segment ${rival.segment}`,
            },
          ];
    });
  },
};

/** Their addresses in one spelling, with their paths. */
export const aliasAddresses = (topology: Topology): readonly { readonly path: string; readonly value: string }[] =>
  aliasesOf(topology).map(({ path, address }) => ({ path, value: canonical(address) }));
