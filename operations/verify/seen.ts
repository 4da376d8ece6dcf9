/** What was seen in a running lab: the output of kernels and daemons as plain data, and its parsers. */
import { TABLE } from "../../components/machine/firewall/ruleset";
import { MASKED } from "../../infra/outputs";
import type { DownSeen } from "./drills/down";
import type { ExposedSeen } from "./drills/exposed";
import type { FailoverSeen } from "./drills/failover";
import type { HeldSeen } from "./drills/held";
import type { InsideSeen } from "./drills/inside";
import type { MoveSeen } from "./drills/move";
import type { ProxyStopSeen } from "./drills/proxyStop";
import type { RoutingSeen } from "./drills/routing";
import type { StartSeen } from "./drills/start";
import type { WalkSeen } from "./walk";

export type LabSeen = {
  /** What each node's own kernel and daemons say, by node name. */
  readonly nodes: Readonly<Record<string, NodeSeen>>;
  readonly client: ClientSeen;
} & Partial<Drilled>;

/** What the drills saw. Each is run only if a check needs it. */
export type Drilled = {
  /** What each node exposes to others. */
  readonly exposed: Readonly<Record<string, ExposedSeen>>;
  /** The way of requests and answers by "VIP:port". */
  readonly walks: Readonly<Record<string, WalkSeen>>;
  readonly inside: InsideSeen;
  readonly routing: RoutingSeen;
  readonly down: DownSeen;
  /** Connections that were held open, by "VIP:port". */
  readonly held: Readonly<Record<string, HeldSeen>>;
  /** What was seen when the balancers were started one after another. */
  readonly start: StartSeen;
  readonly failover: FailoverSeen;
  /** What was seen when the proxy of the VIP's holder was stopped and started. */
  readonly proxyStop: ProxyStopSeen;
  /** What was seen when the VIP was moved by hand. */
  readonly move: MoveSeen;
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
  /** The lab's own nftables table, as the kernel has it; empty: it is not there. */
  readonly rules: string;
  /** Lines of all other nftables tables that drop packets. */
  readonly drops: readonly string[];
  /** /sys/fs/selinux/enforce: "1" while SELinux enforces; empty: the kernel has none. */
  readonly selinux: string;
  /** Host routes of table main and local, as `ip route` prints them. */
  readonly routes: readonly string[];
  /** Loaded modules of IPVS: ip_vs, and one for each scheduler in use. */
  readonly ipvsModules: readonly string[];
  /** A VRRP advert of the MASTER; undefined: none was seen, or the node does not use VRRP. */
  readonly advert?: AdvertSeen | undefined;
  /**
   * What was written when the lab was deployed, with secrets masked: texts of files by path, lines in other programs' files by path and word,
   * and tables of the packet filter by name. Undefined: the lab's outputs do not say, and what this checkout would write counts.
   */
  readonly deployed?: Readonly<Record<string, string>>;
  /** ipvsadm's own files and timeouts; undefined: not a director that uses ipvsadm. */
  readonly ipvsadm?: IpvsadmSeen;
  /** What an NFS server shares; undefined: not an NFS server. */
  readonly share?: ShareSeen;
  /** What a proxy has besides its daemons; undefined: not a proxy. */
  readonly proxy?: ProxySeen;
  /** The mount on a web server's document root; undefined: it needs none. */
  readonly mount?: MountSeen;
};

export type IpvsadmSeen = {
  /** /etc/ipvsadm.rules. */
  readonly rules: string;
  /** Seconds for tcp, tcpfin and udp, from `ipvsadm -l --timeout`. */
  readonly timeouts: string;
};

export type ShareSeen = {
  /** Lines of /etc/exports. */
  readonly exports: readonly string[];
  /** Lines of `showmount -e` without the heading: folder and hosts. */
  readonly shown: readonly string[];
  /** index.html of the share. */
  readonly page: string;
};

export type ProxySeen = {
  /** The script that checks the proxy; empty: there is none. */
  readonly script: string;
};

/** A VRRP advert on the wire. */
export type AdvertSeen = {
  readonly source: string;
  readonly destination: string;
  readonly virtualRouterId: number;
  readonly priority: number;
  readonly addresses: readonly string[];
};

export type MountSeen = {
  /** Lines of /etc/fstab. */
  readonly fstab: readonly string[];
  /** Source and type of the mount on the document root; empty: nothing is mounted. */
  readonly mounted: string;
  /** The web server's own index.html, beneath the mount. */
  readonly ownPage: string;
};

