/** Names of packages, units and paths in each family of operating systems. No other module has them. */
import type { Family } from "../../../model/topology/guest";

/** What a role needs, independent of package names. */
export type Software =
  | "httpd"
  | "haproxy"
  | "nginx"
  | "ipvsadm"
  | "keepalived"
  | "nfsServer"
  | "nfsClient"
  | "rpcbind"
  /** Announces a VIP without keepalived. */
  | "arping"
  /** The lab's own firewall, on every machine. */
  | "nftables"
  /** Programs that `verify` uses on every machine. */
  | "curl"
  | "tcpdump";

/** A package and one of its files. If the file exists, the package is installed. */
export type Package = { readonly name: string; readonly file: string };

/** The names of one family. */
export type Names = {
  /** The package manager. */
  readonly manager: "apt" | "dnf";
  readonly packages: Readonly<Record<Software, Package>>;
  /** Unit of the family's own firewall, which runs by default; undefined: there is none. */
  readonly firewall?: string;
  readonly nftables: {
    /** The file that its unit loads. */
    readonly rules: string;
    /** Target that starts its unit at boot. */
    readonly wantedBy: string;
  };
  /** Whether SELinux enforces its rules, which do not know the lab's ports, scripts and mounts. */
  readonly selinux: boolean;
  /** Unit that is active when the network is up, for network mounts at boot. */
  readonly networkOnline: string;
  readonly httpd: {
    readonly unit: string;
    /** Its configuration test, with an additional file to include. */
    readonly test: readonly string[];
    /** Folder of included files. */
    readonly conf: string;
    /** File for the lab's virtual hosts, included after the package's own hosts. */
    readonly sites: string;
    /** Folder of its logs: as the configuration may name it, and the real path. */
    readonly logs: string;
    readonly logFolder: string;
    /** Folder of its modules. */
    readonly modules: string;
    /** Whether the package has a first virtual host for port 80, which answers for every unknown name. */
    readonly defaultSite: boolean;
  };
  /** User of nginx's workers. */
  readonly nginxUser: string;
  /** File for the saved IPVS table of a director without keepalived. */
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
    // apachectl of this family does not pass options to httpd.
    test: ["httpd", "-t"],
    conf: "/etc/httpd/conf.d",
    sites: "/etc/httpd/conf.d/lvs-lab-sites.conf",
    // It is a link to the folder, below ServerRoot.
    logs: "logs",
    logFolder: "/var/log/httpd",
    modules: "modules",
    defaultSite: false,
  },
  nginxUser: "nginx",
  ipvsadmRules: "/etc/sysconfig/ipvsadm",
};

/** The table. openEuler mostly has the names of the rhel family. */
export const NAMES: Readonly<Record<Family, Names>> = { debian, rhel, openeuler: rhel };
