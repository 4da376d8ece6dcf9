/**
 * What QEMU tells a guest's kernel.
 *
 * @see https://docs.kernel.org/admin-guide/kernel-parameters.html
 */
import * as fs from "node:fs";
import * as path from "node:path";

/** One entry of a libvirt domain's command line as the provider has it: settings by name, flags as `_`. */
type Entry = Readonly<Record<string, string>>;

/** The root device of the guest image, which has no partitions. */
const ROOT = "/dev/vda";

/** The image's own, with it so that another choice is another image: a template has booted with them. */
const LEAN: Entry = Object.fromEntries(
  fs
    .readFileSync(path.join(__dirname, "..", "..", "image", "cmdline"), "utf8")
    .split("\n")
    .map((line) => line.replace(/\s*#.*/, ""))
    .filter((line) => line !== "")
    .map((line) => line.split("=", 2)),
);

/**
 * What every kernel that QEMU starts is told. `panic`: it starts again one second after a panic. `no_timer_check`: it does not count timer
 * ticks while it boots. On a busy host an emulated processor gets them late, and the kernel panics ("IO-APIC + timer doesn't work!").
 */
const SURVIVAL = { settings: { panic: "1" }, flags: "no_timer_check" } as const;

const SETTINGS: Entry = { console: "ttyS0", root: ROOT, ...SURVIVAL.settings, ...LEAN };

/** Flags apart from settings: the provider reads them back so, and one map would be a replacement at each refresh. */
const FLAGS: Entry = { _: `rw quiet ${SURVIVAL.flags}` };

/** Command line of the guest image. */
export const GUEST_CMDLINE = [SETTINGS, FLAGS];

/** Command line of a stock cloud image whose kernel QEMU starts: as its distribution wants it. */
export const stockCmdline = (root: string): Entry[] => [{ console: "ttyS0", root, ...SURVIVAL.settings }, FLAGS];

/** The command line as the kernel reads it. */
export const words = (cmdline: readonly Entry[]): string =>
  cmdline
    .flatMap(Object.entries<string>)
    .map(([key, value]) => (key === "_" ? value : `${key}=${value}`))
    .join(" ");

/** A template's: its root file system is read-only until it is a guest's (image/initrd/init). */
export const TEMPLATE_CMDLINE = words([SETTINGS, { _: `quiet ${SURVIVAL.flags} lvs_lab_template=1` }]);
