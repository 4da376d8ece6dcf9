/** The one place that knows how the families of operating systems name the same things. */
import type { Family } from "../../infra/model/guest";

/** What a role needs, whatever the packages are called that have it. */
export type Software =
  | "httpd"
  | "haproxy"
  | "nginx"
  | "ipvsadm"
  | "keepalived"
  | "nfsServer"
  | "nfsClient"
  | "rpcbind"
  /** Announces a VIP that no keepalived announces. */
  | "arping"
  /** The lab's own firewall, on every machine. */
  | "nftables"
  /** What `verify` looks with, on every machine. */
  | "curl"
  | "tcpdump";

/** A package, and a file of it: the package is installed where that file is. */
export type Package = { readonly name: string; readonly file: string };

/** Names of one family. */
export type Names = {
  /** What installs packages. */
  readonly manager: "apt" | "dnf";
  readonly packages: Readonly<Record<Software, Package>>;
  /** Unit of the family's own packet filter, which runs until it is stopped; undefined: there is none. */
  readonly firewall?: string;
  readonly nftables: {
    /** File that its unit loads. */
    readonly rules: string;
    /** Target that starts its unit at boot. */
    readonly wantedBy: string;
  };
  /** SELinux enforces its rules, which know nothing of this lab's ports, scripts and mounts. */
  readonly selinux: boolean;
  /** Unit that is up when the network is, for what the boot mounts from there. */
  readonly networkOnline: string;
  readonly httpd: {
    readonly unit: string;
    /** Its configuration test, with what else it shall include. */
    readonly test: readonly string[];
    /** Folder whose files it includes. */
    readonly conf: string;
    /** The lab's virtual hosts, a file that it includes after the package's own hosts. */
    readonly sites: string;
    /** Folder of its logs, as its configuration may name it, and as it is. */
    readonly logs: string;
    readonly logFolder: string;
    /** Folder of its modules. */
    readonly modules: string;
    /** The package has a virtual host for port 80 that comes first, and so answers for every name that no other host has. */
    readonly defaultSite: boolean;
  };
  /** User that nginx's workers run as. */
  readonly nginxUser: string;
  /** File that keeps the IPVS table of a director without keepalived. */
  readonly ipvsadmRules: string;
};

const debian: Names = {
  manager: "apt",
  packages: {
    httpd: { name: "apache2", file: "/usr/sbin/apache2" },
    haproxy: { name: "haproxy", file: "/usr/sbin/haproxy" },
    nginx: { name: "nginx-light", file: "/usr/sbin/nginx" },
    ipvsadm: { name: "ipvsadm", file: "/usr/sbin/ipvsadm" },
    keepalived: { name: "keepalived", file: "/usr/sbin/keepalived" },
    nfsServer: { name: "nfs-kernel-server", file: "/usr/sbin/exportfs" },
    nfsClient: { name: "nfs-common", file: "/usr/sbin/mount.nfs" },
    rpcbind: { name: "rpcbind", file: "/usr/sbin/rpcbind" },
    arping: { name: "iputils-arping", file: "/usr/bin/arping" },
    nftables: { name: "nftables", file: "/usr/sbin/nft" },
    curl: { name: "curl", file: "/usr/bin/curl" },
    tcpdump: { name: "tcpdump", file: "/usr/bin/tcpdump" },
  },
  nftables: { rules: "/etc/nftables.conf", wantedBy: "sysinit.target" },
  selinux: false,
  networkOnline: "systemd-networkd-wait-online",
  httpd: {
    unit: "apache2",
    test: ["apache2ctl", "-t"],
    conf: "/etc/apache2/conf-enabled",
    sites: "/etc/apache2/sites-enabled/lvs-lab.conf",
    logs: "${APACHE_LOG_DIR}",
    logFolder: "/var/log/apache2",
    modules: "/usr/lib/apache2/modules",
    defaultSite: true,
  },
  nginxUser: "www-data",
  ipvsadmRules: "/etc/ipvsadm.rules",
};

const rhel: Names = {
  manager: "dnf",
  packages: {
    ...debian.packages,
    httpd: { name: "httpd", file: "/usr/sbin/httpd" },
    nginx: { name: "nginx", file: "/usr/sbin/nginx" },
    nfsServer: { name: "nfs-utils", file: "/usr/sbin/exportfs" },
    nfsClient: { name: "nfs-utils", file: "/usr/sbin/mount.nfs" },
    arping: { name: "iputils", file: "/usr/bin/arping" },
    tcpdump: { name: "tcpdump", file: "/usr/sbin/tcpdump" },
  },
  firewall: "firewalld",
  nftables: { rules: "/etc/sysconfig/nftables.conf", wantedBy: "multi-user.target" },
  selinux: true,
  networkOnline: "NetworkManager-wait-online",
  httpd: {
    unit: "httpd",
    // apachectl takes no options of httpd's there.
    test: ["httpd", "-t"],
    conf: "/etc/httpd/conf.d",
    sites: "/etc/httpd/conf.d/lvs-lab-sites.conf",
    // Below ServerRoot, a link to the folder.
    logs: "logs",
    logFolder: "/var/log/httpd",
    modules: "modules",
    defaultSite: false,
  },
  nginxUser: "nginx",
  ipvsadmRules: "/etc/sysconfig/ipvsadm",
};

/** The table. openEuler has the names of the family that it descends from. */
export const NAMES: Readonly<Record<Family, Names>> = { debian, rhel, openeuler: rhel };
