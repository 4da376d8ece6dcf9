import { canonical, type Cidr } from "../../model/plan/addresses";

/** The number of an IPv6 address. */
function numberOf(address: string): bigint {
  const [head = "", tail] = canonical(address).split("::");
  const groups = (text: string): readonly string[] => text.split(":").filter(Boolean);
  const [left, right] = [groups(head), groups(tail ?? "")];
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function addressOf(number: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((number >> BigInt(16 * (7 - index))) & 0xffffn).toString(16));
  return canonical(groups.join(":"));
}

/** The first free address of an IPv6 network: from ::ff01 where it has 16 bits for machines, else from ::2. */
export function freeHost6({ address, prefix }: Cidr, used: ReadonlySet<string>): string {
  const size = 1n << BigInt(128 - prefix);
  const base = (numberOf(address) / size) * size;
  let host = prefix <= 112 ? 0xff01n : 2n;
  while (used.has(addressOf(base + host)) && host < size - 1n) host += 1n;
  return addressOf(base + host);
}
