import * as fs from "node:fs";
import { processOf } from "./locks";
import { pause } from "../wait";

/** A process as the search for orphans needs it. */
export type Relative = {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly ours: boolean;
};

/**
 * Plugins of a stack that outlived their engine, with everything that they started. They may be making something that no state will record.
 * Plugins notice only after minutes that their engine is gone.
 */
export function orphansOf(processes: readonly Relative[]): number[] {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const beneath = (one: Relative, is: (ancestor: Relative) => boolean): boolean => {
    const parent = byPid.get(one.parent);
    return parent !== undefined && (is(parent) || beneath(parent, is));
  };
  const isPlugin = ({ program, ours }: Relative): boolean =>
    ours && /^pulumi-(resource|language|analyzer)-/.test(program);
  const isOrphan = (one: Relative): boolean => isPlugin(one) && !beneath(one, ({ program }) => program === "pulumi");
  return processes.filter((one) => isOrphan(one) || beneath(one, isOrphan)).map(({ pid }) => pid);
}

/** The processes of this machine. Those whose environment has these variables are the stack's. */
function processes(environment: readonly string[]): Relative[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const program = Number.isInteger(pid) ? processOf(pid)?.program : undefined;
    if (program === undefined) return [];
    try {
      const variables = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      const parent = Number(/^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
      return [{ pid, parent, program, ours: environment.every((one) => variables.includes(one)) }];
    } catch {
      return []; // it has ended, or this user may not read it
    }
  });
}

/** Ends the orphans among the processes with these variables, and waits until they are gone. */
export async function endOrphans(environment: readonly string[]): Promise<number> {
  const orphans = orphansOf(processes(environment));
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    for (const pid of orphans.filter((one) => processOf(one) !== undefined)) {
      try {
        process.kill(pid, signal);
      } catch {
        // It ended by itself.
      }
    }
    for (let n = 0; n < 20 && orphans.some((pid) => processOf(pid) !== undefined); n++) await pause(0.1);
  }
  return orphans.length;
}
