/**
 * What QEMU tells a guest's kernel. Pure.
 *
 * @see https://docs.kernel.org/admin-guide/kernel-parameters.html
 */

/** One entry of a libvirt domain's command line as the provider has it: settings by name, flags as `_`. */
type Entry = Readonly<Record<string, string>>;

/** The root device of the guest image, which has no partitions. */
export const ROOT = "/dev/vda";

/**
 * Not in a guest of ours, whose CPU is emulated and which has nobody to defend itself from: ways around the errors of processors, zeroed
 * allocations, security modules, and the memory controller. A tenth of a boot's CPU time together.
 */
const LEAN: Entry = { mitigations: "off", init_on_alloc: "0", lsm: "capability", cgroup_disable: "memory" };

const SETTINGS: Entry = { console: "ttyS0", root: ROOT, ...LEAN };

/** Flags apart from settings: the provider reads them back so, and one map would be a replacement at each refresh. */
const FLAGS: Entry = { _: "rw quiet" };

/** Command line of the guest image. */
export const GUEST_CMDLINE = [SETTINGS, FLAGS];

/** Command line of a stock cloud image whose kernel QEMU starts: as its distribution wants it. */
export const stockCmdline = (root: string): Entry[] => [{ console: "ttyS0", root }, FLAGS];

/** The command line as the kernel reads it. */
export const words = (cmdline: readonly Entry[]): string =>
  cmdline
    .flatMap(Object.entries<string>)
    .map(([key, value]) => (key === "_" ? value : `${key}=${value}`))
    .join(" ");

/** A template's: its root file system is read-only until it is a guest's (image/initrd/init). */
export const TEMPLATE_CMDLINE = words([SETTINGS, { _: "quiet lvs_lab_template=1" }]);
