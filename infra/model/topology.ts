/**
 * The plain model of a lab: what `infra/config/load.ts` returns and everything else reads.
 *
 * Frozen data with every default filled in: no Input, no Output, no class. The words are the field's own:
 * DS (director), RS (real server), VIP, DIP, RIP, CIP as in ipvsadm(8), VRRP words as in keepalived.conf(5).
 */

/** One lab, as its topology file describes it. */
export type Topology = {
  /** Name of the lab, also the prefix of everything it creates: lower case letters, digits, hyphens, at most 32. */
  readonly name: string;
  /** What the lab teaches, one line. */
  readonly description: string;
  /** Whether the lab is to survive the loss of any one machine: asked for by the policy pack, not by the rules. */
  readonly ha: boolean;
  /** Number of the source document ("000"), or undefined. */
  readonly document?: string;
  /** as-printed: with mistakes of the document (infra/config/errata.ts); undefined: corrected. */
  readonly form?: "corrected" | "as-printed";
  /** L2 segments by name. */
  readonly segments: Readonly<Record<string, Segment>>;
  /** Machines by name; the name is the host name. Insertion order is the order of the file. */
  readonly nodes: Readonly<Record<string, Node>>;
  /** Where requests come from. */
  readonly client: Client;
  /** The VRRP instance that the directors share; undefined with a single director that owns the VIP itself. */
  readonly vrrp?: VrrpInstance;
  /** How a director without keepalived holds VIP and table; undefined: with every default, or there is a vrrp section. */
  readonly ipvsadm?: Ipvsadm;
  /** One of document 001's four cases, from which the states and nopreempt of the nodes follow; undefined: they are written. */
  readonly vrrpCase?: VrrpCase;
  /** What the directors balance; empty where there are none. */
  readonly virtualServers: readonly VirtualServer[];
  /** What the proxies balance (layer 7); defined exactly when the lab has proxies. */
  readonly proxy?: Proxy;
};

/**
 * Document 001's cases of preemption, by the node of highest priority and the others: both-master: all start as MASTER;
 * master-high: it as MASTER, the others as BACKUP; master-low: the other way round; both-backup-nopreempt: all BACKUP with nopreempt.
 */
export type VrrpCase = "both-master" | "master-high" | "master-low" | "both-backup-nopreempt";

/** What every proxy of a lab does: HTTP on one port of every VIP, handed on to web servers in turn. */
export type Proxy = {
  readonly software: "haproxy" | "nginx";
  /** Port that clients ask. */
  readonly port: number;
  /** Web servers behind it, by node name, in the order of the file. */
  readonly backends: Readonly<Record<string, RealServer>>;
};

/** One L2 segment. */
export type Segment = {
  /** IPv4 prefix, for example 192.168.10.0/24. */
  readonly cidr: string;
  /** isolated: a libvirt network of its own; nat: the same with a way out; bridge: an existing bridge of the host. */
  readonly mode: "isolated" | "nat" | "bridge";
  /** Name of the host's bridge; only with mode bridge. */
  readonly bridge?: string;
  /** The hypervisor's own address on the segment, from which it reaches the guests by SSH; default: the first host address. */
  readonly hostAddress: string;
};

/** The roles that a machine can have. */
export type Role = Node["role"];

export type Node = DirectorNode | ProxyNode | WebNode | NfsNode | RouterNode | ClientNode;

/** A node that a VIP can be on. */
export type BalancerNode = DirectorNode | ProxyNode;

/** What every machine has. */
export type NodeBase = {
  readonly name: string;
  /** Network interfaces by the guest's own interface name ("ens33"), in the order of the file; the first one carries SSH. */
  readonly interfaces: Readonly<Record<string, Interface>>;
  /** Memory in MiB; default 512. */
  readonly memory: number;
  /** Virtual CPUs; default 1. */
  readonly vcpus: number;
  /** Default gateway, a neighbour's address; undefined: none, but a segment with mode nat brings its own. */
  readonly gateway?: string;
  /** Static routes beside it, systemd.network(5) [Route]; undefined: none. */
  readonly routes?: readonly Route[];
};

