import type { Position } from "../../keepalived/finding";

/** A value of sysctl(8), with its place. */
export interface Setting {
  readonly value: string;
  readonly at: Position;
}

/** Values by their paths under /proc/sys: "net/ipv4/conf/eth0.10/rp_filter". A value that nothing sets is not among them. */
export type Kernel = ReadonlyMap<string, Setting>;

/** Reads files of sysctl.conf(5); a later one wins. With dots as separators a slash is a dot of the name. */
export function readSysctl(files: ReadonlyMap<string, string>): Kernel {
  const found = new Map<string, Setting>();
  for (const [file, text] of files)
    for (const [index, line] of text.split("\n").entries()) {
      const [, name, value] = /^\s*-?\s*([^\s=#;]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined) continue;
      const separator = /[./]/.exec(name)?.[0];
      const path = separator === "." ? name.replace(/[./]/g, (one) => (one === "." ? "/" : ".")) : name;
      found.set(path, { value, at: { file, line: index + 1, column: 1 } });
    }
  return found;
}

const numberAt = (kernel: Kernel, path: string): number | undefined => {
  const { value = "" } = kernel.get(path) ?? {};
  return /^\d+$/.test(value) ? Number(value) : undefined;
};

/** A switch that is one value for the whole machine; undefined: nothing sets it. */
export const switchOf = (
  kernel: Kernel,
  path: string,
): { readonly isOn: boolean; readonly at: Position } | undefined => {
  const value = numberAt(kernel, path);
  const at = kernel.get(path)?.at;
  return value === undefined || !at ? undefined : { isOn: value !== 0, at };
};

/**
 * A value of a card for which the higher one of `all` and the card counts (ip-sysctl: arp_ignore, arp_announce, rp_filter). Undefined: one of both is
 * not set, so it is not known.
 */
export function higherOf(
  kernel: Kernel,
  name: string,
  card: string,
): { readonly value: number; readonly at: Position } | undefined {
  const paths = [`net/ipv4/conf/${card}/${name}`, `net/ipv4/conf/all/${name}`] as const;
  const values = paths.map((path) => numberAt(kernel, path));
  const [own, all] = values;
  if (own === undefined || all === undefined) return undefined;
  const at = kernel.get(own >= all ? paths[0] : paths[1])?.at;
  return at && { value: Math.max(own, all), at };
}
