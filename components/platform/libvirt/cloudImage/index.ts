import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { local } from "@pulumi/command";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { type CloudImage as Description, type ImageFile, isAddress } from "../../../../model/topology/cloudImage";
import { imageVolume } from "../../../../model/topology/names";

export type CloudImageArgs = {
  /** The image of `lvs-lab:image`. */
  readonly image: Description;
  /** Cache folder for downloaded images. */
  readonly cacheDir: string;
  /** The storage pool that gets the volumes. */
  readonly pool: libvirt.Pool;
};

const script = fs.readFileSync(path.join(__dirname, "fetch.sh"), "utf8");

/**
 * A stock cloud image instead of the guest image: downloaded if it is an address and not in the cache, compared
 * with its checksums, then uploaded into the lab's pool. Content-addressed: the checksum is part of every name.
 */
export class CloudImage extends pulumi.ComponentResource {
  /** Root disk. Machines use overlays on it. */
  readonly root: libvirt.Volume;
  /** Kernel and initrd that libvirt boots directly; undefined: the disk has a bootloader. */
  readonly boot?: { readonly kernel: libvirt.Volume; readonly initrd: libvirt.Volume; readonly device: string };

  constructor(
    name: string,
    { image: { disk, boot }, cacheDir, pool }: CloudImageArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lvs-lab:index:CloudImage", name, {}, opts);

    const files = [disk, ...(boot === undefined ? [] : [boot.kernel, boot.initrd])];
    const fetch = new local.Command(
      `${name}-fetch-${digest(...files)}`,
      {
        create: script,
        environment: { FILES: files.map((file) => line(cacheDir, file)).join("\n") },
        logging: local.Logging.Stderr,
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "60m", update: "60m" } },
    );

    const volume = (part: "root" | "kernel" | "initrd", file: ImageFile, format: "qcow2" | "raw"): libvirt.Volume =>
      new libvirt.Volume(
        `${name}-${part}-${digest(file)}`,
        { name: imageVolume(part, digest(file)), pool: pool.name, format, source: localPath(cacheDir, file) },
        // The name identifies the content, so a moved file changes nothing.
        { parent: this, dependsOn: fetch, ignoreChanges: ["source"] },
      );
    this.root = volume("root", disk, disk.format);
    if (boot !== undefined) {
      this.boot = {
        kernel: volume("kernel", boot.kernel, "raw"),
        initrd: volume("initrd", boot.initrd, "raw"),
        device: boot.device,
      };
    }
    this.registerOutputs({});
  }
}

/** A short name for the content of files, because a checksum is too long. */
const digest = (...files: readonly ImageFile[]): string =>
  createHash("sha256")
    .update(files.map(({ checksum }) => checksum).join("\n"))
    .digest("hex")
    .slice(0, 16);

/** The local path of a file after the download. */
const localPath = (cacheDir: string, file: ImageFile): string =>
  isAddress(file.source) ? path.join(cacheDir, "cloud-images", `download-${digest(file)}`) : file.source;

/** A file's line for fetch.sh. */
const line = (cacheDir: string, file: ImageFile): string => {
  const [algorithm = "", sum = ""] = file.checksum.split(":");
  return [localPath(cacheDir, file), algorithm, sum, isAddress(file.source) ? file.source : ""].join("\t");
};