export type AddressSeen = {
  readonly interface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly label: string;
  /** Whether the kernel marks it as secondary: the interface has another address of the same prefix. */
  readonly secondary?: boolean;
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
  /** Numbers of open connections, and of ended ones that are remembered for a while. */
  readonly connections?: { readonly active: number; readonly inactive: number };
};

export type ClientSeen = {
  /** Distinct MACs that answered ARP, by VIP. */
  readonly arp: Readonly<Record<string, readonly string[]>>;
  /** Answers to requests through the VIP, in order, by "VIP:port". */
  readonly throughVip: Readonly<Record<string, readonly Response[]>>;
  /** Answer of each real server at its own address. */
  readonly direct: Readonly<Record<string, Response>>;
  /** For virtual servers that choose by source address (persistence, sh, mh): answers by source address, by "VIP:port". */
  readonly bySource: Readonly<Record<string, Readonly<Record<string, readonly Response[]>>>>;
  /** The client's ARP cache afterwards: MAC by address. */
  readonly neighbours: Readonly<Record<string, string>>;
};

/** One HTTP answer; status 0: no answer. */
export type Response = {
  readonly status: number;
  readonly body: string;
  readonly keepAlive: boolean;
  /** The web server that names itself in X-Served-By; undefined: none does. */
  readonly servedBy?: string;
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

/** State of units from what `systemctl is-active` and `systemctl is-enabled` print: one word each, in the order of the names. */
export function parseUnits(names: readonly string[], active: string, enabled: string): NodeSeen["units"] {
  const words = [active, enabled].map((text) => text.trim().split("\n"));
  return Object.fromEntries(
    names.map((name, index) => [name, { active: words[0]?.[index] ?? "", enabled: words[1]?.[index] ?? "" }]),
  );
}

/** Output of `nft --numeric-protocol list ruleset`: the lab's own table, and the dropping lines of other tables. */
export function parseRuleset(text: string): Pick<NodeSeen, "rules" | "drops"> {
  const tables = [...text.matchAll(/^table [^]*?^}\n/gm)].map(([table]) => table);
  const isOwn = (table: string): boolean => table.startsWith(`table ${TABLE} {\n`);
  const others = tables.filter((table) => !isOwn(table)).flatMap((table) => table.split("\n"));
  return { rules: tables.find(isOwn) ?? "", drops: others.filter((line) => /\b(drop|reject)\b/.test(line)) };
}

const dotted = (hex: string): string => (hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16)).join(".");

/** Distinct MACs in the answers that arping prints, lower case, in order of appearance. */
export function parseArping(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\[((?:[0-9A-F]{2}:){5}[0-9A-F]{2})\]/gi)].map(([, mac = ""]) => mac.toLowerCase())),
  ];
}

/** VRRP adverts in the output of `tcpdump -n -v`, where each begins with its time. */
export const parseAdverts = (text: string): AdvertSeen[] =>
  text.split(/^(?=\d\d:\d\d:)/m).flatMap((one) => parseAdvert(one) ?? []);

function parseAdvert(text: string): AdvertSeen | undefined {
  const [, source = "", destination = "", vrid, prio, rest = ""] =
    /^\s*([\d.]+) > ([\d.]+): .*\bvrid (\d+), prio (\d+)(.*)$/ms.exec(text) ?? [];
  if (vrid === undefined) return undefined;
  const addresses = /addrs(?:\(\d+\))?: ([\d.,]+)/.exec(rest)?.[1]?.split(",") ?? [];
  return { source, destination, virtualRouterId: Number(vrid), priority: Number(prio), addresses };
}

/** Output of `ip -json -4 neighbour`: MAC by address, for entries with a MAC. */
export const parseNeighbours = (json: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(json || "[]") as { dst: string; lladdr?: string }[]).flatMap(({ dst, lladdr }) =>
      lladdr === undefined ? [] : [[dst, lladdr]],
    ),
  );

/** Output of `curl --include`; an empty text: no answer. */
export function parseResponse(text: string): Response {
  const [head = "", ...rest] = text.split(/\r?\n\r?\n/);
  const status = Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1] ?? 0);
  const servedBy = /^x-served-by: (\S+)/im.exec(head)?.[1];
  return {
    status,
    body: rest.join("\n\n").trimEnd(),
    keepAlive: !/^connection: close/im.test(head),
    ...(servedBy === undefined ? {} : { servedBy }),
  };
}

/** Masks the VRRP password of a keepalived.conf: everything after its keyword, in quotes or not. */
export const maskPassword = (conf: string): string => conf.replace(/(auth_pass[^\S\n]+)\S.*$/gm, `$1${MASKED}`);
