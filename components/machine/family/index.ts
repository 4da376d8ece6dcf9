/** What differs between families of operating systems on every machine. What a role needs is in the role's own folder. */
import type { Family } from "../../../model/topology/guest";

/** A value for each family. */
export type PerFamily<T> = Readonly<Record<Family, T>>;

/** openEuler mostly has the names of the rhel family. */
export const perFamily = <T>(debian: T, rhel: T): PerFamily<T> => ({ debian, rhel, openeuler: rhel });

/** A package and one of its files. If the file exists, the package is installed. */
export type Package = { readonly name: string; readonly file: string };

/** Something to install, by its package in each family. */
export type Software = PerFamily<Package>;

/** A package that has the same name and the same file in every family. */
export const samePackage = (name: string, file: string): Software => perFamily({ name, file }, { name, file });

/** The names of one family. */
export type Names = {
  /** The package manager. */
  readonly manager: "apt" | "dnf";
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
};

export const NAMES: PerFamily<Names> = perFamily<Names>(
  {
    manager: "apt",
    nftables: { rules: "/etc/nftables.conf", wantedBy: "sysinit.target" },
    selinux: false,
    networkOnline: "systemd-networkd-wait-online",
  },
  {
    manager: "dnf",
    firewall: "firewalld",
    nftables: { rules: "/etc/sysconfig/nftables.conf", wantedBy: "multi-user.target" },
    selinux: true,
    networkOnline: "NetworkManager-wait-online",
  },
);

/** Programs of machines whatever their role is. The bare image has them too. */
export const TOOLS = {
  /** The lab's own firewall. */
  nftables: samePackage("nftables", "/usr/sbin/nft"),
  /** Programs that `verify` uses. */
  curl: samePackage("curl", "/usr/bin/curl"),
  tcpdump: perFamily(
    { name: "tcpdump", file: "/usr/bin/tcpdump" },
    // The family keeps it where only root looks.
    { name: "tcpdump", file: "/usr/sbin/tcpdump" },
  ),
  /** Announces a VIP without keepalived. */
  arping: perFamily({ name: "iputils-arping", file: "/usr/bin/arping" }, { name: "iputils", file: "/usr/bin/arping" }),
} as const;
