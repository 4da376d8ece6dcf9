/** The machines of a lab, as a topology describes them, and the client. */
import type { Position } from "../keepalived/finding";

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
    /** Firewall marks that it gives to packets from clients, for the virtual servers of its own configuration; undefined: none. */
    readonly marks?: readonly Mark[];
  };

/** A rule of a director that marks what clients send to a VIP (nft(8), meta mark set). */
export type Mark = {
  /** 1 to 4294967295, as in `virtual_server fwmark`. */
  readonly mark: number;
  /** The VIP as /32 or /128. */
  readonly to: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** The last port of a range; undefined: one port. */
  readonly lastPort?: number;
  /**
   * Directors whose packets it does not mark: those that balance the same service. Without it two directors that are real servers would
   * send each other's packets round (LVS-HOWTO, LocalNode). Undefined: none.
   */
  readonly notFrom?: readonly string[];
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
