import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/command";
import type { Guest } from "../infra/model/guest";

/**
 * A machine that a role component configures. A `Vm` makes one; an existing host reached by SSH can be one too:
 * the components do not know where it came from.
 */
export type Machine = {
  /** Host name, also the prefix of the names of the resources that configure it. */
  readonly name: string;
  /** The system that it runs. */
  readonly guest: Guest;
  /** How `remote.Command` reaches it; holds the private key, so it is a secret as a whole. */
  readonly connection: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** Commands wait for this: the machine answers SSH and its first boot is over. */
  readonly ready: pulumi.Resource;
  /** What the commands are deleted and replaced with: a machine that goes takes its configuration along. */
  readonly deletedWith?: pulumi.Resource;
};
