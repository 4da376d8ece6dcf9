/**
 * The identity of a guest: the text of its seed disk. Pure: no Pulumi, no clock, no randomness.
 *
 * The seed is a shell script, alone on its disk. The image's `lvs-lab-seed.service` (image/overlay) runs it
 * before sshd, networkd and udev look at the devices. The libvirt provider makes the disk as a `Combustion`
 * volume, because its CloudInitDisk reads every ISO back through a libvirt stream, and two at once hang the plugin
 * (go-libvirt 2024-09; seen with four guests). A stock cloud image has no such service; its guests use cloudInit.ts.
 */
import { createHash } from "node:crypto";
import { familyOf } from "../../../../model/plan/addresses";
import { shellQuote } from "../../../../model/shellQuote";

/** A network card of a guest, for the seed. */
export type SeedInterface = {
  /** Name inside the guest, from the topology, such as `ens33`. At most 15 characters (IFNAMSIZ). */
  readonly name: string;
  /** Hardware address. It finds the card under any kernel name. */
  readonly mac: string;
  /** IPv4 address without prefix length. */
  readonly address: string;
  /** Bits of the network part, 0 to 32. */
  readonly prefixLength: number;
  /** Further addresses with their prefix length, IPv4 or IPv6. Default: none. */
  readonly aliases?: readonly string[];
  /** Whether it has a link-local address of IPv6, which neighbours need for each other, and VRRP for its adverts. Default: no. */
  readonly ipv6?: boolean;
  /** IPv4 default gateway. Default: none. */
  readonly gateway?: string;
};

/** The parts of a guest's identity. */
export type SeedArgs = {
  /** Host name. */
  readonly name: string;
  /** Cards in the order of the domain's interfaces. /etc/hosts has the address of the first one. */
  readonly interfaces: readonly SeedInterface[];
  /** One line of authorized_keys(5) for root. */
  readonly authorizedKey: string;
  /** ed25519 host key in OpenSSH's own format (PEM). It is a secret, and so is everything that contains it. */
  readonly hostPrivateKey: string;
  /** The public half, one line. */
  readonly hostPublicKey: string;
};

/** systemd.link(5) that names the card with this MAC. */
export function renderLink(card: SeedInterface): string {
  return unit([
    ["Match", [`MACAddress=${card.mac.toLowerCase()}`, "Type=ether"]],
    // Without MACAddressPolicy the card keeps the topology's MAC.
    ["Link", [`Name=${card.name}`]],
  ]);
}

/** The addresses of a card with prefix length, its own first: the kernel uses the first one as source. */
export const cardAddresses = ({ address, aliases = [], prefixLength }: SeedInterface): string[] => [
  `${address}/${prefixLength}`,
  ...aliases,
];

/**
 * systemd.network(5) with static addresses. The boot waits for none of them.
 *
 * KeepConfiguration=static: keepalived's virtual addresses survive a restart or reload of networkd.
 */
export function renderNetwork(card: SeedInterface): string {
  const addresses = cardAddresses(card);
  const six = addresses.filter((address) => familyOf(address) === "inet6");
  return unit([
    ["Match", [`Name=${card.name}`]],
    [
      "Network",
      [
        ...addresses.filter((address) => !six.includes(address)).map((address) => `Address=${address}`),
        ...(card.gateway === undefined ? [] : [`Gateway=${card.gateway}`]),
        "DHCP=no",
        "IPv6AcceptRA=no",
        `LinkLocalAddressing=${card.ipv6 === true ? "ipv6" : "no"}`,
        "LLDP=no",
        "KeepConfiguration=static",
      ],
    ],
    // Nobody else has it, so it may be used at once: the kernel need not ask whether it is a duplicate, which takes it a second or two.
    ...six.map((address): Section => ["Address", [`Address=${address}`, "DuplicateAddressDetection=none"]]),
  ]);
}

/** sshd_config(5): only keys, and only the lab's pinned host key. */
export const SSHD_CONFIG = [
  "HostKey /etc/ssh/ssh_host_ed25519_key",
  "PermitRootLogin prohibit-password",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "",
].join("\n");

/** Bytes of every seed disk. All have the same size, because a forked guest expects the size of its template's disk. */
export const SEED_SIZE = 16384;

