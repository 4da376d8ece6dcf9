import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { LIMITS } from "../../../model/limits";
import type { Machine } from "../machine";

/** Seconds that a configuration may take. An emulated guest needs 30, and about 200 if it must install packages. */
const limit = LIMITS.script.seconds;

/**
 * Runs a script from standard input, so that no part of it is on a command line. The words after it run only if no script arrived,
 * because a complete one exits. It is a constant, so that only the content decides whether the script runs again.
 */
export const RUN_SCRIPT = `exec timeout --kill-after=10 ${limit} sh -c 'eval "$(cat)"; echo "lvs-lab: no script on standard input" >&2; exit 70'`;

/** Options for running a script on a machine. */
export type ScriptArgs = {
  readonly machine: Machine;
  /** From `composeScript`. */
  readonly script: pulumi.Input<string>;
  /** Whether the script contains a secret. Then it is a secret in the state, and only errors are logged (no step prints content there). */
  readonly secret?: boolean;
};

/**
 * Configures a machine by one script. It runs again if its text changes (there is no `update`, so `create` does it) or the
 * machine is replaced. There is no `delete`, because the configuration disappears with its machine.
 */
export function runScript(
  name: string,
  { machine, script, secret = false }: ScriptArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  return new remote.Command(
    name,
    {
      connection: machine.connection,
      create: RUN_SCRIPT,
      stdin: secret ? pulumi.secret(script) : script,
      logging: secret ? remote.Logging.Stderr : remote.Logging.StdoutAndStderr,
      // It would need AcceptEnv on the machine, and nothing reads it.
      addPreviousOutputInEnv: false,
    },
    pulumi.mergeOptions(opts, {
      dependsOn: machine.ready,
      customTimeouts: { create: "20m", update: "20m" },
      ...livesWith(machine),
    }),
  );
}

/** Options of a command that belongs to a machine. It is deleted with the machine, without running anything, and replaced with it. */
export function livesWith({ deletedWith }: Pick<Machine, "deletedWith">): pulumi.CustomResourceOptions {
  return deletedWith === undefined ? {} : { deletedWith, replaceWith: [deletedWith] };
}
