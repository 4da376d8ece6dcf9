import * as crypto from "node:crypto";
import { LIMITS } from "../model/limits";
import type { LabOutputs } from "../infra/outputs";
import type { Platform, Taken } from "../components/platform/platform";
import { GuestWatch, guestsWatched } from "./engine/guests";
import { fullDisk, fullFolder } from "./engine/room";
import { note } from "./terminal/progress";
import { tryRun, withoutInterruption } from "./run";
import { UserError } from "../model/userError";
import type { Session } from "./session/session";
import { table } from "./terminal/table";
import { until } from "./wait";
import type { LabHandle } from "./engine/handle";

/**
 * A snapshot of a whole lab: memory and disks of all guests, kept in each guest's own disk. After a `pulumi up` that changed the lab it does not
 * fit any more.
 */
export type Snapshot = Taken & {
  readonly name: string;
  /** Guests that have it. It is complete if all guests have it. */
  readonly domains: readonly string[];
};

/** The snapshot that `lab up` takes at its end, and that `lab reset` goes back to. */
export const afterUp = "after-up";

const namePattern = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** Refuses a wrong name for a snapshot. */
export function checkName(name: string | undefined): string {
  if (name !== undefined && namePattern.test(name)) return name;
  throw new UserError(
    `snapshot: got ${name ?? "nothing"}, need a name of 1 to 32 lower-case letters, digits and hyphens, without a hyphen at its begin or end`,
  );
}

/** Digest of what is deployed. A guest that is made again has new keys, so the digest changes. */
export const deploymentOf = ({ topology, nodes }: LabOutputs): string =>
  crypto
    .createHash("sha256")
    .update(JSON.stringify([topology, nodes.map(({ domain, hostKey }) => [domain, hostKey])]))
    .digest("hex")
    .slice(0, 16);

/** The snapshots as a table for people. */
export const snapshotTable = (all: readonly Snapshot[]): string =>
  table([
    ["SNAPSHOT", "TAKEN", "GUESTS"],
    ...all.map(({ name, taken, domains }) => [name, taken, `${domains.length}`]),
  ]);

/** The snapshots of a lab, taken from and restored to all its guests at once. */
export class Snapshots {
  private readonly domains: readonly string[];
  private readonly host: Platform;

  constructor(
    private readonly handle: LabHandle,
    private readonly lab: LabOutputs,
  ) {
    this.host = handle.host;
    this.domains = lab.nodes.map(({ domain }) => domain);
  }

  /** Does the same for every guest. Throws a failure only after all of them have ended. */
  private async each<T>(work: (domain: string) => Promise<T>): Promise<T[]> {
    const runs = this.domains.map(work);
    await Promise.allSettled(runs);
    return Promise.all(runs);
  }

  /** Resumes all guests. If one cannot be resumed, the others still are, and an earlier error is still reported. */
  private async wake(): Promise<void> {
    const wakeOne = async (domain: string): Promise<void> => {
      const refusal = await this.host.tryResume(domain);
      if (refusal !== undefined) note(`${domain} cannot be resumed: ${refusal}`);
    };
    await Promise.all(this.domains.map(wakeOne));
  }

  /** All snapshots of the lab, oldest first. */
  async list(): Promise<Snapshot[]> {
    const found = new Map<string, Snapshot>();
    const lists = await this.each((domain) => this.host.snapshotNames(domain));
    for (const [index, names] of lists.entries()) {
      const domain = this.domains[index] ?? "";
      for (const name of names) {
        const known = found.get(name);
        const read = known ?? (await this.host.describeSnapshot(domain, name));
        if (read !== undefined) {
          const { taken, deployment } = read;
          found.set(name, { name, taken, deployment, domains: [...(known?.domains ?? []), domain] });
        }
      }
    }
    return [...found.values()].sort((a, b) => a.taken.localeCompare(b.taken));
  }

