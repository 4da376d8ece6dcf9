/** A machine's IPv4 addresses and routes. */
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
  ask: () => "show addresses ip -json -4 address\n",
  read: (part) => ({ addresses: parseAddresses(textOf(part, "addresses")) }),
};

/** Output of `ip -json -4 address`. */
export function parseAddresses(json: string): AddressSeen[] {
  type Info = { family: string; local: string; prefixlen: number; label?: string; secondary?: boolean };
  type Link = { ifname: string; addr_info?: Info[] };
  return (JSON.parse(json || "[]") as Link[]).flatMap((link) =>
    (link.addr_info ?? [])
      .filter((info) => info.family === "inet")
      .map((info) => ({
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
