import { remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { LIMITS } from "../../../model/limits";
import type { Machine } from "../machine";
import { livesWith } from "./runScript";

/** Seconds that the boot may take after SSH answers. */
const bootLimit = LIMITS.guestBoots.seconds;

/** Default of the seconds until SSH answers. It is enough for an emulated guest on a busy host. */
export const defaultBootTimeout = LIMITS.guestRefuses.seconds;

/**
 * Waits for the end of the boot, within a limit. A degraded system counts as up: the failed unit is named, and steps that need it
 * fail with a better message. A forked guest booted before its memory was saved, so systemctl is not used there: it
 * would cost a second of an emulated CPU.
 */
const AWAIT_BOOT = `[ ! -e /run/lvs-lab/came-up ] || { read -r seconds rest </proc/uptime && echo "up for $seconds s" && exit; }
state=$(timeout ${bootLimit} systemctl is-system-running --wait || :)
case $state in
  running) ;;
  degraded) echo "up, but with failed units:" >&2; systemctl --no-pager --plain --no-legend list-units --failed >&2 ;;
  *) echo "$(uname -n): waited ${bootLimit} s for the end of the boot, it is still \${state:-without an answer}; waiting for:" >&2
    systemctl --no-pager --plain --no-legend list-jobs >&2; exit 1 ;;
esac
read -r seconds rest </proc/uptime && echo "up for $seconds s"`;

/**
 * Attempts to connect per second. A refusing port answers at once, and the plugin then pauses for half a second. An address that does not exist yet
 * takes 3 s more, and a silent one takes the whole limit of an attempt. So the number of attempts sets a minimum time, and a deadline the maximum.
 */
const dialsPerSecond = 2;
/** Seconds of one attempt, including the handshake. A booting emulated guest needs seconds for it. */
const perDialTimeout = LIMITS.guestDial.seconds;

/** A machine without its `ready`. */
export type Booting = Pick<Machine, "name" | "deletedWith"> & {
  readonly connection: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** Seconds for which it may refuse SSH. In total, silent or still booting, it may take three times as long. */
  readonly bootTimeout: number;
};

/** Waits until a machine answers SSH with its pinned host key and has finished booting. Its whole configuration waits for this. */
export function awaitReady(name: string, machine: Booting, opts: pulumi.CustomResourceOptions): remote.Command {
  const patience = { dialErrorLimit: dialsPerSecond * machine.bootTimeout, perDialTimeout };
  const deadline = `${3 * machine.bootTimeout}s`;
  return new remote.Command(
    name,
    {
      connection: pulumi.secret(
        pulumi.output(machine.connection).apply((connection) => ({ ...connection, ...patience })),
      ),
      create: AWAIT_BOOT,
      addPreviousOutputInEnv: false,
    },
    pulumi.mergeOptions(opts, {
      customTimeouts: { create: deadline, update: deadline },
      ...(machine.deletedWith === undefined ? {} : { dependsOn: machine.deletedWith }),
      ...livesWith(machine),
    }),
  );
}
