import type * as pulumi from "@pulumi/pulumi";
import type { PackageSource } from "../../model/topology/guest";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { KeyPair } from "../machine/keypair";
import type { Machine } from "../machine/machine";

/** What every platform needs to make a lab's hardware. */
export type HardwareArgs = {
  /** The lab. */
  readonly topology: Topology;
  /** The key that logs in as root. */
  readonly loginKey: KeyPair;
  /** Where guests get missing packages; undefined: from their own system's sources. */
  readonly packages?: PackageSource | undefined;
};

/** A machine of the topology that a platform has made. */
export type MadeMachine = {
  readonly node: Node;
  /** The machine for its role's component. */
  readonly machine: Machine;
  /** The pinned host key, "ssh-ed25519 AAAA…". */
  readonly hostKey: pulumi.Output<string>;
};

/** A segment of the topology that a platform has made. */
export type MadeSegment = {
  /** Its Linux bridge on the machine that runs Pulumi. It exists when this value is known. */
  readonly bridge: pulumi.Output<string>;
  /** The resource with which the bridge is replaced; undefined: the bridge was there before. */
  readonly network?: pulumi.Resource;
};

/** Machines that answer SSH and have no role yet, and the segments between them. The names are the topology's. */
export type Hardware = {
  readonly segments: Readonly<Record<string, MadeSegment>>;
  /** The guests in the order of the topology, the client last. */
  readonly machines: Readonly<Record<string, MadeMachine>>;
};
