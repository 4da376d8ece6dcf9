/** A machine's addresses and routes. */
import { usesIPv6 } from "../../model/topology/guests";
import { linesOf, type Look, textOf } from "./look";

export type AddressSeen = {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly label: string;
  /** Whether the kernel marks it as secondary: the interface has another address of the same prefix. */
  readonly secondary?: boolean;
};

export const addresses: Look<{ readonly addresses: readonly AddressSeen[] }> = {
  ask: ({ node }) => `show addresses ip -json ${usesIPv6(node) ? "" : "-4 "}address\n`,
  read: (part) => ({ addresses: parseAddresses(textOf(part, "addresses")) }),
};

/** Output of `ip -json address`. */
export function parseAddresses(json: string): AddressSeen[] {
  type Info = { local: string; prefixlen: number; label?: string; secondary?: boolean };
  type Link = { ifname: string; addr_info?: Info[] };
  return (JSON.parse(json || "[]") as Link[]).flatMap((link) =>
    (link.addr_info ?? []).map((info) => ({
      interface: link.ifname,
      address: info.local,
      prefixLength: info.prefixlen,
      label: info.label ?? link.ifname,
      ...(info.secondary === true ? { secondary: true } : {}),
    })),
  );
}

/** Host routes of table main and local, as `ip route` prints them. */
export const routes: Look<{ readonly routes: readonly string[] }> = {
  ask: () => "show routes ip -4 route show table all\n",
  read: (part) => ({ routes: linesOf(part, "routes") }),
};
