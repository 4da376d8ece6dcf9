/**
 * The plain model of a lab. `model/topology/load.ts` returns it, and everything else reads it.
 *
 * Frozen data with every default filled in: no Input, no Output, no class. The terms are standard:
 * DS (director), RS (real server), VIP, DIP, RIP, CIP as in ipvsadm(8), VRRP words as in keepalived.conf(5).
 */
import type { Position } from "../keepalived/finding";

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
  /** Warnings that are meant: the reason for each, by the name of its rule; undefined: none. */
  readonly accept?: Readonly<Record<string, string>>;
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

/** The roles that a machine can have. */
export type Role = Node["role"];

export type Node =
  | DirectorNode
  | ProxyNode
  | WebNode
  | NfsNode
  | RouterNode
  | DnsNode
  | MailNode
  | ServerNode
  | ClientNode;

/** A node that can hold a VIP. */
export type BalancerNode = DirectorNode | ProxyNode;

/** Keys of every machine. */
export type NodeBase = {
  readonly name: string;
  /** Network interfaces by their name in the guest ("ens33"), in the order of the file. The first one carries SSH. */
  readonly interfaces: Readonly<Record<string, Interface>>;
  /** Memory in MiB; default 512. */
  readonly memory: number;
  /** Virtual CPUs; default 1. */
  readonly vcpus: number;
  /** Default gateway, a neighbour's address; undefined: none, except that of a segment with mode nat. */
  readonly gateway?: string;
  /** Static routes beside the default gateway, systemd.network(5) [Route]; undefined: none. */
  readonly routes?: readonly Route[];
  /** Settings of its kernel beside those of its role, sysctl.d(5); undefined: none. */
  readonly sysctl?: Readonly<Record<string, number>>;
};

/** A static route. */
export type Route = {
  /** Destination, an IPv4 prefix, for example 192.168.100.0/24. */
  readonly to: string;
  /** The next hop, a neighbour's address. */
  readonly via: string;
};

export type Interface = {
  /** Name of its segment. */
  readonly segment: string;
  /** IPv4 address inside the segment's prefix (DIP of a director, RIP of a real server). */
  readonly address: string;
  /** MAC address; default: derived from lab, node and interface name (locally administered, 52:54:00). */
  readonly mac: string;
  /** Further addresses with their prefix length, IPv4 or IPv6: "2001:db8:52::101/64"; undefined: none. */
  readonly aliases?: readonly string[];
};

/**
 * A director (DS) with the kernel's IPVS table. keepalived owns the table; ipvsadm does in a lab without a vrrp section, unless the
 * directors bring their own configurations.
 */
export type DirectorNode = NodeBase &
  Serving & {
    readonly role: "director";
    /** This director's part in the VRRP instance; defined exactly when the lab has a vrrp section. */
    readonly vrrp?: DirectorVrrp;
    /** What its firewall drops although a peer needs it; undefined: nothing. */
    readonly firewall?: Firewall;
    /** Source validation of its interfaces (rp_filter, RFC 3704): 0 none, 1 strict, 2 loose; undefined: the distribution's. */
    readonly rpFilter?: 0 | 1 | 2;
    /** Its own configuration, which somebody else wrote; undefined: rendered from the topology. All directors of a lab have one, or none. */
    readonly keepalived?: OwnKeepalived;
  };

/** A stand-in for a real server of any protocol. It says its own name. */
export type ServerNode = NodeBase & Serving & { readonly role: "server" };

/** What a stand-in serves, and how packets for VIPs reach it. */
export type Serving = {
  /** Undefined: nothing. */
  readonly serves?: readonly Service[];
  /** VIPs as /32 or /128, on lo, which it never announces (DR, TUN); undefined: none. */
  readonly holds?: readonly string[];
  /** Whether it takes packets out of IPIP tunnels (TUN); undefined: no. */
  readonly tunnel?: boolean;
};

/** A service of a stand-in, on one port. dns answers on UDP and TCP. */
export type Service = {
  readonly protocol: "tcp" | "udp" | "http" | "https" | "dns" | "smtp";
  readonly port: number;
  /** http and https only: the status of every answer; default 200. */
  readonly status?: number;
};

/** The keepalived.conf that a director brings, with everything that belongs to it. It contains no secret. */
export type OwnKeepalived = {
  /** Its path as the topology file says it. */
  readonly file: string;
  /** Texts by absolute path on the machine: keepalived.conf, files that it includes, scripts beside it. After the substitutions. */
  readonly files: Readonly<Record<string, string>>;
  /** What the lab changes in them, each once. */
  readonly substitutions: readonly Substitution[];
  readonly standIns: StandIns;
};

