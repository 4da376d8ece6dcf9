import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { local } from "@pulumi/command";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { type CloudImage as Description, type ImageFile, isAddress } from "../../infra/model/cloudImage";
import { imageVolume } from "../../infra/model/names";

export type CloudImageArgs = {
  /** What `lvs-lab:image` says. */
  readonly image: Description;
  /** Folder where downloaded images are kept. */
  readonly cacheDir: string;
  /** The storage pool that gets the volumes. */
  readonly pool: libvirt.Pool;
};

const script = fs.readFileSync(path.join(__dirname, "fetch.sh"), "utf8");

/**
 * A stock cloud image in the place of the lean one: downloaded when it is an address and the cache does not hold it, compared
 * with its checksums, then uploaded into the lab's pool. Content-addressed: the checksum is part of every name.
 */
export class CloudImage extends pulumi.ComponentResource {
  /** Root disk; machines have overlays on it. */
  readonly root: libvirt.Volume;
  /** What libvirt boots directly; undefined: the disk has a bootloader. */
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
        // The name says what is in it: a file that has moved changes nothing.
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

/** Names what is in files: a checksum is long for a name. */
const digest = (...files: readonly ImageFile[]): string =>
  createHash("sha256")
    .update(files.map(({ checksum }) => checksum).join("\n"))
    .digest("hex")
    .slice(0, 16);

/** Where a file is, once it is here. */
const localPath = (cacheDir: string, file: ImageFile): string =>
  isAddress(file.source) ? path.join(cacheDir, "cloud-images", `download-${digest(file)}`) : file.source;

/** What fetch.sh wants of a file. */
const line = (cacheDir: string, file: ImageFile): string => {
  const [algorithm = "", sum = ""] = file.checksum.split(":");
  return [localPath(cacheDir, file), algorithm, sum, isAddress(file.source) ? file.source : ""].join("\t");
};
