import { BlockList, isIPv6 } from "node:net";
import { type Family, familyOf as familyOfText } from "../keepalived/kinds/addresses";

/** An address with the length of its network's prefix. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
}

/** One spelling per address, so that texts can be compared: `2001:DB8:0::1` becomes `2001:db8::1`. */
export const canonical = (address: string): string =>
  isIPv6(address) && !address.includes("%") ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;

export const familyOf = (address: string): Family => (address.includes(":") ? "inet6" : "inet");

/** An address beside a port or in a URL (RFC 3986, 3.2.2): IPv6 in brackets. */
export const bracketed = (address: string): string => (familyOf(address) === "inet6" ? `[${address}]` : address);

/** `192.0.2.1:80` or `[2001:db8::1]:80`. */
export const endpoint = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${bracketed(address)}:${port}`;

/** Reads `192.0.2.1/24`; undefined if the text is something else. */
export function cidrOf(text: string): Cidr | undefined {
  const [address = "", bits, further] = text.split("/");
  const family = familyOfText(address);
  const longest = family === "inet" ? 32 : 128;
  const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === undefined || further !== undefined || !(prefix <= longest)) return undefined;
  return Object.freeze({ address: canonical(address), prefix });
}

/** Whether an address is in the network of another address. */
export function isWithin(address: string, { address: base, prefix }: Cidr): boolean {
  if (familyOf(address) !== familyOf(base)) return false;
  const family = familyOf(base) === "inet" ? "ipv4" : "ipv6";
  const network = new BlockList();
  network.addSubnet(base, prefix, family);
  return network.check(address, family);
}

/** An address as a number; undefined if the text is something else. */
function numberOf(text: string): bigint | undefined {
  const family = familyOfText(text);
  if (family === undefined) return undefined;
  if (family === "inet") return text.split(".").reduce((all, part) => all * 256n + BigInt(part), 0n);
  const [head = [], tail = []] = canonical(text)
    .split("::")
    .map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].reduce((all, group) => all * 65_536n + BigInt(`0x${group}`), 0n);
}

function textOf(number: bigint, family: Family): string {
  const [count, size] = family === "inet" ? [4, 256n] : [8, 65_536n];
  const parts = Array.from({ length: count }, (_, place) => (number / size ** BigInt(count - 1 - place)) % size);
  return family === "inet" ? parts.join(".") : canonical(parts.map((part) => part.toString(16)).join(":"));
}

/** The addresses from the first to the last one, at most so many. Only the first, if the last is none or lies before it. */
export function rangeOf(first: string, last: string | undefined, most: number): readonly string[] {
  const [from, to] = [numberOf(first), numberOf(last ?? "")];
  if (from === undefined || to === undefined || to < from || familyOf(first) !== familyOf(last ?? ""))
    return [canonical(first)];
  const count = Number(to - from) + 1;
  return Array.from({ length: Math.min(count, most) }, (_, index) => textOf(from + BigInt(index), familyOf(first)));
}
