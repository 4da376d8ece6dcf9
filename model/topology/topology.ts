/**
 * The plain model of a lab. `model/topology/load.ts` returns it, and everything else reads it.
 *
 * Frozen data with every default filled in: no Input, no Output, no class. The terms are standard:
 * DS (director), RS (real server), VIP, DIP, RIP, CIP as in ipvsadm(8), VRRP words as in keepalived.conf(5).
 */

import type { Client, Node } from "./node";

/** One lab, as its topology file describes it. */
export type Topology = {
  /** Name of the lab, also the prefix of everything it creates: lower case letters, digits, hyphens, at most 32. */
  readonly name: string;
  /** What the lab teaches, one line. */
  readonly description: string;
  /** Whether the lab must survive the loss of any one machine. The policy pack checks it, not the rules. */
  readonly ha: boolean;
  /** Number of the source document, three digits; undefined: none. */
  readonly document?: string;
  /** as-printed: with the document's mistakes (model/topology/errata.ts); undefined: corrected. */
  readonly form?: "corrected" | "as-printed";
  /** L2 segments by name. */
  readonly segments: Readonly<Record<string, Segment>>;
  /** Machines by name; the name is the host name. Insertion order is the order of the file. */
  readonly nodes: Readonly<Record<string, Node>>;
  /** The machine that sends requests. */
  readonly client: Client;
  /** The VRRP instance that the directors share; undefined: a single director owns the VIP without VRRP. */
  readonly vrrp?: VrrpInstance;
  /** Settings of a director without keepalived; undefined: every default, or there is a vrrp section. */
  readonly ipvsadm?: Ipvsadm;
  /** One of document 001's four cases, which sets the states and nopreempt of the nodes; undefined: the nodes say them. */
  readonly vrrpCase?: VrrpCase;
  /** What the directors balance; empty without directors. */
  readonly virtualServers: readonly VirtualServer[];
  /** What the proxies balance (layer 7); defined exactly when the lab has proxies. */
  readonly proxy?: Proxy;
  /** What clients must get, by the name of the check that sees to it; undefined: the built-in checks alone. */
  readonly expect?: Readonly<Record<string, Expectation>>;
  /** Warnings that are meant: the reason for each, by the name of its rule; undefined: none. */
  readonly accept?: Readonly<Record<string, string>>;
};

/** A check of one's own: what the client must get from a page. */
export type Expectation = {
  /** `http://` or `https://`, an address, and optionally a port and a path. A certificate is not judged. */
  readonly url: string;
  /** Source address, one of the client's; undefined: its first one. */
  readonly from?: string;
  /** How often the client asks, one request after another. */
  readonly times: number;
  /** Status of every answer (RFC 9110, 15). */
  readonly status: number;
  /** Text that every answer has in its body; undefined: any body. */
  readonly body?: string;
  /** Machines of which each answers at least once, and nobody else does; undefined: whoever answers. */
  readonly servers?: readonly string[];
  /** Seconds that each answer may take. */
  readonly within: number;
};

/**
 * Document 001's cases of preemption, by the node of highest priority and the others: both-master: all start as MASTER;
 * master-high: it as MASTER, the others as BACKUP; master-low: the other way round; both-backup-nopreempt: all BACKUP with nopreempt.
 */
export type VrrpCase = "both-master" | "master-high" | "master-low" | "both-backup-nopreempt";

/** What every proxy of a lab does: it takes HTTP on one port of every VIP and passes requests to the web servers in turn. */
export type Proxy = {
  readonly software: "haproxy" | "nginx";
  /** Port for clients. */
  readonly port: number;
  /** Web servers behind the proxy, by node name, in the order of the file. */
  readonly backends: Readonly<Record<string, RealServer>>;
};

