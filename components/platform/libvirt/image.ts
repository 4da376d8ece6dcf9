import { local } from "@pulumi/command";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { imageVolume } from "../../../model/topology/names";

export type ImageArgs = {
  /** The output of `image/build --digest` for the recipe. */
  readonly digest: string;
  /** Whether to leave out the packages of the roles. */
  readonly bare: boolean;
  /** Cache folder for built images. */
  readonly cacheDir: string;
  /** The storage pool that gets the volumes. */
  readonly pool: libvirt.Pool;
};

/** Files of a built image, as `image/build` prints them. */
type Files = { readonly root: string; readonly kernel: string; readonly initrd: string };

/**
 * The guest image: built if it is not in the cache, then uploaded into the lab's pool. Destroying the lab keeps the
 * cache. Content-addressed: the digest is part of every name, so another recipe makes other resources.
 */
export class Image extends pulumi.ComponentResource {
  /** Digest of the recipe. */
  readonly digest: string;
  /** Root file system, qcow2. Machines use overlays on it. */
  readonly root: libvirt.Volume;
  /** Kernel that libvirt boots directly. */
  readonly kernel: libvirt.Volume;
  /** Its initrd. */
  readonly initrd: libvirt.Volume;

  constructor(name: string, { digest, bare, cacheDir, pool }: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Image", name, {}, opts);

    // The path is relative, because Pulumi runs plugins in the project's folder and the state must not contain paths of a checkout.
    const build = new local.Command(
      `${name}-build-${digest}`,
      {
        create: `exec ./image/build ${bare ? "--bare " : ""}"$CACHE"`,
        environment: { CACHE: cacheDir },
        logging: local.Logging.Stderr,
        addPreviousOutputInEnv: false,
      },
      { parent: this, customTimeouts: { create: "30m", update: "30m" } },
    );
    // `pulumi up --target` leaves outputs of skipped resources undefined.
    const files = build.stdout.apply((json: string | undefined) => JSON.parse(json ?? "{}") as Files);

    const volume = (part: keyof Files, format: "qcow2" | "raw"): libvirt.Volume =>
      new libvirt.Volume(
        `${name}-${part}-${digest}`,
        { name: imageVolume(part, digest), pool: pool.name, format, source: files[part] },
        // The name contains the digest, so a moved cache changes nothing.
        { parent: this, ignoreChanges: ["source"] },
      );
    this.digest = digest;
    this.root = volume("root", "qcow2");
    this.kernel = volume("kernel", "raw");
    this.initrd = volume("initrd", "raw");
    this.registerOutputs({});
  }
}
