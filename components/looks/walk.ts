/** The way of requests and answers, as machines saw it: plain data, and the parsers of the output of tcpdump and ipvsadm. */

/** What was seen while the client asked one virtual server. */
export type WalkSeen = {
  /** Connection packets (SYN, and SYN with ACK) of the client that a director or a real server saw; in order per node. */
  readonly packets: readonly PacketSeen[];
  /** The object as it arrived: through the VIP, once per request, then from each real server itself. */
  readonly objects: readonly ObjectSeen[];
  /** Bytes that went through the directors while the objects came through the VIP. */
  readonly crossed: Crossed;
};

export type PacketSeen = {
  /** Node that saw it. */
  readonly at: string;
  readonly interface: string;
  readonly direction: "In" | "Out";
  readonly source: string;
  readonly destination: string;
  /** "S" is a request, "S." an answer. */
  readonly flags: "S" | "S.";
  /** Source MAC of the frame; undefined: the interface has none (tunl0). */
  readonly mac?: string;
  /** Addresses of the outer header; undefined: the packet is not in a tunnel. */
  readonly outer?: { readonly source: string; readonly destination: string };
};

export type ObjectSeen = {
  /** "VIP", or the real server that was asked directly. */
  readonly from: string;
  readonly sha256: string;
};

export type Crossed = {
  /** How many objects came through the VIP. */
  readonly objects: number;
  /** What IPVS counted meanwhile, on all directors together. */
  readonly ipvsIn: number;
  readonly ipvsOut: number;
  /** Bytes that all interfaces of the directors sent. */
  readonly sent: number;
};

/**
 * Lines of `tcpdump -i any -nn -e`: `… eth0  In  ifindex 2 52:54:… ethertype IPv4 (0x0800), length 80: 10.0.0.1.4000 > 10.0.0.3.80: Flags
 * [S], …`. In a tunnel `DIP > RIP: ` stands before the addresses.
 */
export function parseCapture(at: string, text: string): PacketSeen[] {
  const line =
    /^\S+ (\S+)\s+(In|Out)\s+ifindex \d+ (?:([\da-f:]{17}) )?ethertype IPv4 \(0x0800\), length \d+: (?:([\d.]+) > ([\d.]+): )?((?:\d+\.){3}\d+)\.(\d+) > ((?:\d+\.){3}\d+)\.(\d+): Flags \[(S\.?)\]/gm;
  return [...text.matchAll(line)].map(
    ([, name = "", direction, mac, outerSource, outerDestination, source, sourcePort, destination, port, flags]) => ({
      at,
      interface: name,
      direction: direction as "In" | "Out",
      source: `${source}:${sourcePort}`,
      destination: `${destination}:${port}`,
      flags: flags as "S" | "S.",
      ...(mac === undefined ? {} : { mac }),
      ...(outerSource === undefined || outerDestination === undefined
        ? {}
        : { outer: { source: outerSource, destination: outerDestination } }),
    }),
  );
}

/** What a director's IPVS has counted, all virtual servers together. */
export type Counters = { readonly connections: number; readonly inBytes: number; readonly outBytes: number };

/** Shell text that prints the counters. */
export const COUNTERS = "cat /proc/net/ip_vs_stats_percpu";

/**
 * The sum over the processors, in hexadecimal there. These are counted at once; the sums that ipvsadm prints are made every two seconds
 * (net/netfilter/ipvs/ip_vs_ctl.c, ip_vs_est.c).
 */
export function parseCounters(text: string): Counters {
  const rows = [...text.matchAll(/^ *[0-9A-F]+((?: +[0-9A-F]+){5})$/gm)].map(([, columns = ""]) =>
    columns
      .trim()
      .split(/ +/)
      .map((word) => Number.parseInt(word, 16)),
  );
  const sum = (column: number): number => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
  return { connections: sum(0), inBytes: sum(3), outBytes: sum(4) };
}

/** Whether an "address:port" is at this address. */
export const isAt = (endpoint: string, address: string): boolean => endpoint.split(":")[0] === address;
