import * as libvirt from "@pulumi/libvirt";
import type * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../../../model/mapValues";
import type { CloudImage as ImageDescription } from "../../../model/topology/cloudImage";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import { guestsOf } from "../../../model/topology/guests";
import { bridgeName, machineComponent, networkName, poolName } from "../../../model/topology/names";
import type { Hardware, HardwareArgs } from "../hardware";
import { CloudImage } from "./cloudImage";
import { Image } from "./image";
import { Segment } from "./segment";
import { Vm, type VmArgs } from "./vm";

/** How libvirt makes guests. */
export type LibvirtArgs = Pick<VmArgs, "accelerator" | "poolPath" | "consoleDir" | "fork" | "bootTimeout"> & {
  /** Digest of the guest image's recipe. */
  readonly imageDigest: string;
  /** Whether to use the bare guest image, without the packages of the roles. Default: no. */
  readonly bare?: boolean;
  /** A stock cloud image instead of the guest image; undefined: the guest image. */
  readonly cloudImage?: ImageDescription | undefined;
  /** Cache folder for built and downloaded images. */
  readonly cacheDir: string;
};

/** A lab's storage, segments and guests. */
export function libvirtHardware(
  name: string,
  args: HardwareArgs & LibvirtArgs,
  opts: pulumi.ComponentResourceOptions,
): Hardware {
  const { topology, loginKey, packages, imageDigest: digest, bare = false, cloudImage, cacheDir, poolPath } = args;
  const { accelerator, consoleDir, fork, bootTimeout } = args;
  const lab = topology.name;

  const pool = new libvirt.Pool(
    `${name}-pool`,
    { name: poolName(lab), type: "dir", target: { path: poolPath } },
    // Ignore how full the pool is.
    { ...opts, deleteBeforeReplace: true, ignoreChanges: ["allocation", "available", "capacity"] },
  );
  const image =
    cloudImage === undefined
      ? new Image(`${name}-image`, { digest, bare, cacheDir, pool }, opts)
      : new CloudImage(`${name}-image`, { image: cloudImage, cacheDir, pool }, opts);
  const guest: Guest = {
    family: cloudImage?.family ?? DEBIAN.family,
    ...(packages === undefined ? {} : { packages }),
  };

  const segments = mapValues(
    topology.segments,
    (segment, key) =>
      new Segment(`${name}-${key}`, { segment, network: networkName(lab, key), bridge: bridgeName(lab, key) }, opts),
  );
  const machines = mapValues(
    guestsOf(topology),
    (node, key) =>
      new Vm(
        machineComponent(name, key),
        {
          topology,
          node,
          segments,
          pool,
          image,
          guest,
          loginKey,
          accelerator,
          consoleDir,
          poolPath,
          fork,
          bootTimeout,
        },
        opts,
      ),
  );
  return { segments, machines };
}
