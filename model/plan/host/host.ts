import { posix } from "node:path";
import { filesOf } from "../../keepalived/files";
import { type Firewall } from "./firewall";
import { readIptables } from "./iptables";
import { type IpvsService, readIpvsadm } from "./ipvsadm";
import { type Kernel, readSysctl } from "./kernel";
import { readNft } from "./nft";
import { includesOf } from "./nginx";
import { type Proxy, readHaproxy, readNginx } from "./proxy";
import { type Route, readRoutes } from "./routes";

/** What else is known of a machine that runs keepalived. What has no file is unknown. */
export interface Host {
  readonly kernel: Kernel;
  readonly firewalls: readonly Firewall[];
  /** Services that a file of ipvsadm adds. What `ipvsadm -Sn` shows may be keepalived's own. */
  readonly ipvsServices: readonly IpvsService[];
  readonly proxies: readonly Proxy[];
  readonly routes: readonly Route[];
}

/** A machine's files, by paths, and its two folders: that of the machine, and that of its keepalived.conf. */
export interface HostFiles {
  readonly texts: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** Names that a file may have in the machine's folder, the best first. */
const NAMES = {
  nft: ["nftables.conf", "etc/nftables.conf", "nftables.rules"],
  iptables: ["iptables-save", "iptables.rules", "rules.v4", "etc/iptables/rules.v4", "etc/sysconfig/iptables"],
  ip6tables: ["ip6tables-save", "ip6tables.rules", "rules.v6", "etc/iptables/rules.v6", "etc/sysconfig/ip6tables"],
  ipvsadm: ["ipvsadm.rules", "etc/ipvsadm.rules", "etc/sysconfig/ipvsadm", "sysconfig/ipvsadm"],
  haproxy: ["haproxy.cfg", "etc/haproxy/haproxy.cfg"],
  nginx: ["nginx.conf", "etc/nginx/nginx.conf"],
  route: ["route.json", "routes.json"],
} as const;

/** Reads what stands beside a configuration. No file of it is an error: what cannot be read is unknown. */
export function hostOf({ texts, folder }: HostFiles): Host {
  const at = (name: string): string => posix.join(folder, name);
  const first = <T>(names: readonly string[], read: (file: string, text: string) => T): T[] => {
    const file = names.map(at).find((one) => texts.has(one));
    return file === undefined ? [] : [read(file, texts.get(file) ?? "")];
  };
  const files = filesOf(texts);
  const sysctl = ["etc/sysctl.d/*.conf", "etc/sysctl.conf", "sysctl.d/*.conf", "sysctl.conf"].flatMap((name) =>
    files.glob(at(name)),
  );
  return Object.freeze({
    kernel: readSysctl(new Map(sysctl.map((file) => [file, texts.get(file) ?? ""]))),
    firewalls: Object.freeze([
      ...first(NAMES.nft, readNft),
      ...first(NAMES.iptables, (file, text) => readIptables(file, text, "ip")),
      ...first(NAMES.ip6tables, (file, text) => readIptables(file, text, "ip6")),
    ]),
    ipvsServices: Object.freeze(first(NAMES.ipvsadm, readIpvsadm).flat()),
    proxies: Object.freeze([
      ...first(NAMES.haproxy, readHaproxy),
      ...first(NAMES.nginx, (file, text) => nginxOf(file, text, texts, folder)),
    ]),
    routes: Object.freeze(first(NAMES.route, (_, text) => readRoutes(text)).flat()),
  });
}

/** nginx with the files that it includes; a pattern that finds nothing, and any deeper include, leaves it partial. */
function nginxOf(main: string, text: string, texts: ReadonlyMap<string, string>, folder: string): Proxy {
  const files = filesOf(texts);
  const patterns = includesOf(text).map((pattern) =>
    main.endsWith("etc/nginx/nginx.conf")
      ? posix.join(folder, pattern)
      : posix.join(folder, posix.relative("/etc/nginx", pattern)),
  );
  const found = patterns.map((pattern) => files.glob(pattern));
  const all = new Map([[main, text], ...found.flat().map((file) => [file, texts.get(file) ?? ""] as const)]);
  const isDeeper = found.flat().some((file) => includesOf(texts.get(file) ?? "").length > 0);
  return readNginx(all, isDeeper || found.some((some) => some.length === 0));
}
