import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";

/** An IPv4 prefix as numbers. */
export type Prefix = {
  /** First address of the prefix, an unsigned 32-bit number. */
  readonly network: number;
  /** Last address of the prefix: the broadcast address. */
  readonly broadcast: number;
  /** Bits of the network part, 0 to 32. */
  readonly length: number;
};

/** The 32-bit number of a dotted IPv4 address; undefined if the text is not an address. */
export function parseAddress(text: string): number | undefined {
  return isIPv4(text) ? text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) : undefined;
}

/** The dotted form of a 32-bit number. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join(".");
}

/**
 * The prefix of an address with a length ("10.0.0.7/24" is in 10.0.0.0/24); undefined if the text is not
 * one. An address without a length is a prefix of 32 bits, as `ip route` prints host routes.
 */
export function parsePrefix(text: string): Prefix | undefined {
  const [addressText = "", lengthText = "32", ...rest] = text.split("/");
  const address = parseAddress(addressText);
  const length = Number(lengthText);
  if (address === undefined || rest.length > 0 || !/^\d{1,2}$/.test(lengthText) || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const network = Math.floor(address / size) * size;
  return { network, broadcast: network + size - 1, length };
}

/** The usual text of a prefix, "10.0.0.0/24". */
export const formatPrefix = ({ network, length }: Prefix): string => `${formatAddress(network)}/${length}`;

/** Whether an address lies in a prefix, its network and broadcast addresses included. */
export const contains = ({ network, broadcast }: Prefix, address: number): boolean =>
  network <= address && address <= broadcast;

/** Whether two prefixes have an address in common. */
export const overlaps = (a: Prefix, b: Prefix): boolean => a.network <= b.broadcast && b.network <= a.broadcast;

/** Whether a machine can have the address: inside the prefix, and neither its network nor its broadcast address. */
export const isHost = ({ network, broadcast }: Prefix, address: number): boolean =>
  network < address && address < broadcast;

/** First address that a machine can have; only a prefix of at most 30 bits has one. */
export const firstHost = ({ network }: Prefix): string => formatAddress(network + 1);

/** Bits of the network part of "192.168.10.0/24". Throws if the text is not a prefix, which a loaded topology never has. */
export function prefixLength(cidr: string): number {
  const prefix = parsePrefix(cidr);
  if (prefix === undefined) throw new Error(`${cidr} is not an IPv4 prefix`);
  return prefix.length;
}

/**
 * A MAC address that depends only on its owner (lab, node and interface name) and on the addresses already taken:
 * 52:54:00, the prefix that QEMU and libvirt use, and three bytes of a digest. A collision takes the next digest.
 */
export function deriveMac(owner: readonly string[], taken: ReadonlySet<string> = new Set()): string {
  for (let attempt = 0; ; attempt++) {
    const digest = createHash("sha256")
      .update([...owner, attempt].join("\0"))
      .digest();
    const mac = [0x52, 0x54, 0x00, ...digest.subarray(0, 3)]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(":");
    if (!taken.has(mac)) return mac;
  }
}
