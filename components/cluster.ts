import { mapValues } from "../model/mapValues";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../model/topology/addresses";
import { bridgeName, clientInterface, clientPort, networkName, poolName } from "../model/topology/names";
import type { CloudImage as ImageDescription } from "../model/topology/cloudImage";
import type { Guest, PackageSource } from "../model/topology/guest";
import { guestsOf } from "../model/topology/guests";
import type { Role } from "../model/topology/node";
import type { Topology } from "../model/topology/topology";
import { ROLES, roundOf } from "./roles";
import { Client } from "./roles/client/namespace";
import { RoleComponent } from "./roles/component";
import { CloudImage } from "./platform/libvirt/cloudImage";
import { Image } from "./platform/libvirt/image";
import { KeyPair } from "./machine/keypair";
import { Segment } from "./platform/libvirt/segment";
import { Vm } from "./platform/libvirt/vm";
import type { ForkPlace } from "./platform/libvirt/vm/fork";
import type { Accelerator } from "./platform/platform";

export type ClusterArgs = {
  /** The lab. */
  readonly topology: Topology;
  /** Digest of the guest image's recipe. */
  readonly imageDigest: string;
  /** Whether to use the bare guest image, without the packages of the roles. Default: no. */
  readonly bare?: boolean;
  /** A stock cloud image instead of the guest image; undefined: the guest image. */
  readonly cloudImage?: ImageDescription | undefined;
  /** Where guests get missing packages; undefined: from their own system's sources. */
  readonly packages?: PackageSource | undefined;
  /** Cache folder for built and downloaded images. */
  readonly cacheDir: string;
  readonly accelerator: Accelerator;
  /** Folder of the lab's storage pool on the hypervisor. */
  readonly poolPath: string;
  /** Folder of the serial logs on the hypervisor. */
  readonly consoleDir: string;
  /** Network namespace of the client, if it is not a guest. */
  readonly clientNamespace: string;
  /** Where forks of guests start; undefined: guests boot. */
  readonly fork?: ForkPlace | undefined;
  /** Seconds until a booting guest must accept SSH; undefined: the default of its image. */
  readonly bootTimeout?: number | undefined;
  /** VRRP password, if the topology has none. */
  readonly authPass?: pulumi.Input<string> | undefined;
};

/** A whole lab: storage, segments, machines with their roles, and the client. */
export class Cluster extends pulumi.ComponentResource {
  /** The root key for every machine. */
  readonly loginKey: KeyPair;
  /** The guests by name, in the order of the topology, the client last. */
  readonly vms: Readonly<Record<string, Vm>>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Cluster", name, {}, opts);
    const {
      topology,
      imageDigest: digest,
      bare = false,
      cloudImage,
      packages,
      cacheDir,
      accelerator,
      poolPath,
      consoleDir,
      clientNamespace,
      fork,
      bootTimeout,
      authPass,
    } = args;
    const lab = topology.name;
    const child = { parent: this };

    const pool = new libvirt.Pool(
      `${name}-pool`,
      { name: poolName(lab), type: "dir", target: { path: poolPath } },
      // Ignore how full the pool is.
      { ...child, deleteBeforeReplace: true, ignoreChanges: ["allocation", "available", "capacity"] },
    );
    const image =
      cloudImage === undefined
        ? new Image(`${name}-image`, { digest, bare, cacheDir, pool }, child)
        : new CloudImage(`${name}-image`, { image: cloudImage, cacheDir, pool }, child);
    this.loginKey = new KeyPair(`${name}-login-key`, child);

    const segments = mapValues(
      topology.segments,
      (segment, key) =>
        new Segment(`${name}-${key}`, { segment, network: networkName(lab, key), bridge: bridgeName(lab, key) }, child),
    );

    const { loginKey } = this;
    const guest: Guest = { family: cloudImage?.family ?? "debian", ...(packages === undefined ? {} : { packages }) };
    this.vms = mapValues(
      guestsOf(topology),
      (node, key) =>
        new Vm(
          `${name}-${key}`,
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
          child,
        ),
    );

    // A share is made before the web servers that mount it, and real servers before the directors that balance them (004-13):
    // keepalived considers a new real server healthy until its check fails.
    const configured: Partial<Record<Role, pulumi.Resource[]>> = {};
    const inOrder = Object.entries(this.vms).sort(([, a], [, b]) => roundOf(a.node.role) - roundOf(b.node.role));
    for (const [key, { machine, node }] of inOrder) {
      const after = ROLES[node.role].after.flatMap((role) => configured[role] ?? []);
      const made = new RoleComponent(`${name}-${key}`, { machine, topology, node, authPass, after }, child);
      (configured[node.role] ??= []).push(made);
    }

    const { client } = topology;
    if (client.kind !== "vm") {
      const [segment, at] = [segments[client.segment], topology.segments[client.segment]];
      if (segment === undefined || at === undefined) throw new Error(`no segment ${client.segment}`);
      new Client(
        `${name}-client`,
        {
          segment,
          namespace: clientNamespace,
          card: clientInterface,
          port: clientPort(lab),
          addresses: client.addresses.map((address) => `${address}/${prefixLength(at.cidr)}`),
          aliases: client.aliases,
          mac: client.mac,
          routes: client.routes ?? [],
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}
