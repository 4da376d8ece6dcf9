/** A topology file as it is written. Keys with a default in the schema may be absent. */
export interface WrittenTopology {
  name: string;
  document?: string;
  form?: "as-printed";
  description: string;
  segments: Record<string, { cidr: string; hostAddress?: string }>;
  nodes: Record<string, WrittenNode>;
  client: { segment: string; addresses: string[]; routes?: WrittenRoute[] };
  vrrpCase?: "both-master";
  vrrp: WrittenVrrp;
  virtualServers?: WrittenServer[];
  proxy?: { software: "haproxy" | "nginx"; port: number; backends: Record<string, object> };
}

export interface WrittenRoute {
  to: string;
  via: string;
}

export interface WrittenNode {
  role: "director" | "proxy" | "web" | "router";
  interfaces: Record<string, { segment: string; address: string }>;
  gateway?: string;
  routes?: WrittenRoute[];
  page?: string;
  vrrp?: WrittenPart;
}

export interface WrittenPart {
  routerId: string;
  state?: "MASTER" | "BACKUP";
  priority: number;
  nopreempt?: boolean;
  preemptDelay?: number;
}

export interface WrittenVrrp {
  instance: string;
  interface: string;
  virtualRouterId: number;
  version?: 3;
  advertInt: number;
  authentication?: { type: "PASS"; pass?: string };
  virtualAddresses: string[];
  mcastSource?: true;
  trackScript?: { interval: number; weight?: number };
  prefixLength?: number;
  label?: true;
  multicastGroup?: string;
  gateway?: { interface: string; address: string };
  notification?: { to: string[]; from: string; connectTimeout: number };
}

export interface WrittenServer {
  vip: string;
  port: number;
  scheduler: string;
  forwarding: "DR" | "NAT" | "TUN";
  persistence?: number;
  delayLoop: number;
  realServers: Record<string, { weight: number; port?: number }>;
  check: {
    type: "TCP_CHECK" | "HTTP_GET";
    connectTimeout: number;
    retry: number;
    delayBeforeRetry: number;
    path?: string;
    status?: number;
    virtualHost?: string;
  };
  sorryPage?: string;
}
