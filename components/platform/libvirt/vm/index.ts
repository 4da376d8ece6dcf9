import type { types } from "@pulumi/command";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { sshAddress } from "../../../../model/topology/queries";
import {
  cidataName,
  consoleLog,
  diskName,
  domainName,
  domainUuid,
  imageVolume,
  networkName,
  partName,
  poolName,
  seedName,
} from "../../../../model/topology/names";
import type { Guest } from "../../../../model/topology/guest";
import type { Node } from "../../../../model/topology/node";
import type { Topology } from "../../../../model/topology/topology";
import { CloudImage } from "../cloudImage";
import type { Image } from "../image";
import { KeyPair } from "../../../machine/keypair";
import type { Machine } from "../../../machine/machine";
import { awaitReady, defaultBootTimeout } from "../../../machine/remote/ready";
import type { Accelerator } from "../../platform";
import type { Segment } from "../segment";
import { renderCidata } from "./cloudInit";
import { type Cmdline, GUEST_CMDLINE, stockCmdline } from "./cmdline";
import { domainArgs } from "./domainArgs";
import { type ForkPlace, placeMemory } from "./fork";
import { cards } from "./cards";
import { renderSeed, type SeedArgs } from "./seed";
import type { DomainDescription } from "../domain";
import { templateSpecOf } from "../../templateSpec";

export type VmArgs = {
  /** The lab. */
  readonly topology: Topology;
  /** Name of this machine. */
  readonly node: Node;
  /** The lab's segments by name. */
  readonly segments: Readonly<Record<string, Segment>>;
  /** The pool for its disks. */
  readonly pool: libvirt.Pool;
  /** The image that it boots. */
  readonly image: Image | CloudImage;
  /** What roles need to know about that image. */
  readonly guest: Guest;
  /** The key that logs in as root. */
  readonly loginKey: KeyPair;
  readonly accelerator: Accelerator;
  /** Folder of the serial logs on the hypervisor. */
  readonly consoleDir: string;
  /** Folder of the pool on the hypervisor. */
  readonly poolPath: string;
  /** The source of its memory if it is a fork of a template; undefined: it boots. */
  readonly fork?: ForkPlace | undefined;
  /** Seconds for which it may refuse SSH while it boots; default: {@link defaultBootTimeout}, twice that with a cloud image. */
  readonly bootTimeout?: number | undefined;
};

/** A virtual machine with static addresses and a pinned host key, until the end of its boot. Role components configure it. */
export class Vm extends pulumi.ComponentResource {
  /** The machine of the topology. */
  readonly node: Node;
  /** The machine for the role components. */
  readonly machine: Machine;
  /** The pinned host key, "ssh-ed25519 AAAA…". */
  readonly hostKey: pulumi.Output<string>;

