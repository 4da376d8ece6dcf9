/** What was seen in a running lab: the answers of kernels and daemons as plain data, and the parsers that read them. */
import type { HeldSeen } from "./drills/held";
import type { InsideSeen } from "./drills/inside";
import type { RoutingSeen } from "./drills/routing";
import type { SorrySeen } from "./drills/sorry";
import type { WalkSeen } from "./walk";

export type LabSeen = {
  /** What each node's own kernel and daemons say, by node name. */
  readonly nodes: Readonly<Record<string, NodeSeen>>;
  readonly client: ClientSeen;
  /** The failover drill; undefined when no check asked for it. */
  readonly failover?: FailoverSeen;
} & Partial<Drilled>;

/** What drills saw, each only when a check asked for it. */
export type Drilled = {
  /** The way of requests and answers by "VIP:port". */
  readonly walks: Readonly<Record<string, WalkSeen>>;
  readonly inside: InsideSeen;
  readonly routing: RoutingSeen;
  readonly sorry: SorrySeen;
  /** Connections that were held open, by "VIP:port". */
  readonly held: Readonly<Record<string, HeldSeen>>;
};

export type NodeSeen = {
  /** False: the node did not answer SSH; everything else is empty then. */
  readonly reachable: boolean;
  readonly hostname: string;
  readonly addresses: readonly AddressSeen[];
  /** net.ipv4.conf settings by "<interface>.<key>". */
  readonly sysctls: Readonly<Record<string, string>>;
  /** net.ipv4.ip_forward. */
  readonly ipForward?: string;
  /** First line of /proc/net/ip_vs; empty when the module is not loaded. */
  readonly ipvsVersion: string;
  readonly ipvs: readonly IpvsService[];
  /** Active and enabled state by unit. */
  readonly units: Readonly<Record<string, { readonly active: string; readonly enabled: string }>>;
  /** Names of installed packages, of those that were asked for. */
  readonly packages: readonly string[];
  /** /etc/keepalived/keepalived.conf with the password masked. */
  readonly keepalivedConf: string;
  readonly keepalivedBackup: boolean;
  /** Rules that drop packets, of all nftables tables. */
  readonly drops: readonly string[];
  /** Host routes of table main and local, as `ip route` prints them. */
  readonly routes: readonly string[];
};

export type AddressSeen = {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly label: string;
};

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
};

export type ClientSeen = {
  /** MACs that answered ARP for a VIP, distinct, by VIP. */
  readonly arp: Readonly<Record<string, readonly string[]>>;
  /** Answers of requests through the VIP, in order, by "VIP:port". */
  readonly throughVip: Readonly<Record<string, readonly Response[]>>;
  /** Answer of each real server asked at its own address. */
  readonly direct: Readonly<Record<string, Response>>;
};

/** One HTTP answer; status 0 is no answer. */
export type Response = { readonly status: number; readonly body: string; readonly keepAlive: boolean };

/** What happened when keepalived on the VIP's holder was stopped and started again. */
export type FailoverSeen = {
  readonly stopped: string;
  readonly holdersAfterStop: readonly string[];
  readonly servedAfterStop: readonly Response[];
  readonly holdersAfterStart: readonly string[];
  readonly servedAfterStart: readonly Response[];
  /** Longest time without an answer while the VIP moved away, seconds, best of `rounds`. */
  readonly outage: number;
  readonly rounds: number;
};

/** What stands in for a VRRP password wherever a configuration is compared or shown. */
export const maskedPassword = "********";

/** Cuts what the observation script prints into its sections: lines `=== name` head them. */
export function sections(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const part of text.split(/^=== /m).slice(1)) {
    const end = part.indexOf("\n");
    found[part.slice(0, end)] = part.slice(end + 1);
  }
  return found;
}

/** Answers of `ip -json -4 address`. */
export function parseAddresses(json: string): AddressSeen[] {
  type Link = { ifname: string; addr_info?: { family: string; local: string; prefixlen: number; label?: string }[] };
  return (JSON.parse(json || "[]") as Link[]).flatMap((link) =>
    (link.addr_info ?? [])
      .filter((info) => info.family === "inet")
      .map((info) => ({
        interface: link.ifname,
        address: info.local,
        prefixLength: info.prefixlen,
        label: info.label ?? link.ifname,
      })),
  );
}

/** Lines `/proc/sys/net/ipv4/conf/<interface>/<key>:<value>`, as grep prints them. */
export function parseSysctls(text: string): Record<string, string> {
  const lines = [...text.matchAll(/^\/proc\/sys\/net\/ipv4\/conf\/([^/]+)\/([^:]+):(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name, key, value]) => [`${name}.${key}`, value ?? ""]));
}

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
    const server = /^\s+-> ([0-9A-F]{8}):([0-9A-F]{4})\s+(\S+)\s+(\d+)/.exec(line);
    if (server) {
      const [, address = "", port = "", forwarding = "", weight = ""] = server;
      services
        .at(-1)
        ?.realServers.push({ address: dotted(address), port: parseInt(port, 16), forwarding, weight: Number(weight) });
    }
  }
  return services;
}

const dotted = (hex: string): string => (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(".");

/** Distinct MACs in the answers that arping prints, lower case, in order of appearance. */
export function parseArping(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\[((?:[0-9A-F]{2}:){5}[0-9A-F]{2})\]/gi)].map(([, mac = ""]) => mac.toLowerCase())),
  ];
}

/** Answer of `curl --include`; an empty text is no answer. */
export function parseResponse(text: string): Response {
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  const status = Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 0);
  return { status, body: rest.join("\n\n").trimEnd(), keepAlive: !/^connection: close/im.test(head) };
}

/** Hides the VRRP password of a keepalived.conf. */
export const maskPassword = (conf: string): string => conf.replace(/(auth_pass\s+)\S+/g, `$1${maskedPassword}`);
