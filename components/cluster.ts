import * as pulumi from "@pulumi/pulumi";
import { prefixLength } from "../model/topology/addresses";
import { clientInterface, clientPort, machineComponent } from "../model/topology/names";
import type { Role } from "../model/topology/node";
import { ROLES, roundOf } from "./roles";
import { Client } from "./roles/client/namespace";
import { RoleComponent } from "./roles/component";
import { KeyPair } from "./machine/keypair";
import type { Hardware, HardwareArgs } from "./platform/hardware";
import { type LibvirtArgs, libvirtHardware } from "./platform/libvirt/hardware";

/** The lab, and how its machines are made. */
export type ClusterArgs = Omit<HardwareArgs, "loginKey"> &
  LibvirtArgs & {
    /** Network namespace of the client, if it is not a guest. */
    readonly clientNamespace: string;
    /** VRRP password, if the topology has none. */
    readonly authPass?: pulumi.Input<string> | undefined;
  };

/** A whole lab: storage, segments, machines with their roles, and the client. */
export class Cluster extends pulumi.ComponentResource {
  /** The root key for every machine. */
  readonly loginKey: KeyPair;
  /** The guests by name, in the order of the topology, the client last. */
  readonly machines: Hardware["machines"];

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Cluster", name, {}, opts);
    const { topology, clientNamespace, authPass } = args;
    const child = { parent: this };

    this.loginKey = new KeyPair(`${name}-login-key`, child);
    const { segments, machines } = libvirtHardware(name, { ...args, loginKey: this.loginKey }, child);
    this.machines = machines;

    // A share is made before the web servers that mount it, and real servers before the directors that balance them (004-13):
    // keepalived considers a new real server healthy until its check fails.
    const configured: Partial<Record<Role, pulumi.Resource[]>> = {};
    const inOrder = Object.entries(machines).sort(([, a], [, b]) => roundOf(a.node.role) - roundOf(b.node.role));
    for (const [key, { machine, node }] of inOrder) {
      const after = ROLES[node.role].after.flatMap((role) => configured[role] ?? []);
      const made = new RoleComponent(machineComponent(name, key), { machine, topology, node, authPass, after }, child);
      (configured[node.role] ??= []).push(made);
    }

    const { client } = topology;
    if (client.kind !== "vm") {
      const [segment, at] = [segments[client.segment], topology.segments[client.segment]];
      if (segment === undefined || at === undefined) throw new Error(`no segment ${client.segment}`);
      new Client(
        machineComponent(name, "client"),
        {
          segment,
          namespace: clientNamespace,
          card: clientInterface,
          port: clientPort(topology.name),
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