/**
 * Renders the seed of one guest. The second line names the instance: a guest runs the script once per instance-id.
 * Idempotent. It contains the private host key, so it is a secret.
 */
export function renderSeed(args: SeedArgs): string {
  const script = renderScript(args);
  const digest = createHash("sha256").update(script).digest("hex").slice(0, 16);
  const text = `#!/bin/sh\n# instance-id: ${args.name}-${digest}\n${script}`;
  const left = SEED_SIZE - Buffer.byteLength(text);
  if (left < 0) throw new Error(`the seed of ${args.name} has ${-left} bytes more than the ${SEED_SIZE} of its disk`);
  // It is one line, because thousands of newlines block the provider for 7 s per seed (Terraform, on which it is built, too).
  return text + " ".repeat(left);
}

/** hosts(5): the guest's own name has its first address. */
export function renderHosts({ name, interfaces: [first] }: Pick<SeedArgs, "name" | "interfaces">): string {
  return ["127.0.0.1 localhost", ...(first === undefined ? [] : [`${first.address} ${name}`]), ""].join("\n");
}

/** The files of a guest's identity, without its private host key. */
export function identityFiles(
  args: Omit<SeedArgs, "hostPrivateKey">,
): readonly (readonly [path: string, text: string])[] {
  return [
    ["/etc/hostname", line(args.name)],
    ["/etc/hosts", renderHosts(args)],
    ...args.interfaces.flatMap((card) => [
      [`/etc/systemd/network/10-lvs-lab-${card.name}.link`, renderLink(card)] as const,
      [`/etc/systemd/network/10-lvs-lab-${card.name}.network`, renderNetwork(card)] as const,
    ]),
    ["/etc/ssh/sshd_config.d/10-lvs-lab.conf", SSHD_CONFIG],
    ["/etc/ssh/ssh_host_ed25519_key.pub", line(args.hostPublicKey)],
    ["/root/.ssh/authorized_keys", line(args.authorizedKey)],
    // In the order of the cards. A forked guest replaces its template's MACs by these.
    ["/var/lib/lvs-lab/macs", args.interfaces.map(({ mac }) => line(mac.toLowerCase())).join("")],
  ];
}

/**
 * Gives the cards other names first, if one shall have a name that the kernel gave to another: udev cannot exchange names. It names them later, by
 * their MACs.
 */
function freeNames(interfaces: readonly SeedInterface[]): string[] {
  const first = interfaces.map((_, index) => `eth${index}`);
  if (!interfaces.some(({ name }, index) => name !== first[index] && first.includes(name))) return [];
  return first.map(
    (name, index) => `busybox ip link set dev ${name} down && busybox ip link set dev ${name} name card${index}`,
  );
}

function renderScript(args: SeedArgs): string {
  return `${[
    "# Identity of a guest of lvs-lab. Idempotent; runs once per instance-id.",
    "# Only builtins where it can be: on an emulated CPU every process costs some 50 ms of boot.",
    "set -eu",
    "umask 022",
    "[ ! -e /var/lib/lvs-lab/instance ] || # an earlier identity's",
    "  rm -f /etc/systemd/network/10-lvs-lab-*.link /etc/systemd/network/10-lvs-lab-*.network \\",
    "    /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub /root/.ssh/authorized_keys",
    "",
    ...identityFiles(args).map(([path, text]) => `printf %s ${shellQuote(text)} >${shellQuote(path)}`),
    `(umask 077 && printf %s ${shellQuote(line(args.hostPrivateKey))} >/etc/ssh/ssh_host_ed25519_key)`,
    "",
    `printf '%s\\n' ${shellQuote(args.name)} >/proc/sys/kernel/hostname`,
    ...freeNames(args.interfaces),
  ].join("\n")}\n`;
}

/** A section of a unit file. */
type Section = readonly [name: string, lines: readonly string[]];

function unit(sections: readonly Section[]): string {
  return sections.map(([name, lines]) => `[${name}]\n${lines.join("\n")}\n`).join("\n");
}

/** Adds exactly one newline at the end. OpenSSH refuses a private key without it. */
export function line(text: string): string {
  return `${text.replace(/\n+$/, "")}\n`;
}
