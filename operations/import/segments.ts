import { canonical, type Cidr, cidrOf, familyOf, isWithin } from "../../model/plan/addresses";
import type { Segment } from "../../model/plan/plan";
import {
  contains,
  formatAddress,
  formatPrefix,
  isHost,
  overlaps,
  parseAddress,
  parsePrefix,
  type Prefix,
} from "../../model/topology/addresses";
import { assumedNetwork, hasNetwork } from "./cards";
import type { WrittenSiteLab } from "./data";
import { freeHost6 } from "./ipv6";
import type { Notes } from "./notes";
import { isPrefixUsable, isUsable } from "./usable";

/** A segment of the lab. */
export interface LabSegment {
  readonly name: string;
  /** The IPv4 network of the topology. */
  readonly prefix: Prefix;
  /** Further networks of the same wire, of either family. */
  readonly further: Cidr[];
}

const prefixOf = ({ address, prefix }: Cidr): Prefix | undefined => parsePrefix(`${address}/${prefix}`);

/** The longest prefix of at most 24 bits that has all these addresses as hosts; undefined: it would have less than 16 bits. */
function around(numbers: readonly number[], longest = 24, shortest = 16): Prefix | undefined {
  for (let length = longest; length >= shortest; length--) {
    const prefix = parsePrefix(`${formatAddress(numbers[0] ?? 0)}/${length}`);
    if (prefix && numbers.every((number) => isHost(prefix, number))) return prefix;
  }
  return undefined;
}

/** What is known of a wire before it is a segment. */
export interface Wanted {
  /** The name if site.yaml has none for it. */
  readonly name: string;
  /** Machines' own addresses, then VIPs, then next hops: the first one decides the IPv4 network. */
  readonly addresses: readonly string[];
  /** Addresses with their networks, the best first. */
  readonly networks: readonly Cidr[];
}

/** The segments of a site lab and their free addresses. */
export class Segments {
  readonly all: LabSegment[] = [];
  readonly #used: Set<string>;
  readonly #known: readonly Segment[];
  readonly #notes: Notes;

  constructor(used: readonly string[], known: readonly Segment[], notes: Notes) {
    this.#used = new Set(used.map(canonical));
    this.#known = known;
    this.#notes = notes;
  }

  cidrOf({ prefix }: LabSegment): string {
    return formatPrefix(prefix);
  }

  isMain({ prefix }: LabSegment, address: string): boolean {
    const number = parseAddress(address);
    return number !== undefined && isHost(prefix, number);
  }

  /** The further network of a segment that has an address. */
  furtherOf({ further }: LabSegment, address: string): Cidr | undefined {
    return further.find((network) => isWithin(address, network));
  }

  /** The segment of an address, of either family. */
  segmentOf(address: string): LabSegment | undefined {
    return (
      this.all.find((segment) => this.isMain(segment, address)) ??
      this.all.find((segment) => this.furtherOf(segment, address) !== undefined)
    );
  }

