import * as pulumi from "@pulumi/pulumi";
import { partName } from "../../model/topology/names";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { Machine } from "../machine/machine";
import { runScript } from "../machine/remote/runScript";
import { composeScript } from "../machine/remote/script";
import { roleOf, roleSteps } from ".";

export type RoleComponentArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Its node. */
  readonly node: Node;
  /** VRRP password; undefined: the topology has one or needs none. */
  readonly authPass?: pulumi.Input<string> | undefined;
  /** Resources that must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/** A machine in its role, as the role's own type of component: Director, WebServer … */
export class RoleComponent extends pulumi.ComponentResource {
  constructor(
    name: string,
    { machine, topology, node, authPass, after }: RoleComponentArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const role = roleOf(node);
    const { component } = role;
    const secret = role.holdsSecret?.(node) ?? role.secret;
    super(`lvs-lab:index:${component}`, name, {}, opts);

    const compose = (pass?: string): string => composeScript(roleSteps(topology, node, pass, machine.guest));
    // keepalived.conf holds the VRRP password.
    const script = secret ? pulumi.output(authPass).apply(compose) : compose();
    runScript(partName(name, "configure"), { machine, script, secret }, { parent: this, dependsOn: [...after] });
    this.registerOutputs({});
  }
}