/** A static route. */
export type Route = {
  /** IPv4 prefix that it leads to, for example 192.168.100.0/24. */
  readonly to: string;
  /** The next hop, a neighbour's address. */
  readonly via: string;
};

export type Interface = {
  /** Name of the segment it is plugged into. */
  readonly segment: string;
  /** IPv4 address inside the segment's prefix (DIP of a director, RIP of a real server). */
  readonly address: string;
  /** MAC address; default: derived from lab, node and interface name (locally administered, 52:54:00). */
  readonly mac: string;
};

/** A director (DS): the kernel's IPVS table, and who owns it: keepalived, or ipvsadm where the lab has no vrrp section. */
export type DirectorNode = NodeBase & {
  readonly role: "director";
  /** This director's part in the VRRP instance; defined exactly when the lab has a vrrp section. */
  readonly vrrp?: DirectorVrrp;
};

/** A proxy: haproxy or nginx in front of web servers (layer 7), and keepalived, which moves the VIP. */
export type ProxyNode = NodeBase & {
  readonly role: "proxy";
  /** This proxy's part in the VRRP instance; defined exactly when the lab has a vrrp section. */
  readonly vrrp?: DirectorVrrp;
};

export type DirectorVrrp = {
  /** keepalived's router_id, unique in the lab. */
  readonly routerId: string;
  /** State at start, before the first election (keepalived.conf(5), `state`). */
  readonly state: "MASTER" | "BACKUP";
  /** 1 to 254, the higher wins. */
  readonly priority: number;
  /** Do not take the VIP back from a lower-priority MASTER; needs state BACKUP. */
  readonly nopreempt: boolean;
  /** Seconds to wait after start before preempting, 0 to 1000; 0 is at once. */
  readonly preemptDelay: number;
};

/** A web server (RS). */
export type WebNode = NodeBase & {
  readonly role: "web";
  /** Text of /index.html, without the newline that `echo` adds. */
  readonly page: string;
  /** Name of the NFS server whose share is mounted on the document root, over the page; undefined: no mount. */
  readonly contentFrom?: string;
};

/** An NFS server, which shares one folder with the hosts of its segments. */
export type NfsNode = NodeBase & {
  readonly role: "nfs";
  /** The folder; default /opt/wwwroot. */
  readonly share: string;
  /** Text of its index.html, without the newline that `echo` adds. */
  readonly page: string;
};

/** A router between segments: it forwards what is not its own, ip-sysctl's ip_forward. */
export type RouterNode = NodeBase & {
  readonly role: "router";
  /**
   * Source validation of its interfaces (rp_filter, RFC 3704): 0 none, 1 strict, 2 loose; default 2. Strict drops the answers
   * of DR and TUN: they come from inside and carry the VIP, an address of the other side, as source.
   */
  readonly rpFilter: 0 | 1 | 2;
};

/** The client where it is a guest like the others: what `guestsOf` makes of a topology's client, and no node of its file. */
export type ClientNode = NodeBase & {
  readonly role: "client";
  /** Source addresses beside its interface's own. */
  readonly aliases: readonly string[];
};

/** The client (CIP), from which verify asks. */
export type Client = {
  /**
   * namespace: a network namespace on the segment's bridge, on the machine that runs Pulumi; vm: a guest, which needs no bridge there,
   * so that the hypervisor may be another machine; undefined: namespace.
   */
  readonly kind?: "namespace" | "vm";
  /** Memory in MiB and virtual CPUs; defined exactly when it is a guest. */
  readonly memory?: number;
  readonly vcpus?: number;
  readonly segment: string;
  /** Source addresses; the first is the default one. */
  readonly addresses: readonly string[];
  readonly mac: string;
  /** Static routes; undefined: none, the client knows its own segment only. */
  readonly routes?: readonly Route[];
};

