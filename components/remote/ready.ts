import { remote, type types } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { LIMITS } from "../../infra/limits";
import type { Machine } from "../machine";
import { livesWith } from "./script";

/** Seconds that the boot may go on after SSH answers. */
const bootLimit = LIMITS.guestBoots.seconds;

/** Seconds that a guest may need until SSH answers, unless the stack says otherwise: an emulated one on a busy host. */
export const defaultBootTimeout = LIMITS.guestRefuses.seconds;

/**
 * Waits for the end of the boot, within a limit. A degraded system counts as up: the failed unit is named, and whatever needs it
 * fails with a better message of its own. A forked guest booted before its memory was saved, so systemctl is not asked there: it
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
 * Dials in a second. A port that refuses answers at once, and the plugin then pauses for half a second. An address that is not there yet
 * takes 3 s more, and a silent one takes as long as a dial may. So a number of dials is a minimum time, and a deadline is the maximum.
 */
const dialsPerSecond = 2;
/** Seconds. The handshake counts as part of a dial, and an emulated guest that still boots needs seconds for it. */
const perDialTimeout = LIMITS.guestDial.seconds;

/** A machine that does not have its `ready` yet. */
export type Booting = Pick<Machine, "name" | "deletedWith"> & {
  readonly connection: pulumi.Input<types.input.remote.ConnectionArgs>;
  /** Seconds for which it may refuse SSH; all in all, silent or still booting, it may take three times as long. */
  readonly bootTimeout: number;
};

/** Waits until a machine answers SSH with its pinned host key and its boot is over. Everything on it waits for this. */
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
