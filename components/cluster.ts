import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../model/topology/addresses";
import { bridgeName, clientInterface, clientPort, networkName, poolName } from "../model/topology/names";
import type { CloudImage as ImageDescription } from "../model/topology/cloudImage";
import type { Guest, PackageSource } from "../model/topology/guest";
import { guestsOf } from "../model/topology/guests";
import type { Node, Role, Topology } from "../model/topology/topology";
import { Client } from "./roles/client";
import { ClientGuest } from "./roles/client/guest";
import { CloudImage } from "./platform/libvirt/cloudImage";
import { Director } from "./roles/director";
import { Image } from "./platform/libvirt/image";
import { KeyPair } from "./machine/keypair";
import { NfsServer } from "./roles/nfs";
import { ProxyServer } from "./roles/proxy";
import { Router } from "./roles/router";
import { Segment } from "./platform/libvirt/segment";
import { Vm } from "./platform/libvirt/vm";
import type { ForkPlace } from "./platform/libvirt/vm/fork";
import { WebServer } from "./roles/web";
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
    const shares: pulumi.Resource[] = [];
    const realServers: pulumi.Resource[] = [];
    const roles = Object.entries(this.vms).sort(([, a], [, b]) => order(a.node) - order(b.node));
    for (const [key, { machine, node }] of roles) {
      switch (node.role) {
        case "director":
          new Director(`${name}-${key}`, { machine, topology, node, authPass, after: realServers }, child);
          break;
        case "proxy":
          new ProxyServer(`${name}-${key}`, { machine, topology, node, authPass, after: realServers }, child);
          break;
        case "nfs":
          shares.push(new NfsServer(`${name}-${key}`, { machine, topology, node }, child));
          break;
        case "web":
          realServers.push(new WebServer(`${name}-${key}`, { machine, topology, node, after: shares }, child));
          break;
        case "router":
          new Router(`${name}-${key}`, { machine, topology, node }, child);
          break;
        case "client":
          new ClientGuest(`${name}-${key}`, { machine, topology, node }, child);
          break;
      }
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
          mac: client.mac,
          routes: client.routes ?? [],
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}

/** The order of configuration: for each role, the roles that it waits for. */
const ORDER: Readonly<Record<Role, number>> = { router: 0, nfs: 0, client: 0, web: 1, director: 2, proxy: 2 };
const order = ({ role }: Node): number => ORDER[role];

const mapValues = <T, R>(record: Readonly<Record<string, T>>, make: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
