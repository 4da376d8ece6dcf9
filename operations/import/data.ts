/** The topology file of a site lab as it is written. Keys with a default in the schema may be absent. */
export interface WrittenSiteLab {
  name: string;
  description: string;
  segments: Record<string, { cidr: string; hostAddress?: string }>;
  nodes: Record<string, WrittenMachine>;
  client: { segment: string; addresses: string[]; aliases?: string[]; routes?: WrittenRoute[] };
  /** What site.yaml accepts: reasons by rule. */
  accept?: Record<string, string>;
}

export interface WrittenMachine {
  role: "director" | "server" | "router";
  /** The path of its keepalived.conf, from the folder of the topology file. */
  keepalived?: string;
  memory?: number;
  interfaces: Record<string, WrittenCard>;
  gateway?: string;
  routes?: WrittenRoute[];
  serves?: WrittenService[];
  holds?: string[];
  marks?: WrittenMark[];
  tunnel?: true;
}

export interface WrittenCard {
  segment: string;
  address: string;
  aliases?: string[];
}

export interface WrittenRoute {
  to: string;
  via: string;
}

export interface WrittenMark {
  mark: number;
  to: string;
  protocol: "tcp" | "udp";
  port: number;
  lastPort?: number;
  notFrom?: string[];
}

export interface WrittenService {
  protocol: "tcp" | "udp" | "http" | "https" | "dns" | "smtp";
  port: number;
  /** The status of HTTP; absent: 200. */
  status?: number;
}
