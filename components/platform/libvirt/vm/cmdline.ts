/**
 * The kernel command line of a guest.
 *
 * @see https://docs.kernel.org/admin-guide/kernel-parameters.html
 */
import * as fs from "node:fs";
import * as path from "node:path";

/** One entry of a libvirt domain's command line in the provider's form: settings by name, flags as `_`. */
type Entry = Readonly<Record<string, string>>;

/** A kernel's command line in that form. */
export type Cmdline = readonly Entry[];

/** The root device of the guest image. It has no partitions. */
const ROOT = "/dev/vda";

/** The image's own parameters. They are part of the image, because templates boot with them. */
const LEAN: Entry = Object.fromEntries(
  fs
    .readFileSync(path.join(__dirname, "../../../..", "image", "cmdline"), "utf8")
    .split("\n")
    .map((line) => line.replace(/\s*#.*/, ""))
    .filter((line) => line !== "")
    .map((line) => line.split("=", 2)),
);

/**
 * Parameters of every kernel that QEMU starts. `panic`: it restarts one second after a panic. `no_timer_check`: it does not check timer
 * ticks while it boots. On a busy host an emulated processor gets ticks late, and the kernel would panic ("IO-APIC + timer doesn't work!").
 */
const SURVIVAL = { settings: { panic: "1" }, flags: "no_timer_check" } as const;

const SETTINGS: Entry = { console: "ttyS0", root: ROOT, ...SURVIVAL.settings, ...LEAN };

/** Flags are separate from settings, as the provider reads them back. A single map would cause a replacement at each refresh. */
const FLAGS: Entry = { _: `rw quiet ${SURVIVAL.flags}` };

/** Command line of the guest image. */
export const GUEST_CMDLINE: Cmdline = [SETTINGS, FLAGS];

/** Command line of a stock cloud image whose kernel QEMU starts, as its distribution expects it. */
export const stockCmdline = (root: string): Cmdline => [{ console: "ttyS0", root, ...SURVIVAL.settings }, FLAGS];

/** The command line in the kernel's form. */
export const words = (cmdline: Cmdline): string =>
  cmdline
    .flatMap(Object.entries<string>)
    .map(([key, value]) => (key === "_" ? value : `${key}=${value}`))
    .join(" ");

/** Command line of a template. Its root file system is read-only until a guest has its identity (image/initrd/init). */
export const TEMPLATE_CMDLINE: Cmdline = [SETTINGS, { _: `quiet ${SURVIVAL.flags} lvs_lab_template=1` }];
