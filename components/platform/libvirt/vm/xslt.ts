/**
 * The XSLT that the libvirt provider (0.8) applies to a domain before it defines it. It sets what the provider has no input for.
 * Pure. The host needs `xsltproc`.
 *
 * When the provider reads a domain back, it does not compare these changes (resource_libvirt_domain.go, Read), so
 * a refresh shows no difference. One exception: Read knows only its own kinds of seed (`cloudinit`, a CD-ROM; `combustion`, a fw_cfg
 * file that AppArmor hides). So the seed is an ordinary second entry of `disks` (volumeId: the seed's id up to its
 * `;`), and gets its serial here.
 */
import { escapeMarkup } from "../../../../model/markup";

/** The settings that differ between guests. */
export type DomainXsltArgs = {
  /** Log file of the serial console. Default: /var/log/libvirt/qemu/<domain>-console.log. */
  readonly consoleLog?: string;
  /** The domain's uuid. Default: a random one, from the provider. */
  readonly uuid?: string;
  /** Number of processors that QEMU emulates, each in its own thread. Default: none, the host's processor runs them. */
  readonly emulated?: number;
};

/**
 * The scheduling class of emulated processors, sched(7). They do not preempt each other when they wake, so they do
 * not displace each other's caches: eight busy guests on two cores cost half as much. QEMU's other threads stay in the normal class. Its
 * main loop delivers the guest's timer, and a guest whose ticks come late may panic while it boots.
 *
 * @see https://libvirt.org/formatdomain.html#cpu-tuning
 */
export const renderTurns = (vcpus: number): string =>
  `<cputune><vcpusched vcpus="0${vcpus > 1 ? `-${vcpus - 1}` : ""}" scheduler="batch"/></cputune>`;

/** Serial number of the seed disk. The image's seed unit finds the disk by it, without udev. At most 20 characters. */
export const SEED_SERIAL = "lvs-lab-seed";

/**
 * Renders the stylesheet.
 *
 * @see https://libvirt.org/formatdomain.html
 */
export function renderDomainXslt(args: DomainXsltArgs = {}): string {
  const log =
    args.consoleLog === undefined
      ? `{concat('/var/log/libvirt/qemu/', /domain/name, '-console.log')}`
      : attributeTemplate(args.consoleLog);
  return `${[
    `<?xml version="1.0"?>`,
    `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">`,
    `  <xsl:output omit-xml-declaration="yes" indent="yes"/>`,
    "",
    "  <!-- Everything that no rule below names stays as the provider wrote it. -->",
    `  <xsl:template match="@*|node()">`,
    `    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>`,
    "  </xsl:template>",
    "",
    "  <!-- Devices that cost boot time and that nobody looks at. Spice, the provider's default, is not in every QEMU. -->",
    `  <xsl:template match="devices/graphics|devices/video|devices/sound|devices/audio|devices/input"/>`,
    `  <xsl:template match="devices/console|devices/serial|devices/memballoon"/>`,
    `  <xsl:template match="devices/controller[@type='usb']"/>`,
    "",
    "  <!-- Tells the guest's kernel when it goes on from an earlier moment, so that it never draws the same random numbers twice. -->",
    ...(args.uuid === undefined ? [] : [`  <xsl:template match="/domain/uuid"/>`]),
    ...(args.emulated === undefined ? [] : [`  <xsl:template match="/domain/cputune"/>`]),
    `  <xsl:template match="/domain/genid"/>`,
    `  <xsl:template match="/domain/name">`,
    `    <xsl:copy-of select="."/>${args.uuid === undefined ? "" : `<uuid>${escapeMarkup(args.uuid)}</uuid>`}<genid/>${args.emulated === undefined ? "" : renderTurns(args.emulated)}`,
    "  </xsl:template>",
    "",
    `  <xsl:template match="/domain/devices">`,
    "    <xsl:copy>",
    `      <xsl:apply-templates select="@*|node()"/>`,
    `      <serial type="pty"><log file="${log}" append="on"/><target port="0"/></serial>`,
    `      <console type="pty"><target type="serial" port="0"/></console>`,
    `      <controller type="usb" model="none"/>`,
    `      <video><model type="none"/></video>`,
    `      <audio id="1" type="none"/>`,
    `      <memballoon model="none"/>`,
    "    </xsl:copy>",
    "  </xsl:template>",
    "",
    "  <!-- No flush of the guest waits for the host's disk: a lab's disks are thrown away, and only a crash of the host loses anything. -->",
    `  <xsl:template match="devices/disk[@device='disk']/driver">`,
    `    <xsl:copy><xsl:copy-of select="@*"/><xsl:attribute name="cache">unsafe</xsl:attribute></xsl:copy>`,
    "  </xsl:template>",
    "",
    "  <!-- The seed, the second disk: read-only, and known by its serial. -->",
    `  <xsl:template match="devices/disk[target/@dev='vdb']">`,
    "    <xsl:copy>",
    `      <xsl:apply-templates select="@*|node()[not(self::serial or self::readonly)]"/>`,
    `      <readonly/><serial>${SEED_SERIAL}</serial>`,
    "    </xsl:copy>",
    "  </xsl:template>",
    "",
    "  <!-- The cards' boot ROMs: a guest that starts from a kernel file never boots from the network. -->",
    `  <xsl:template match="devices/interface">`,
    "    <xsl:copy>",
    `      <xsl:apply-templates select="@*|node()[not(self::rom)]"/><rom enabled="no"/>`,
    "    </xsl:copy>",
    "  </xsl:template>",
    "</xsl:stylesheet>",
  ].join("\n")}\n`;
}

/** Escapes a fixed attribute value of a result element. XSLT reads `{…}` in it as an expression. */
function attributeTemplate(value: string): string {
  return escapeMarkup(value).replaceAll("{", "{{").replaceAll("}", "}}");
}
