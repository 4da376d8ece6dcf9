/**
 * A guest's domain, described once for each form in which libvirt gets it: the provider's inputs with their XSLT (vm/domainArgs.ts,
 * vm/xslt.ts), and the XML in a guest's saved memory, below. Pure. A template and every guest that is forked from it get the same devices
 * in the same order, so that libvirt gives them the same addresses. Only then the memory of one fits the other. The provider's own domain
 * differs only in ways that a running guest cannot see.
 *
 * @see https://libvirt.org/formatdomain.html
 */
import { escapeMarkup } from "../../../model/markup";
import type { Accelerator } from "../platform";
import { type Cmdline, words } from "./vm/cmdline";
import { renderTurns, SEED_SERIAL } from "./vm/xslt";

/** How a card is connected. A template's card is not connected. */
export type Source = { readonly network: string } | { readonly bridge: string } | "nowhere";

/** What a guest's domain is, in every form. */
export type DomainDescription = {
  readonly name: string;
  readonly uuid: string;
  /** MiB. */
  readonly memory: number;
  readonly vcpus: number;
  readonly accelerator: Accelerator;
  /** Command line of the kernel that QEMU starts; undefined: the disk has a bootloader. */
  readonly cmdline?: Cmdline | undefined;
  readonly cards: readonly { readonly mac: string; readonly source: Source }[];
  /** Log file of the serial console. */
  readonly consoleLog: string;
};

/** What the XML says beyond that. The provider's form has resources in the place of these. */
export type DomainFiles = {
  /** Tells a guest's kernel that it is now another machine. The kernel mixes it into its random numbers (vmgenid). */
  readonly generation: string;
  /** Paths on the hypervisor. */
  readonly kernel: string;
  readonly initrd: string;
  /** Root disk, qcow2, as a libvirt disk element's source. */
  readonly disk: DiskSource;
  /** Seed disk, raw, read-only. */
  readonly seed: DiskSource;
};

export type DiskSource = { readonly pool: string; readonly volume: string } | { readonly file: string };

/** Renders the domain as XML. */
export function renderDomain(domain: DomainDescription & DomainFiles): string {
  const log = `<log file="${escapeMarkup(domain.consoleLog)}" append="on"/>`;
  return `${[
    `<domain type="${domain.accelerator === "kvm" ? "kvm" : "qemu"}">`,
    `  <name>${escapeMarkup(domain.name)}</name>`,
    `  <uuid>${domain.uuid}</uuid>`,
    `  <genid>${domain.generation}</genid>`,
    `  <memory unit="MiB">${domain.memory}</memory>`,
    `  <vcpu>${domain.vcpus}</vcpu>`,
    domain.accelerator === "kvm" ? `  <cpu mode="host-passthrough"/>` : `  ${renderTurns(domain.vcpus)}`,
    "  <os>",
    `    <type arch="x86_64" machine="pc">hvm</type>`,
    `    <kernel>${escapeMarkup(domain.kernel)}</kernel>`,
    `    <initrd>${escapeMarkup(domain.initrd)}</initrd>`,
    `    <cmdline>${escapeMarkup(words(domain.cmdline ?? []))}</cmdline>`,
    "  </os>",
    "  <features><acpi/><apic/><pae/></features>",
    `  <clock offset="utc"/>`,
    "  <devices>",
    disk("vda", "qcow2", domain.disk),
    disk("vdb", "raw", domain.seed, `<readonly/><serial>${SEED_SERIAL}</serial>`),
    `    <controller type="usb" model="none"/>`,
    ...domain.cards.map(card),
    `    <serial type="pty">${log}<target port="0"/></serial>`,
    `    <console type="pty"><target type="serial" port="0"/></console>`,
    `    <channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>`,
    `    <audio id="1" type="none"/>`,
    `    <video><model type="none"/></video>`,
    `    <memballoon model="none"/>`,
    `    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>`,
    "  </devices>",
    "</domain>",
  ].join("\n")}\n`;
}

function disk(target: string, format: string, source: DiskSource, more = ""): string {
  const [type, attributes] =
    "file" in source
      ? ["file", `file="${escapeMarkup(source.file)}"`]
      : ["volume", `pool="${escapeMarkup(source.pool)}" volume="${escapeMarkup(source.volume)}"`];
  return (
    `    <disk type="${type}" device="disk"><driver name="qemu" type="${format}" cache="unsafe"/><source ${attributes}/>` +
    `<target dev="${target}" bus="virtio"/>${more}</disk>`
  );
}

function card({ mac, source }: DomainDescription["cards"][number]): string {
  const [type, from] =
    source === "nowhere"
      ? ["ethernet", ""]
      : "network" in source
        ? ["network", `<source network="${escapeMarkup(source.network)}"/>`]
        : ["bridge", `<source bridge="${escapeMarkup(source.bridge)}"/>`];
  return (
    `    <interface type="${type}"><mac address="${mac.toLowerCase()}"/>${from}` +
    `<model type="virtio"/><rom enabled="no"/></interface>`
  );
}