/** A place of the site's file that the lab changes. Neither text contains the old value. */
export type Substitution = { readonly at: Position; readonly what: string; readonly why: string };

/** What a configuration needs on its machine and the lab has to make. */
export type StandIns = {
  /** Programs that it starts: absolute paths, or bare names that are looked up in PATH. */
  readonly scripts: readonly string[];
  /** Those of them that are told about changes (notify, quorum_up …). */
  readonly notifies: readonly string[];
  /** Processes that it tracks, by name. */
  readonly processes: readonly string[];
  /** Files that it tracks, by path. */
  readonly files: readonly string[];
  /** Users that run its scripts. */
  readonly users: readonly string[];
};

/** A proxy: haproxy or nginx in front of web servers (layer 7), and keepalived, which moves the VIP. */
export type ProxyNode = NodeBase & {
  readonly role: "proxy";
  /** This proxy's part in the VRRP instance; defined exactly when the lab has a vrrp section. */
  readonly vrrp?: DirectorVrrp;
  /** What its firewall drops although a peer needs it; undefined: nothing. */
  readonly firewall?: Firewall;
};

/** A fault of a director's firewall. */
export type Firewall = {
  /** vrrp: adverts of the peers (protocol 112). */
  readonly drop: readonly "vrrp"[];
};

export type DirectorVrrp = {
  /** keepalived's router_id, unique in the lab. */
  readonly routerId: string;
  /** State at start, before the first election (keepalived.conf(5), `state`). */
  readonly state: "MASTER" | "BACKUP";
  /** 1 to 254, the higher wins. */
  readonly priority: number;
  /** Whether the node leaves the VIP to a MASTER of lower priority. Needs state BACKUP. */
  readonly nopreempt: boolean;
  /** Seconds to wait after start before preempting, 0 to 1000; 0 is at once. */
  readonly preemptDelay: number;
  /** The node's interface for adverts and VIPs; undefined: the instance's. Default: its only one in the segment, if it has none of that name. */
  readonly interface?: string;
};

/** A web server (RS). */
export type WebNode = NodeBase & {
  readonly role: "web";
  /** Text of /index.html, without the final newline. */
  readonly page: string;
  /** Name of the NFS server whose share is mounted on the document root and hides the page; undefined: no mount. */
  readonly contentFrom?: string;
};

/** An NFS server, which shares one folder with the hosts of its segments. */
export type NfsNode = NodeBase & {
  readonly role: "nfs";
  /** The folder; default /opt/wwwroot. */
  readonly share: string;
  /** Text of its index.html, without the final newline. */
  readonly page: string;
};

/** A router between segments (ip_forward in ip-sysctl). */
export type RouterNode = NodeBase & {
  readonly role: "router";
  /**
   * Source validation of its interfaces (rp_filter, RFC 3704): 0 none, 1 strict, 2 loose; default 2. Strict drops the answers
   * of DR and TUN: they come from inside, but their source is the VIP, an address of the other side.
   */
  readonly rpFilter: 0 | 1 | 2;
};

/** A DNS server, which answers for some names and knows no others. */
export type DnsNode = NodeBase & {
  readonly role: "dns";
  /** IPv4 address by name (A records), in the order of the file. */
  readonly records: Readonly<Record<string, string>>;
};

/** A mail server (SMTP), which greets with its own name and keeps every mail that it gets. */
export type MailNode = NodeBase & { readonly role: "mail" };

/** A client that is a guest. `guestsOf` makes it from the topology's client; it is not a node of the file. */
export type ClientNode = NodeBase & {
  readonly role: "client";
  /** Source addresses beside its interface's own. */
  readonly aliases: readonly string[];
};

/** The client (CIP), from which verify sends requests. */
export type Client = {
  /**
   * namespace: a network namespace on the segment's bridge, on the machine that runs Pulumi; vm: a guest, which also works if
   * the hypervisor is another machine; undefined: namespace.
   */
  readonly kind?: "namespace" | "vm";
  /** Memory in MiB and virtual CPUs; defined only for a guest. */
  readonly memory?: number;
  readonly vcpus?: number;
  readonly segment: string;
  /** Source addresses; the first is the default one. */
  readonly addresses: readonly string[];
  /** Further source addresses with their prefix length, IPv4 or IPv6; undefined: none. */
  readonly aliases?: readonly string[];
  readonly mac: string;
  /** Static routes; undefined: none, so the client knows only its own segment. */
  readonly routes?: readonly Route[];
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
