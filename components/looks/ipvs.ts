/** The kernel's table of virtual servers, and its modules. */
import { linesOf, type Look } from "./look";

/** One virtual server of the kernel's table. */
export type IpvsService = {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  readonly scheduler: string;
  /** Seconds; undefined: none. */
  readonly persistence?: number;
  readonly realServers: readonly IpvsRealServer[];
};

export type IpvsRealServer = {
  readonly address: string;
  readonly port: number;
  readonly forwarding: string;
  readonly weight: number;
  /** Numbers of open connections, and of ended ones that are remembered for a while. */
  readonly connections?: { readonly active: number; readonly inactive: number };
};

export type IpvsSeen = {
  /** First line of /proc/net/ip_vs; empty when the module is not loaded. */
  readonly ipvsVersion: string;
  readonly ipvs: readonly IpvsService[];
};

export const ipvs: Look<IpvsSeen> = {
  ask: () => "show ipvs cat /proc/net/ip_vs\nshow saved ipvsadm --save --numeric\n",
  read: (part) => ({
    ipvsVersion: linesOf(part, "ipvs")[0] ?? "",
    ipvs: parseIpvs(part.ipvs ?? "", part.saved ?? ""),
  }),
};

/** /proc/net/ip_vs (net/netfilter/ipvs/ip_vs_ctl.c, addresses and ports in hex) and `ipvsadm --save --numeric` for the persistence. */
export function parseIpvs(proc: string, saved: string): IpvsService[] {
  const services: (Omit<IpvsService, "realServers"> & { realServers: IpvsRealServer[] })[] = [];
  for (const line of proc.split("\n")) {
    const service = /^(TCP|UDP|SCTP)\s+([0-9A-F]{8}):([0-9A-F]{4}) (\S+)/.exec(line);
    if (service) {
      const [, protocol = "", address = "", port = "", scheduler = ""] = service;
      const at = { protocol, address: dotted(address), port: parseInt(port, 16) };
      const persistence = new RegExp(
        `^-A -${protocol[0]?.toLowerCase()} ${at.address}:${at.port} .*-p (\\d+)`,
        "m",
      ).exec(saved)?.[1];
      services.push({
        ...at,
        scheduler,
        ...(persistence ? { persistence: Number(persistence) } : {}),
        realServers: [],
      });
      continue;
    }
    const server = /^\s+-> ([0-9A-F]{8}):([0-9A-F]{4})\s+(\S+)\s+(\d+)(?:\s+(\d+)\s+(\d+))?/.exec(line);
    if (server) {
      const [, address = "", port = "", forwarding = "", weight = "", active, inactive] = server;
      services.at(-1)?.realServers.push({
        address: dotted(address),
        port: parseInt(port, 16),
        forwarding,
        weight: Number(weight),
        ...(active === undefined ? {} : { connections: { active: Number(active), inactive: Number(inactive) } }),
      });
    }
  }
  return services;
}

const dotted = (hex: string): string => (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(".");

/** Loaded modules of IPVS: ip_vs, and one for each scheduler in use. */
export const ipvsModules: Look<{ readonly ipvsModules: readonly string[] }> = {
  ask: () => "show modules grep -o '^ip_vs[a-z_]*' /proc/modules\n",
  read: (part) => ({ ipvsModules: linesOf(part, "modules") }),
};