export type VrrpInstance = {
  /** Name of the vrrp_instance block, "VI_1". */
  readonly instance: string;
  /** Interface name on the directors that carries adverts and the VIP; every director has it, in one segment. */
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
    /** At most 8 characters (keepalived uses no more). Undefined: the stack's secret `lvs-lab:authPass` is used. */
    readonly pass?: string;
  };
  /** The VIPs. */
  readonly virtualAddresses: readonly string[];
  /** Whether mcast_src_ip names each node's own address as the adverts' source; undefined: no, keepalived finds it. */
  readonly mcastSource?: boolean;
  /** A script that looks after the proxy (vrrp_script, track_script); undefined: none. */
  readonly trackScript?: TrackScript;
  /** Prefix length of the VIPs on the interface: 32, or the segment's own, with which each is a secondary address; undefined: 32. */
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

/** keepalived.conf(5) "VRRP script(s)". */
export type TrackScript = {
  /** Seconds between two runs. */
  readonly interval: number;
  /** Added to the priority while the script succeeds (above 0) or fails (below 0); undefined: a failure is a FAULT, the VIP goes. */
  readonly weight?: number;
};

/** What ipvsadm(8) is told beside the table. */
export type Ipvsadm = {
  /** Prefix length of the VIPs on the director's interface: 32, or the segment's own. */
  readonly prefixLength: number;
  /** Timeouts of the kernel's connection entries (`ipvsadm --set`); undefined: the kernel's own, 900, 120 and 300. */
  readonly timeouts?: IpvsTimeouts;
};

/** Seconds after which an idle connection is forgotten. */
export type IpvsTimeouts = {
  /** Established TCP connections. */
  readonly tcp: number;
  /** TCP connections after a FIN. */
  readonly tcpFin: number;
  readonly udp: number;
};

export type VrrpGateway = {
  /** Interface name on the directors, in one segment; its loss counts as a loss of the VIP's own (track_interface). */
  readonly interface: string;
  readonly address: string;
};

/** keepalived's notification mail, keepalived.conf(5) `notification_email`. */
export type Notification = {
  /** Who gets it. */
  readonly to: readonly string[];
  readonly from: string;
  /** Seconds that the mail server may take to answer (smtp_connect_timeout). */
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
  /** The address that clients ask, one of the lab's VIPs. */
  readonly vip: string;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  readonly scheduler: Scheduler;
  /** Packet-forwarding method: DR is ipvsadm's Route (-g), NAT its Masq (-m), TUN its Tunnel (-i). */
  readonly forwarding: "DR" | "NAT" | "TUN";
  /** Persistence timeout in seconds; undefined: none. 0 is in a lab as printed only. */
  readonly persistence?: number;
  /** Seconds between two health checks of a real server. */
  readonly delayLoop: number;
  /** Real servers by node name, in the order of the file. */
  readonly realServers: Readonly<Record<string, RealServer>>;
  readonly check: HealthCheck;
  /** Page that each director serves itself while all real servers are down (sorry_server 127.0.0.1); undefined: none. */
  readonly sorryPage?: string;
};

export type RealServer = {
  /** 0 and up; 0 gets no new connections. */
  readonly weight: number;
  /** Port on the real server; DR and TUN cannot map ports, so there it equals the virtual server's. */
  readonly port: number;
};

/** Health check of real servers, keepalived.conf(5) "Real server(s)". Times in seconds. */
export type HealthCheck = {
  readonly type: "TCP_CHECK" | "HTTP_GET";
  readonly connectTimeout: number;
  readonly retry: number;
  /** keepalived's word for it; undefined: retry. The other is in a lab as printed only. */
  readonly retryWord?: "retry" | "nb_get_retry";
  readonly delayBeforeRetry: number;
  /** HTTP_GET only: path and expected status. */
  readonly path?: string;
  readonly status?: number;
  /**
   * HTTP_GET only: Host header of the check. The web servers give that name a virtual host with a log of its own, so that
   * checks do not fill the access log; undefined: the address, as a visitor would.
   */
  readonly virtualHost?: string;
};
