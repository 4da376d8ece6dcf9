/**
 * What a drill has taken away and not put back yet: a note in the state folder, written before anything is broken. If the drill's process is killed,
 * the next drill, verify or up puts it back.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Platform } from "../../components/platform/platform";
import { UserError } from "../../model/userError";
import { findLab, inSession } from "../engine/deployed";
import { processOf } from "../engine/locks";
import type { Stack } from "../engine/stack";
import { stateDir } from "../paths";
import type { Session } from "../session/session";
import { note } from "../terminal/progress";
import { writeWhole } from "../wholeFile";
import { type Act, actText, type Hands, performAll } from "./act";

type Written = {
  readonly drill: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly undo: readonly Act[];
};

/** The note. */
export class Left {
  constructor(private readonly file: string) {}

  get exists(): boolean {
    return fs.existsSync(this.file);
  }

  /** Writes down what has to be put back. */
  write(drill: string, undo: readonly Act[]): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const written: Written = { drill, pid: process.pid, since: Date.now(), undo };
    writeWhole(this.file, JSON.stringify(written));
  }

  /** Forgets it: it is put back, or the lab is gone. */
  forget(): void {
    fs.rmSync(this.file, { force: true });
  }

  /** Puts back what a killed drill left, and says so. Refuses if that drill is still running. Without a host nothing is done. */
  async heal({ session, host }: { readonly session: Session; readonly host: Platform | undefined }): Promise<void> {
    const left = this.read();
    if (left === undefined) return;
    if (isRunning(left))
      throw new UserError(
        `drill ${left.drill} is running in this lab (process ${left.pid}): wait for it, or press Ctrl-C there`,
      );
    if (host === undefined) return;
    note(`drill ${left.drill} was cut off: putting back ${left.undo.map(actText).join("; ") || "nothing"}`);
    await performAll({ session, host }, left.undo);
    this.forget();
  }

  private read(): Written | undefined {
    try {
      return JSON.parse(fs.readFileSync(this.file, "utf8")) as Written;
    } catch {
      return undefined;
    }
  }
}

/** The note of a stack. */
export const leftOf = ({ name }: Pick<Stack, "name">): Left => new Left(path.join(stateDir, "drills", `${name}.json`));

/** Whether the process that wrote the note runs. Numbers of processes are used again: another one began later. */
const isRunning = ({ pid, since }: Written): boolean => {
  const found = pid === process.pid ? undefined : processOf(pid);
  return found !== undefined && found.started <= since + 5000;
};

/** Opens a session into a deployed lab, puts back what a killed drill left there, and does the work. */
export async function inHealed<T>(stack: Stack, work: (hands: Hands) => Promise<T>): Promise<T> {
  const found = await findLab(stack);
  return inSession(found, async (session) => {
    const hands = { session, host: found.host };
    await leftOf(stack).heal(hands);
    return work(hands);
  });
}
