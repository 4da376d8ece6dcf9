import { parseAddress } from "../../../model/topology/addresses";

/** Packets that a machine's firewall allows, besides answers to its own requests. */
export type Opening = {
  /** Purpose, in a few words. */
  readonly name: string;
  /** Ports of a transport, or the number of a protocol without ports (IANA "protocol numbers"). */
  readonly what: Ports | { readonly number: number };
  /** Allowed sources; undefined: any. */
  readonly from?: readonly string[];
  /** The destination; undefined: any address of the machine. */
  readonly to?: string;
};

export type Ports = { readonly transport: "tcp" | "udp"; readonly ports: readonly number[] };

/** What every machine answers: SSH for its configuration. */
export const SSH = { name: "SSH", what: { transport: "tcp", ports: [22] } } as const satisfies Opening;

/** Addresses in numeric order, without duplicates. */
export const sortedAddresses = (addresses: readonly string[]): string[] =>
  [...new Set(addresses)].sort((a, b) => (parseAddress(a) ?? 0) - (parseAddress(b) ?? 0));