  /** A new segment. Its network is the first known one with its first address that is apart from all others, else an assumed one. */
  add({ name, addresses, networks }: Wanted): LabSegment {
    const usable = addresses.filter((address) => familyOf(address) === "inet" && isUsable(address));
    const numbers = usable.flatMap((address) => parseAddress(address) ?? []);
    const [anchor] = numbers;
    const site = this.#known.find(({ cidr }) => usable[0] !== undefined && isWithin(usable[0], cidr));
    const known = [...(site ? [site.cidr] : []), ...networks]
      .filter(({ address }) => familyOf(address) === "inet")
      .flatMap((cidr) => prefixOf(cidr) ?? [])
      .filter((prefix) => isPrefixUsable(prefix) && anchor !== undefined && isHost(prefix, anchor));
    const said = known.find((prefix) => this.#isApart(prefix));
    const near = anchor === undefined ? [] : numbers.filter((number) => Math.abs(number - anchor) < 2 ** 16);
    const guess =
      anchor === undefined
        ? undefined
        : [around(near), around([anchor]), around(near, 29, 24), around([anchor], 29, 25)].find(
            (prefix) => prefix && isPrefixUsable(prefix) && this.#isApart(prefix),
          );
    const prefix = said ?? guess ?? this.#elsewhere();
    const segment: LabSegment = { name: this.#nameFor(site?.name ?? name), prefix, further: [] };
    this.all.push(segment);
    if (said === undefined) {
      const [wide] = known;
      this.#notes.assume(
        wide
          ? `segment ${segment.name} is ${formatPrefix(prefix)} and not ${formatPrefix(wide)}: segments of a lab do not overlap`
          : `segment ${segment.name} is ${formatPrefix(prefix)}: no file has its network`,
      );
    }
    return segment;
  }

  /** Makes room for an address that is outside of the segment's IPv4 network. Undefined: no machine of the lab can have it there. */
  extend(segment: LabSegment, { address, prefix }: Cidr): Cidr | undefined {
    if (!isUsable(address) || this.isMain(segment, address)) return undefined;
    const found = this.furtherOf(segment, address);
    if (found) return found;
    const network = hasNetwork({ address, prefix }) ? { address, prefix } : assumedNetwork(address);
    const four = prefixOf(network);
    if (four && !this.#isApart(four)) return undefined;
    segment.further.push(network);
    if (!hasNetwork({ address, prefix }))
      this.#notes.assume(
        `${address} in segment ${segment.name} is in a network of ${network.prefix} bits: no file has it`,
      );
    return network;
  }

  /** Whether a machine could have an address, but not in this segment, because another one has its network. */
  isLost(segment: LabSegment, address: string): boolean {
    return isUsable(address) && !this.isMain(segment, address) && !this.furtherOf(segment, address);
  }

  /** Brings the segments into an order. */
  sort(order: readonly LabSegment[]): void {
    this.all.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }

  #isApart(prefix: Prefix): boolean {
    return this.all.every(
      (other) =>
        !overlaps(other.prefix, prefix) &&
        other.further.every((network) => {
          const four = familyOf(network.address) === "inet" ? prefixOf(network) : undefined;
          return !four || !overlaps(four, prefix);
        }),
    );
  }

  /** A network that no file mentions. */
  #elsewhere(): Prefix {
    const mentioned = [...this.#used].flatMap((address) => parseAddress(address) ?? []);
    const all = ["10.255", "172.31", "192.168"].flatMap((start) =>
      Array.from({ length: 256 }, (_, index) => parsePrefix(`${start}.${index}.0/24`)),
    );
    const free = all.find(
      (prefix) => prefix && this.#isApart(prefix) && !mentioned.some((number) => contains(prefix, number)),
    );
    return free ?? { network: 0, broadcast: 0, length: 32 };
  }

  #nameFor(wanted: string): string {
    const plain = wanted
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .slice(0, 20)
      .replace(/-+$/, "");
    const base = /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(plain) ? plain : "lan";
    const names = [base, ...this.all.map((_, index) => `${base}${index + 2}`)];
    return names.find((name) => this.all.every((one) => one.name !== name)) ?? base;
  }

  /** A free IPv4 address, from the upper end. */
  free({ prefix }: LabSegment): string {
    let number = prefix.broadcast - 1;
    while (this.#used.has(formatAddress(number)) && number > prefix.network + 1) number -= 1;
    const address = formatAddress(number);
    this.#used.add(address);
    return address;
  }

  /** A free address of a further network, with its prefix length. */
  freeIn(network: Cidr): string {
    const four = familyOf(network.address) === "inet" ? prefixOf(network) : undefined;
    if (four) return `${this.free({ name: "", prefix: four, further: [] })}/${network.prefix}`;
    const address = freeHost6(network, this.#used);
    this.#used.add(address);
    return `${address}/${network.prefix}`;
  }

  /** Takes an address for a machine. False: it is not free. */
  take(address: string): boolean {
    if (this.#used.has(canonical(address))) return false;
    this.#used.add(canonical(address));
    return true;
  }

  /** The section of the topology. The hypervisor's address is another one where something in the site has the first. */
  written(): WrittenSiteLab["segments"] {
    return Object.fromEntries(
      this.all.map((segment) => {
        const isTaken = this.#used.has(formatAddress(segment.prefix.network + 1));
        return [
          segment.name,
          { cidr: formatPrefix(segment.prefix), ...(isTaken ? { hostAddress: this.free(segment) } : {}) },
        ];
      }),
    );
  }
}

/** The network of an address with its prefix length, as text; for aliases. */
export const aliasOf = (address: string, network: Cidr): string => `${canonical(address)}/${network.prefix}`;
/** Reads an alias back. */
export const addressOfAlias = (alias: string): string => cidrOf(alias)?.address ?? alias;
