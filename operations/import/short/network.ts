import {
  contains,
  firstHost,
  formatAddress,
  formatPrefix,
  isHost,
  parseAddress,
  parsePrefix,
  type Prefix,
} from "../../../model/topology/addresses";
import type { WrittenTopology } from "./data";

/** The longest prefix, of at most 24 bits, that has all these addresses as host addresses; undefined: it would have less than 16 bits. */
function around(addresses: readonly number[]): Prefix | undefined {
  for (let length = 24; length >= 16; length--) {
    const prefix = parsePrefix(`${formatAddress(addresses[0] ?? 0)}/${length}`);
    if (prefix && addresses.every((address) => isHost(prefix, address))) return prefix;
  }
  return undefined;
}

/** The segments of a lab, and their free addresses. */
export class Network {
  readonly #segments = new Map<string, Prefix>();
  readonly #used: Set<number>;
  readonly #assumed: string[];

  constructor(used: readonly string[], assumed: string[]) {
    this.#used = new Set(used.flatMap((address) => parseAddress(address) ?? []));
    this.#assumed = assumed;
  }

  /** The segment that has an address. */
  segmentOf(address: string): string | undefined {
    const number = parseAddress(address);
    return [...this.#segments].find(([, prefix]) => number !== undefined && contains(prefix, number))?.[0];
  }

  cidrOf(name: string): string {
    const prefix = this.#segments.get(name);
    return prefix ? formatPrefix(prefix) : "";
  }

  /** The segment of these addresses: a known one, one with a given prefix, or one with an assumed prefix. */
  segmentFor(addresses: readonly string[], wanted: string, said?: string): string {
    const known = this.segmentOf(addresses[0] ?? "");
    if (known !== undefined) return known;
    const numbers = addresses.flatMap((address) => parseAddress(address) ?? []);
    const given = said === undefined ? undefined : parsePrefix(said);
    const prefix = given && given.length <= 30 ? given : (around(numbers) ?? around(numbers.slice(0, 1)));
    const name = this.#nameFor(wanted);
    if (!prefix) return name;
    this.#segments.set(name, prefix);
    if (prefix !== given) this.#assumed.push(`segment ${name} is ${formatPrefix(prefix)}: no file has its prefix`);
    return name;
  }

  #nameFor(wanted: string): string {
    const plain = /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/.test(wanted) ? wanted : "lan";
    const names = [plain, ...Array.from({ length: this.#segments.size }, (_, index) => `${plain}${index + 2}`)];
    return names.find((name) => !this.#segments.has(name)) ?? plain;
  }

  /** A free address, from the upper end. */
  free(segment: string): string {
    const prefix = this.#segments.get(segment);
    if (!prefix) return "";
    let number = prefix.broadcast - 1;
    while (this.#used.has(number) && number > prefix.network + 1) number -= 1;
    this.#used.add(number);
    return formatAddress(number);
  }

  /** A separate segment that overlaps no other one, for machines that no file mentions. */
  beyond(name: string): string {
    const cidr = Array.from({ length: 200 }, (_, index) => `10.255.${index}.0/24`).find((one) => {
      const prefix = parsePrefix(one);
      return (
        prefix &&
        [...this.#segments.values()].every(
          (other) => !contains(other, prefix.network) && !contains(prefix, other.network),
        )
      );
    });
    return this.segmentFor(
      [firstHost(parsePrefix(cidr ?? "") ?? { network: 0, broadcast: 0, length: 32 })],
      name,
      cidr,
    );
  }

  /** The section of the topology. The hypervisor's address is another one where a machine has the first. */
  written(): WrittenTopology["segments"] {
    return Object.fromEntries(
      [...this.#segments].map(([name, prefix]) => {
        const isTaken = this.#used.has(prefix.network + 1);
        return [name, { cidr: formatPrefix(prefix), ...(isTaken ? { hostAddress: this.free(name) } : {}) }];
      }),
    );
  }
}
