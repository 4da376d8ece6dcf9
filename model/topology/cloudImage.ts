import type { Family } from "./guest";

/** A stock cloud image with cloud-init, as `lvs-lab:image` describes it: frozen data with every default filled in. */
export type CloudImage = {
  /** The distribution family, which decides names of packages, units and paths. */
  readonly family: Family;
  /** The root disk. Machines use overlays on it. */
  readonly disk: ImageFile & { readonly format: "qcow2" | "raw" };
  /** Kernel and initrd that QEMU starts; undefined: the disk has a bootloader for a BIOS. */
  readonly boot?: {
    readonly kernel: ImageFile;
    readonly initrd: ImageFile;
    /** The root device of the kernel, such as /dev/vda1. */
    readonly device: string;
  };
};

/** A file of an image. */
export type ImageFile = {
  /** Absolute path, or an http or https address. */
  readonly source: string;
  /** "sha256:" or "sha512:" and hexadecimal digits. */
  readonly checksum: string;
};

/** Whether a source is fetched from the web. Any other source is a file. */
export const isAddress = (source: string): boolean => /^https?:\/\//.test(source);
