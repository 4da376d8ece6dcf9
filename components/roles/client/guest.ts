import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { ClientNode, Topology } from "../../../model/topology/topology";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { composeScript, runScript, type Step } from "../../machine/remote/script";

export type ClientGuestArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** The client as one of its guests. */
  readonly node: ClientNode;
};

/** The client as a guest. Needed if the hypervisor is another machine, because a namespace of this machine cannot use its bridges. */
export class ClientGuest extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node }: ClientGuestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:ClientGuest", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(clientSteps(topology, node, machine.guest)) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The steps that make a machine a client: its routes, and the programs that `verify` uses. */
export const clientSteps = (topology: Topology, node: ClientNode, guest: Guest = DEBIAN): Step[] =>
  guestSteps(topology, node, guest, ["arping"]);
