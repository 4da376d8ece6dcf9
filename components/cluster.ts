import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../infra/model/addresses";
import { bridgeName, clientInterface, clientNamespace, clientPort, networkName, poolName } from "../infra/model/names";
import type { Node, Topology } from "../infra/model/topology";
import { Client } from "./client";
import { Director } from "./director";
import { Image } from "./image";
import { KeyPair } from "./keypair";
import { Router } from "./router";
import { Segment } from "./segment";
import { type Accelerator, Vm } from "./vm";
import { WebServer } from "./web";

export type ClusterArgs = {
  /** The lab. */
  readonly topology: Topology;
  /** Digest of the guest image's recipe. */
  readonly imageDigest: string;
  /** Folder where built images are kept. */
  readonly cacheDir: string;
  readonly accelerator: Accelerator;
  /** Folder of the lab's storage pool on the hypervisor. */
  readonly poolPath: string;
  /** Folder of the serial logs on the hypervisor. */
  readonly consoleDir: string;
  /** VRRP password, where the topology gives none. */
  readonly authPass?: pulumi.Input<string> | undefined;
};

/** A whole lab: storage, segments, machines with their roles, and the client. */
export class Cluster extends pulumi.ComponentResource {
  /** The key that logs in to every machine as root. */
  readonly loginKey: KeyPair;
  /** The machines by name, in the order of the topology. */
  readonly vms: Readonly<Record<string, Vm>>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Cluster", name, {}, opts);
    const { topology, imageDigest: digest, cacheDir, accelerator, poolPath, consoleDir, authPass } = args;
    const lab = topology.name;
    const child = { parent: this };

    const pool = new libvirt.Pool(
      `${name}-pool`,
      { name: poolName(lab), type: "dir", target: { path: poolPath } },
      // How full it is is no difference.
      { ...child, deleteBeforeReplace: true, ignoreChanges: ["allocation", "available", "capacity"] },
    );
    const image = new Image(`${name}-image`, { digest, cacheDir, pool }, child);
    this.loginKey = new KeyPair(`${name}-login-key`, child);

    const segments = mapValues(
      topology.segments,
      (segment, key) =>
        new Segment(`${name}-${key}`, { segment, network: networkName(lab, key), bridge: bridgeName(lab, key) }, child),
    );

    const { loginKey } = this;
    this.vms = mapValues(
      topology.nodes,
      (node, key) =>
        new Vm(`${name}-${key}`, { topology, node, segments, pool, image, loginKey, accelerator, consoleDir }, child),
    );

    // All roles at once: a health check that fails until its real server is there costs one more round of checks, waiting
    // for the real servers a whole boot.
    for (const [key, { machine }] of Object.entries(this.vms)) {
      const node = topology.nodes[key] as Node;
      switch (node.role) {
        case "director":
          new Director(`${name}-${key}`, { machine, topology, node, authPass }, child);
          break;
        case "web":
          new WebServer(`${name}-${key}`, { machine, topology, node }, child);
          break;
        case "router":
          new Router(`${name}-${key}`, { machine, topology, node }, child);
          break;
      }
    }

    const { client } = topology;
    const [segment, at] = [segments[client.segment], topology.segments[client.segment]];
    if (segment === undefined || at === undefined) throw new Error(`no segment ${client.segment}`);
    new Client(
      `${name}-client`,
      {
        segment,
        namespace: clientNamespace(lab),
        card: clientInterface,
        port: clientPort(lab),
        addresses: client.addresses.map((address) => `${address}/${prefixLength(at.cidr)}`),
        mac: client.mac,
        routes: client.routes ?? [],
      },
      child,
    );
    this.registerOutputs({});
  }
}

const mapValues = <T, R>(record: Readonly<Record<string, T>>, make: (value: T, key: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
