import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../infra/model/guest";
import type { ClientNode, Topology } from "../../infra/model/topology";
import { guestSteps } from "../family/steps";
import type { Machine } from "../machine";
import { composeScript, runScript, type Step } from "../remote/script";

export type ClientGuestArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** The client as one of its guests. */
  readonly node: ClientNode;
};

/** The client as a guest: where the hypervisor is another machine, whose bridges no namespace of this one can be plugged into. */
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

/** What makes a machine a client, in order: its routes, and what `verify` asks with. */
export const clientSteps = (topology: Topology, node: ClientNode, guest: Guest = DEBIAN): Step[] =>
  guestSteps(topology, node, guest, ["arping"]);
