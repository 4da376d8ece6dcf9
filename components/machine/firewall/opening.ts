import { isIPv6 } from "node:net";
import { canonical } from "../../../model/plan/addresses";

/** Packets that a machine's firewall allows, besides answers to its own requests. */
export type Opening = {
  /** Purpose, in a few words. */
  readonly name: string;
  /** Ports of a transport, or the number of a protocol without ports (IANA "protocol numbers"). */
  readonly what: Ports | { readonly number: number };
  /** Allowed sources, IPv4 or IPv6, with or without prefix length; undefined: any. */
  readonly from?: readonly string[];
  /** The destination, IPv4 or IPv6; undefined: any address of the machine. */
  readonly to?: string;
};

export type Ports = { readonly transport: "tcp" | "udp"; readonly ports: readonly number[] };

/** What every machine answers: SSH for its configuration. */
export const SSH = { name: "SSH", what: { transport: "tcp", ports: [22] } } as const satisfies Opening;

/** Addresses of one family in numeric order, in nft's spelling, without duplicates. They may have a prefix length. */
export const sortedAddresses = (addresses: readonly string[]): string[] => {
  const spelt = addresses.map((one) => {
    const [address = "", ...length] = one.split("/");
    return [canonical(address), ...length].join("/");
  });
  return [...new Set(spelt)].sort((a, b) => (digits(a) < digits(b) ? -1 : 1));
};

/** A text that sorts as the address does: the numbers of an IPv4 address, or the eight groups of an IPv6 address, each with leading zeros. */
function digits(text: string): string {
  const [address = ""] = text.split("/");
  if (!isIPv6(address)) return address.replaceAll(/\d+/g, (number) => number.padStart(3, "0"));
  const [head = [], tail = []] = address.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join(":");
}
