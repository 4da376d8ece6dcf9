import type * as pulumi from "@pulumi/pulumi";
import type { types } from "@pulumi/command";
import type { Guest } from "../../model/topology/guest";

/**
 * A machine that a role component configures. A `Vm` makes one, and an existing host with SSH can also be one:
 * components do not know the difference.
 */
export type Machine = {
  /** Host name, and prefix of the names of its configuration resources. */
  readonly name: string;
  /** Its operating system. */
  readonly guest: Guest;
  /** Connection for `remote.Command`. It contains the private key, so all of it is a secret. */
  readonly connection: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** Commands wait for this resource: the machine answers SSH and its first boot is over. */
  readonly ready: pulumi.Resource;
  /** Commands are deleted and replaced with this resource, because a removed machine loses its configuration. */
  readonly deletedWith?: pulumi.Resource;
};
