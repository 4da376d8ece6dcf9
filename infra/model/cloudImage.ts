import type { Family } from "./guest";

/** A stock cloud image with cloud-init, as `lvs-lab:image` describes it: frozen data with every default filled in. */
export type CloudImage = {
  /** Which names its packages, units and paths have. */
  readonly family: Family;
  /** The root disk; machines have overlays on it. */
  readonly disk: ImageFile & { readonly format: "qcow2" | "raw" };
  /** What QEMU starts by itself; undefined: the disk has a bootloader for a BIOS. */
  readonly boot?: {
    readonly kernel: ImageFile;
    readonly initrd: ImageFile;
    /** What the kernel mounts as root, such as /dev/vda1. */
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

/** Whether a source is fetched from the web; any other is a file. */
export const isAddress = (source: string): boolean => /^https?:\/\//.test(source);