/** One L2 segment. */
export type Segment = {
  /** IPv4 prefix, for example 192.168.10.0/24. */
  readonly cidr: string;
  /** isolated: a separate libvirt network; nat: the same with access to the outside; bridge: an existing bridge of the host. */
  readonly mode: "isolated" | "nat" | "bridge";
  /** Name of the host's bridge; only with mode bridge. */
  readonly bridge?: string;
  /** The hypervisor's address on the segment, for SSH to the guests; default: the first host address. */
  readonly hostAddress: string;
  /** Whether it carries multicast, as a cloud's network does not: the lab's machines drop it there; undefined: yes. */
  readonly multicast?: boolean;
};

export type VrrpInstance = {
  /** Name of the vrrp_instance block, "VI_1". */
  readonly instance: string;
  /** Name of the directors' interface for adverts and VIPs; a node can have another one. All are in one segment. */
  readonly interface: string;
  /** 1 to 255, unique on the segment. */
  readonly virtualRouterId: number;
  /** VRRP protocol version; 3 has no authentication and allows advert_int below a second. */
  readonly version: 2 | 3;
  /** Seconds between adverts; whole seconds with version 2, 0.01 to 40.95 with version 3. */
  readonly advertInt: number;
  /** Plain-text authentication, version 2 only. */
  readonly authentication?: {
    readonly type: "PASS";
    /** At most 8 characters, keepalived's limit. Undefined: the stack's secret `lvs-lab:authPass` is used. */
    readonly pass?: string;
  };
  /** The VIPs. */
  readonly virtualAddresses: readonly string[];
  /** Further VIPs, which the adverts do not carry (virtual_ipaddress_excluded); undefined: none. */
  readonly excludedAddresses?: readonly string[];
  /** Whether adverts go to each peer's own address (unicast_src_ip, unicast_peer); undefined: no, to the multicast group. */
  readonly unicast?: boolean;
  /** Whether keepalived is strict about the protocol (vrrp_strict); undefined: no. */
  readonly strict?: boolean;
  /** Other interfaces whose loss moves the VIPs (track_interface); undefined: only the gateway's. */
  readonly trackInterfaces?: readonly string[];
  /** Gratuitous ARP; undefined: keepalived's defaults. */
  readonly garp?: Garp;
  /** The kernel's synchronisation of connections (lvs_sync_daemon); undefined: none. */
  readonly syncDaemon?: SyncDaemon;
  /** Whether mcast_src_ip sets each node's own address as the adverts' source; undefined: no, keepalived finds it. */
  readonly mcastSource?: boolean;
  /** A script that checks the proxy (vrrp_script, track_script); undefined: none. */
  readonly trackScript?: TrackScript;
  /** Prefix length of the VIPs on the interface: 32, or the segment's, which makes them secondary addresses; undefined: 32. */
  readonly prefixLength?: number;
  /** Whether each VIP has a label `<interface>:<n>`, as ifconfig shows an alias; undefined: no. */
  readonly label?: boolean;
  /** Multicast group of the adverts (vrrp_mcast_group4); undefined: the protocol's 224.0.0.18. */
  readonly multicastGroup?: string;
  /** An address that moves together with the VIPs, on another interface: the gateway of the real servers (NAT). */
  readonly gateway?: VrrpGateway;
  /** Mail about changes of state and of real servers, to each node's own spool; undefined: none. */
  readonly notification?: Notification;
};

/** When a MASTER announces the VIPs (keepalived.conf(5), garp_master_delay and the like). Undefined: keepalived's own. Times in seconds. */
export type Garp = {
  readonly masterDelay?: number;
  readonly masterRepeat?: number;
  /** Between two announcements while it is MASTER; 0: only once. */
  readonly masterRefresh?: number;
  readonly masterRefreshRepeat?: number;
  readonly lowerPrioDelay?: number;
  readonly lowerPrioRepeat?: number;
};

/** The MASTER tells the others of its connections, so that a failover does not end them (ipvsadm(8), --start-daemon). */
export type SyncDaemon = {
  /** The directors' interface for it. */
  readonly interface: string;
  /** 0 to 255, equal on all; undefined: the virtual router's id. */
  readonly id?: number;
};