  constructor(name: string, args: VmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Vm", name, {}, opts);
    const { topology, node, pool, image, guest, loginKey, accelerator, consoleDir, poolPath, fork } = args;
    const label = domainName(topology.name, node.name);

    const key = new KeyPair(`${name}-host-key`, { parent: this });

    const { seedFile, render } = identityOf(image, node);

    const identity = pulumi
      .all([loginKey.publicKey, key.privateKey, key.publicKey])
      .apply(([authorizedKey, hostPrivateKey, hostPublicKey]) =>
        render({
          name: node.name,
          interfaces: cards(topology, node),
          authorizedKey,
          hostPrivateKey,
          hostPublicKey,
        }),
      );
    const seed = new libvirt.Combustion(
      `${name}-seed`,
      { name: seedFile, pool: pool.name, content: identity },
      { parent: this, deleteBeforeReplace: true, additionalSecretOutputs: ["content"] },
    );

    // A new identity gets a new disk, because the old disk has traces of the old identity.
    const disk = new libvirt.Volume(
      partName(name, "disk"),
      { name: diskName(node.name), pool: pool.name, format: "qcow2", baseVolumeId: image.root.id },
      { parent: this, deleteBeforeReplace: true, replaceWith: [seed] },
    );

    const description: DomainDescription = {
      name: label,
      uuid: domainUuid(label),
      memory: node.memory,
      vcpus: node.vcpus,
      accelerator,
      cmdline: cmdlineOf(image),
      cards: sources(topology, node),
      consoleLog: `${consoleDir}/${consoleLog(label)}`,
    };
    // Only the guest image has templates. A guest from another image boots.
    const memory =
      fork &&
      !(image instanceof CloudImage) &&
      placeMemory(
        `${name}-memory`,
        {
          ...fork,
          spec: templateSpecOf(node, accelerator),
          domain: {
            ...description,
            kernel: `${poolPath}/${imageVolume("kernel", image.digest)}`,
            initrd: `${poolPath}/${imageVolume("initrd", image.digest)}`,
            disk: { pool: poolName(topology.name), volume: diskName(node.name) },
            seed: { pool: poolName(topology.name), volume: seedName(node.name) },
          },
          disk,
          diskPath: `${poolPath}/${diskName(node.name)}`,
        },
        { parent: this },
      );
    const boot = image instanceof CloudImage ? image.boot : image;
    const domain = new libvirt.Domain(
      partName(name, "domain"),
      domainArgs(description, {
        disks: [disk.id, seed.id.apply(volumeOf)],
        plugs: Object.values(node.interfaces).map(({ segment }) => plug(args.segments, segment)),
        boot: boot && { kernel: boot.kernel.id, initrd: boot.initrd.id },
      }),
      {
        parent: this,
        ...(memory ? { dependsOn: memory } : {}),
        deleteBeforeReplace: true,
        replaceWith: [disk],
        // The provider treats changes of these as in-place updates, and then does nothing.
        replaceOnChanges: ["kernel", "initrd", "networkInterfaces"],
      },
    );

    const connection = pulumi.secret({
      host: sshAddress(node),
      user: "root",
      privateKey: loginKey.privateKey,
      hostKey: key.publicKey,
    } satisfies types.input.remote.ConnectionArgs);
    // On a busy host an emulated cloud image used up the guest image's whole time.
    const { bootTimeout = defaultBootTimeout * (image instanceof CloudImage ? 2 : 1) } = args;
    const ready = awaitReady(
      partName(name, "ready"),
      { name: node.name, connection, deletedWith: domain, bootTimeout },
      { parent: this },
    );

    this.node = node;
    this.machine = { name: node.name, guest, connection, ready, deletedWith: domain };
    this.hostKey = key.publicKey;
    this.registerOutputs({});
  }
}

/** The seed that gives a guest its identity: its name in the pool, and its text. */
const identityOf = (
  image: VmArgs["image"],
  { name }: Node,
): { readonly seedFile: string; readonly render: (args: SeedArgs) => string } =>
  image instanceof CloudImage
    ? { seedFile: cidataName(name), render: renderCidata }
    : { seedFile: seedName(name), render: renderSeed };

/** Command line of the kernel that QEMU starts; undefined: the disk has a bootloader. */
function cmdlineOf(image: VmArgs["image"]): Cmdline | undefined {
  if (!(image instanceof CloudImage)) return GUEST_CMDLINE;
  return image.boot && stockCmdline(image.boot.device);
}

/** The cards in libvirt's form. */
const sources = (topology: Topology, node: Node): DomainDescription["cards"] =>
  Object.values(node.interfaces).map(({ segment, mac }) => ({
    mac,
    source: bridgeOf(topology, segment) ?? { network: networkName(topology.name, segment) },
  }));

function bridgeOf(topology: Topology, segment: string): { readonly bridge: string } | undefined {
  const bridge = topology.segments[segment]?.bridge;
  return bridge === undefined ? undefined : { bridge };
}

/** The provider's id of a seed disk is the volume's, a semicolon and a uuid. */
const volumeOf = (seedId: string): string => seedId.replace(/;.*$/, "");

function plug(segments: Readonly<Record<string, Segment>>, name: string): Segment["plug"] {
  const segment = segments[name];
  if (segment === undefined) throw new Error(`no segment ${name}`);
  return segment.plug;
}
