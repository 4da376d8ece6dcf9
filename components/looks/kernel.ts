/** What a machine's kernel says of itself: host name, settings, SELinux. */
import { type Look, textOf } from "./look";

export const hostname: Look<{ readonly hostname: string }> = {
  ask: () => "show hostname cat /proc/sys/kernel/hostname\n",
  read: (part) => ({ hostname: textOf(part, "hostname") }),
};

const ofEveryInterface = ["send_redirects", "arp_ignore", "arp_announce", "rp_filter"] as const;

/** net.ipv4.conf settings by "<interface>.<key>". */
export const sysctls: Look<{ readonly sysctls: Readonly<Record<string, string>> }> = {
  ask: () => `show sysctls grep -H . ${ofEveryInterface.map((key) => `/proc/sys/net/ipv4/conf/*/${key}`).join(" ")}\n`,
  read: (part) => ({ sysctls: parseSysctls(part.sysctls ?? "") }),
};

/** Lines `/proc/sys/net/ipv4/conf/<interface>/<key>:<value>`, as grep prints them. */
export function parseSysctls(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^\/proc\/sys\/net\/ipv4\/conf\/([^/]+)\/([^:]+):(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, key, value]) => [`${name}.${key}`, value ?? ""]));
}

/** Settings that the topology gives the node, by their names; undefined: none. */
export const settings: Look<{ readonly settings?: Readonly<Record<string, string>> }> = {
  ask: ({ node: { sysctl } }) =>
    sysctl === undefined ? "" : `show settings sysctl ${Object.keys(sysctl).join(" ")}\n`,
  read: (part, { node: { sysctl } }) => (sysctl === undefined ? {} : { settings: parseSettings(part.settings ?? "") }),
};

/** Lines `NAME = VALUE`, as sysctl(8) prints them. */
const parseSettings = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\S+) = (.*)$/gm)].map(([, name, value]) => [name, value ?? ""]));

/** net.ipv4.ip_forward. */
export const ipForward: Look<{ readonly ipForward?: string }> = {
  ask: () => "show forward cat /proc/sys/net/ipv4/ip_forward\n",
  read: (part) => ({ ipForward: textOf(part, "forward") }),
};

/** /sys/fs/selinux/enforce: "1" while SELinux enforces; empty: the kernel has none. */
export const selinux: Look<{ readonly selinux: string }> = {
  ask: () => "show selinux cat /sys/fs/selinux/enforce\n",
  read: (part) => ({ selinux: textOf(part, "selinux") }),
};
