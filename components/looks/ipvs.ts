/** The kernel's table of virtual servers, and its modules. */
import { canonical, endpoint } from "../../model/plan/addresses";
import { linesOf, type Look } from "./look";

/** One virtual server of the kernel's table. */
export type IpvsService = {
  /** "TCP", "UDP", "SCTP", or "FWM": a firewall mark. */
  readonly protocol: string;
  /** Of either family; of a firewall mark its number. */
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

const PLACE = String.raw`(?:([0-9A-F]{8})|\[([0-9a-f:]+)\]):([0-9A-F]{4})`;
const SERVICE = new RegExp(String.raw`^(?:(TCP|UDP|SCTP)\s+${PLACE}|FWM\s+([0-9A-F]{8})) (\S+)`);
const SERVER = new RegExp(String.raw`^\s+-> ${PLACE}\s+(\S+)\s+(\d+)(?:\s+(\d+)\s+(\d+))?`);

/**
 * /proc/net/ip_vs (net/netfilter/ipvs/ip_vs_ctl.c, IPv4 addresses, ports and marks in hex) and `ipvsadm --save --numeric` for the
 * persistence.
 */
export function parseIpvs(proc: string, saved: string): IpvsService[] {
  const services: (Omit<IpvsService, "realServers"> & { realServers: IpvsRealServer[] })[] = [];
  for (const line of proc.split("\n")) {
    const service = SERVICE.exec(line);
    if (service) {
      const [, protocol = "FWM", ipv4, ipv6, port = "0", mark = "", scheduler = ""] = service;
      const address = protocol === "FWM" ? `${parseInt(mark, 16)}` : spelt(ipv4, ipv6);
      const at = { protocol, address, port: parseInt(port, 16) };
      const words = protocol === "FWM" ? `-A -f ${address} ` : `-A -${protocol[0]?.toLowerCase()} ${endpoint(at)} `;
      const rule = saved.split("\n").find((one) => one.startsWith(words));
      const persistence = / -p (\d+)/.exec(rule ?? "")?.[1];
      services.push({
        ...at,
        scheduler,
        ...(persistence ? { persistence: Number(persistence) } : {}),
        realServers: [],
      });
      continue;
    }
    const server = SERVER.exec(line);
    if (server) {
      const [, ipv4, ipv6, port = "", forwarding = "", weight = "", active, inactive] = server;
      services.at(-1)?.realServers.push({
        address: spelt(ipv4, ipv6),
        port: parseInt(port, 16),
        forwarding,
        weight: Number(weight),
        ...(active === undefined ? {} : { connections: { active: Number(active), inactive: Number(inactive) } }),
      });
    }
  }
  return services;
}

const spelt = (ipv4: string | undefined, ipv6 = ""): string => (ipv4 === undefined ? canonical(ipv6) : dotted(ipv4));

const dotted = (hex: string): string => (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(".");

/** Loaded modules of IPVS: ip_vs, and one for each scheduler in use. */
export const ipvsModules: Look<{ readonly ipvsModules: readonly string[] }> = {
  ask: () => "show modules grep -o '^ip_vs[a-z_]*' /proc/modules\n",
  read: (part) => ({ ipvsModules: linesOf(part, "modules") }),
};