  /** Takes a snapshot. All guests are paused meanwhile, so that no packet has reached one guest and is missing in another. */
  async take(name: string): Promise<void> {
    const known = (await this.list()).find((one) => one.name === name);
    if (known?.domains.length === this.domains.length) {
      throw new UserError(
        `snapshot: ${name} exists already (restore it with ./scripts/lab restore ${name}, or take another name)`,
      );
    }
    if (known !== undefined) await this.remove(name); // it was cut off, and nobody can go back to it
    await withoutInterruption(() => this.make(name));
  }

  private async make(name: string): Promise<void> {
    try {
      await this.each((domain) => this.host.pause(domain));
      await this.each((domain) => this.host.takeSnapshot(domain, name, deploymentOf(this.lab)));
    } catch (error) {
      const full = fullFolder(this.handle);
      await this.remove(name); // half a snapshot is useless
      throw full === undefined ? error : new UserError(fullDisk(full, `no room for the snapshot ${name}`));
    } finally {
      await this.wake();
    }
  }

  /** Removes a snapshot from every guest that has it. */
  async remove(name: string): Promise<void> {
    await Promise.all(this.domains.map((domain) => this.host.removeSnapshot(domain, name)));
  }

  /** The snapshot of that name. Throws if the lab cannot go back to it. */
  async complete(name: string): Promise<Snapshot> {
    const all = await this.list();
    const found = all.find((one) => one.name === name);
    if (found === undefined) {
      const names = all.map((one) => one.name).join(", ");
      throw new UserError(
        `snapshot: got ${name}, need ${names === "" ? "a snapshot of this lab, which has none" : `one of: ${names}`}`,
      );
    }
    if (found.deployment !== deploymentOf(this.lab)) {
      throw new UserError(
        `snapshot: ${name} was taken before the last change of the lab: after a restore Pulumi's state would be wrong`,
      );
    }
    const missing = this.domains.filter((domain) => !found.domains.includes(domain));
    if (missing.length > 0) throw new UserError(`snapshot: ${missing.join(", ")} does not have ${name}`);
    return found;
  }

  /** Goes back to a snapshot with all guests at once. The machines outside forget the VIP's MAC. */
  async revert(name: string, session: Session): Promise<void> {
    await this.complete(name);
    await withoutInterruption(async () => {
      try {
        // A guest that is off needs no pause: it starts from the snapshot.
        await Promise.all(this.domains.map((domain) => this.host.pauseIfRunning(domain)));
        await this.each((domain) => this.host.revert(domain, name));
      } finally {
        await this.wake();
      }
    });
    const flush = ["ip", "neigh", "flush", "all"];
    await Promise.all([
      // A client that is a guest went back too.
      ...(session.lab.client.namespace === undefined ? [] : [session.client(flush)]),
      tryRun(session.enter(...flush)),
    ]);
  }

  /** Sets the guests' clocks, which went back with them. */
  async setClocks(session: Session): Promise<void> {
    await Promise.all(
      this.lab.nodes.map(async (node) => {
        // Each node has its own watch: a problem counts only at the second look, and nodes look at different times.
        const watch = new GuestWatch(this.host, guestsWatched(this.handle.stack, [[node.name, node.domain]]));
        /** Throws if the guest fell, because it will not answer later either. */
        const refuseFallen = async (): Promise<void> => {
          const states = await this.host.states([node.domain]);
          const fallen = states && (await watch.look(states, () => "ready"));
          if (fallen !== undefined)
            throw new UserError(`${node.name}: ${fallen.guest?.cause} after the restore:\n  ${fallen.message}`);
        };
        let said = "";
        const set = await until(LIMITS.clock.seconds, async () => {
          const { code, stderr } = await session.ssh(node.name, "/usr/lib/lvs-lab/clock", {
            timeout: LIMITS.clockOnce.seconds,
          });
          said = stderr.trim();
          if (code !== 0) await refuseFallen();
          return code === 0;
        });
        if (!set) throw new UserError(`${node.name}: its clock could not be set after the restore: ${said}`);
      }),
    );
  }
}
