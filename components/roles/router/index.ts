import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { RouterNode, Topology } from "../../../model/topology/topology";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { composeScript, runScript, type Step } from "../../machine/remote/script";
import { renderRouterSysctl } from "./sysctl";

export type RouterArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Name of this router. */
  readonly node: RouterNode;
};

/** A router between segments. Real servers without an address in the client's segment send their answers through it. */
export class Router extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node }: RouterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:Router", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(routerSteps(topology, node, machine.guest)) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The steps that make a machine a router. */
export function routerSteps(topology: Topology, node: RouterNode, guest: Guest = DEBIAN): Step[] {
  return [
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRouterSysctl(node) },
    ...guestSteps(topology, node, guest, []),
  ];
}
