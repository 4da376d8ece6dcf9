/**
 * What a drill has taken away and not put back yet: a note in the state folder, written before anything is broken. If the drill's process is killed,
 * the next drill, verify or up puts it back.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../model/userError";
import { libvirtOf } from "../engine/deployed";
import { processOf } from "../engine/locks";
import type { Stack } from "../engine/stack";
import { stateDir } from "../paths";
import type { Session } from "../session/session";
import { note } from "../terminal/progress";
import { writeWhole } from "../wholeFile";
import { type Act, actText, performAll } from "./act";

type Left = {
  readonly drill: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly undo: readonly Act[];
};

/** The note of a stack. */
export const leftFile = ({ name }: Pick<Stack, "name">): string => path.join(stateDir, "drills", `${name}.json`);

/** Writes down what has to be put back. */
export function writeLeft(stack: Pick<Stack, "name">, drill: string, undo: readonly Act[]): void {
  const file = leftFile(stack);
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const left: Left = { drill, pid: process.pid, since: Date.now(), undo };
  writeWhole(file, JSON.stringify(left));
}

/** Forgets it: it is put back, or the lab is gone. */
export const forgetLeft = (stack: Pick<Stack, "name">): void => fs.rmSync(leftFile(stack), { force: true });

function readLeft(stack: Pick<Stack, "name">): Left | undefined {
  try {
    return JSON.parse(fs.readFileSync(leftFile(stack), "utf8")) as Left;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote the note runs. Numbers of processes are used again: another one began later. */
const isRunning = ({ pid, since }: Left): boolean => {
  const found = pid === process.pid ? undefined : processOf(pid);
  return found !== undefined && found.started <= since + 5000;
};

/** Puts back what a killed drill left, and says so. Refuses if that drill is still running. */
export async function healLeft(stack: Stack, session: Session): Promise<void> {
  const left = readLeft(stack);
  if (left === undefined) return;
  if (isRunning(left))
    throw new UserError(
      `drill ${left.drill} is running in this lab (process ${left.pid}): wait for it, or press Ctrl-C there`,
    );
  const host = await libvirtOf(stack);
  if (host === undefined) return;
  note(`drill ${left.drill} was cut off: putting back ${left.undo.map(actText).join("; ") || "nothing"}`);
  await performAll({ session, host }, left.undo);
  forgetLeft(stack);
}
