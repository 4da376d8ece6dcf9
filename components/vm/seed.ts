/**
 * Who a guest is: the text of its seed disk. Pure: no Pulumi, no clock, no randomness.
 *
 * The seed is a shell script, and the disk holds nothing else: the image's `lvs-lab-seed.service` (image/overlay) runs it
 * from there before sshd, networkd and udev look at the devices. The libvirt provider makes the disk as a `Combustion`
 * volume: its CloudInitDisk reads every ISO back through a libvirt stream, and two of them at once hang the plugin
 * (go-libvirt 2024-09; seen with four guests). A stock cloud image has no such service: its guests get cloudInit.ts.
 */
import { createHash } from "node:crypto";

/** A network card of a guest, as the seed needs it. */
export type SeedInterface = {
  /** Name inside the guest, from the topology, such as `ens33`. At most 15 characters (IFNAMSIZ). */
  readonly name: string;
  /** Hardware address; finds the card whatever the kernel called it. */
  readonly mac: string;
  /** IPv4 address without prefix length. */
  readonly address: string;
  /** Bits of the network part, 0 to 32. */
  readonly prefixLength: number;
  /** Further addresses of the same prefix; none when absent. */
  readonly aliases?: readonly string[];
  /** IPv4 default gateway; none when absent. */
  readonly gateway?: string;
};

/** What a guest's identity is made of. */
export type SeedArgs = {
  /** Host name. */
  readonly name: string;
  /** Cards in the order of the domain's interfaces; the first one's address is the host's own in /etc/hosts. */
  readonly interfaces: readonly SeedInterface[];
  /** One line of authorized_keys(5) for root. */
  readonly authorizedKey: string;
  /** ed25519 host key in OpenSSH's own format (PEM). A secret: so is the user-data that carries it. */
  readonly hostPrivateKey: string;
  /** Its public half, one line. */
  readonly hostPublicKey: string;
};

/** Quotes a text as one word of a POSIX shell, whatever it holds (a NUL excepted: no shell can carry one). */
export function shellQuote(text: string): string {
  if (text.includes("\0")) throw new Error("a shell word cannot hold a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** systemd.link(5): gives the card with this MAC its name. */
export function renderLink(card: SeedInterface): string {
  return unit([
    ["Match", [`MACAddress=${card.mac.toLowerCase()}`, "Type=ether"]],
    // With MACAddressPolicy unset the card keeps the MAC that the topology gave it.
    ["Link", [`Name=${card.name}`]],
  ]);
}

/** The addresses of a card with their prefix length, its own first: the kernel takes that one as source. */
export const cardAddresses = ({ address, aliases = [], prefixLength }: SeedInterface): string[] =>
  [address, ...aliases].map((one) => `${one}/${prefixLength}`);

/**
 * systemd.network(5): static addresses, nothing that has to be waited for.
 *
 * KeepConfiguration=static: keepalived's virtual addresses survive a restart or reload of networkd.
 */
export function renderNetwork(card: SeedInterface): string {
  return unit([
    ["Match", [`Name=${card.name}`]],
    [
      "Network",
      [
        ...cardAddresses(card).map((address) => `Address=${address}`),
        ...(card.gateway === undefined ? [] : [`Gateway=${card.gateway}`]),
        "DHCP=no",
        "IPv6AcceptRA=no",
        "LinkLocalAddressing=no",
        "LLDP=no",
        "KeepConfiguration=static",
      ],
    ],
  ]);
}

/** sshd_config(5): keys only, and only the host key that the lab has pinned. */
export const SSHD_CONFIG = [
  "HostKey /etc/ssh/ssh_host_ed25519_key",
  "PermitRootLogin prohibit-password",
  "PasswordAuthentication no",
  "KbdInteractiveAuthentication no",
  "",
].join("\n");

/** Bytes of every seed disk: a guest that is forked from a template believes that its disk is as big as the template's was. */
export const SEED_SIZE = 16384;

/**
 * Renders the seed of one guest. Its second line names the instance: a guest runs the script once per instance-id.
 * Idempotent. Holds the private host key, so it is a secret.
 */
export function renderSeed(args: SeedArgs): string {
  const script = renderScript(args);
  const digest = createHash("sha256").update(script).digest("hex").slice(0, 16);
  const text = `#!/bin/sh\n# instance-id: ${args.name}-${digest}\n${script}`;
  const left = SEED_SIZE - Buffer.byteLength(text);
  if (left < 0) throw new Error(`the seed of ${args.name} has ${-left} bytes more than the ${SEED_SIZE} of its disk`);
  // One line: thousands of newlines cost the provider 7 s a seed, in which nothing else goes on (Terraform, which it is built on, too).
  return text + " ".repeat(left);
}

/** hosts(5): the guest's own name is its first address. */
export function renderHosts({ name, interfaces: [first] }: Pick<SeedArgs, "name" | "interfaces">): string {
  return ["127.0.0.1 localhost", ...(first === undefined ? [] : [`${first.address} ${name}`]), ""].join("\n");
}

/** The files that make a guest itself, but for its private host key. */
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
    // In the order of the cards: what a forked guest changes its template's into.
    ["/var/lib/lvs-lab/macs", args.interfaces.map(({ mac }) => line(mac.toLowerCase())).join("")],
  ];
}

function renderScript(args: SeedArgs): string {
  return `${[
    "# Identity of a guest of lvs-lab, made by components/vm/seed.ts. Idempotent; runs once per instance-id.",
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
  ].join("\n")}\n`;
}

function unit(sections: readonly (readonly [name: string, lines: readonly string[]])[]): string {
  return sections.map(([name, lines]) => `[${name}]\n${lines.join("\n")}\n`).join("\n");
}

/** Exactly one newline at the end: OpenSSH refuses a private key without it. */
export function line(text: string): string {
  return `${text.replace(/\n+$/, "")}\n`;
}