/** keepalived.conf(5) "VRRP script(s)". */
export type TrackScript = {
  /** Seconds between two runs. */
  readonly interval: number;
  /** Added to the priority while the script succeeds (above 0) or fails (below 0); undefined: a failure is a FAULT, and the VIP moves. */
  readonly weight?: number;
  /** The user that runs it (script_user); undefined: root. */
  readonly user?: string;
};

/** Settings of ipvsadm(8) beside the table. */
export type Ipvsadm = {
  /** Prefix length of the VIPs on the director's interface: 32, or the segment's own. */
  readonly prefixLength: number;
  /** Timeouts of the kernel's connection entries (`ipvsadm --set`); undefined: the kernel's defaults 900, 120 and 300. */
  readonly timeouts?: IpvsTimeouts;
};

/** Seconds after which the kernel forgets an idle connection. */
export type IpvsTimeouts = {
  /** Established TCP connections. */
  readonly tcp: number;
  /** TCP connections after a FIN. */
  readonly tcpFin: number;
  readonly udp: number;
};

export type VrrpGateway = {
  /** Name of the directors' interface, in one segment. If it fails, the VIPs move too (track_interface). */
  readonly interface: string;
  readonly address: string;
};

/** keepalived's notification mail, keepalived.conf(5) `notification_email`. */
export type Notification = {
  /** The recipients. */
  readonly to: readonly string[];
  readonly from: string;
  /** Seconds to wait for the mail server (smtp_connect_timeout). */
  readonly connectTimeout: number;
};

/** The schedulers of the kernel (Documentation/networking/ipvs, net/netfilter/ipvs/Kconfig). */
export type Scheduler =
  | "rr"
  | "wrr"
  | "lc"
  | "wlc"
  | "lblc"
  | "lblcr"
  | "dh"
  | "sh"
  | "sed"
  | "nq"
  | "mh"
  | "fo"
  | "ovf";

/** A virtual server, one row of the IPVS table. */
export type VirtualServer = {
  /** The address for clients, one of the lab's VIPs. */
  readonly vip: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  readonly scheduler: Scheduler;
  /** Packet-forwarding method: DR is ipvsadm's Route (-g), NAT its Masq (-m), TUN its Tunnel (-i). */
  readonly forwarding: "DR" | "NAT" | "TUN";
  /** Persistence timeout in seconds; undefined: none. 0 occurs only in an as-printed lab. */
  readonly persistence?: number;
  /** Seconds between two health checks of a real server. */
  readonly delayLoop: number;
  /** Real servers by node name, in the order of the file. */
  readonly realServers: Readonly<Record<string, RealServer>>;
  readonly check: HealthCheck;
  /** Page that each director serves while all real servers are down (sorry_server 127.0.0.1); undefined: none. */
  readonly sorryPage?: string;
};

export type RealServer = {
  /** 0 or more. With 0 it gets no new connections. */
  readonly weight: number;
  /** Port on the real server. DR and TUN cannot map ports, so it equals the virtual server's. */
  readonly port: number;
};

/** Health check of real servers, keepalived.conf(5) "Real server(s)". Times in seconds. */
export type HealthCheck = {
  readonly type: "TCP_CHECK" | "HTTP_GET";
  readonly connectTimeout: number;
  readonly retry: number;
  /** keepalived's keyword for it; undefined: retry. The other one occurs only in an as-printed lab. */
  readonly retryWord?: "retry" | "nb_get_retry";
  readonly delayBeforeRetry: number;
  /** HTTP_GET only: path and expected status. */
  readonly path?: string;
  readonly status?: number;
  /**
   * HTTP_GET only: Host header of the check. The web servers have a virtual host with its own log for that name, so
   * checks do not fill the access log; undefined: the address, like a visitor.
   */
  readonly virtualHost?: string;
};
