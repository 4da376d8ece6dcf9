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
  /** What IPVS counts for the virtual server, on all directors together. */
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

/** Counters of one virtual server: `ipvsadm --list --numeric --stats --exact`. */
export type Counters = { readonly connections: number; readonly inBytes: number; readonly outBytes: number };

/** The row of a virtual server; nothing where there is none. */
export function parseCounters(text: string, address: string, port: number): Counters {
  const row = text.split("\n").find((line) => line.startsWith("TCP") && line.split(/\s+/)[1] === `${address}:${port}`);
  const [connections = 0, , , inBytes = 0, outBytes = 0] = (row?.trim().split(/\s+/).slice(2) ?? []).map(Number);
  return { connections, inBytes, outBytes };
}

/** Whether an "address:port" is at this address. */
export const isAt = (endpoint: string, address: string): boolean => endpoint.split(":")[0] === address;
