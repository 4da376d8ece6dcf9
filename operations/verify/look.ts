/** One look at a machine: several commands in one round trip, and the output of each. */
import { randomBytes } from "node:crypto";
import type { Session } from "../session/session";

/**
 * The mark between two outputs: 128 random bits, new for each look. Pages and files existed before the mark, so no output can contain it.
 */
export const newMark = (): string => `=== ${randomBytes(16).toString("hex")}`;

/** Shell text: `show NAME COMMAND…` runs a command, and prints the name and the command's output. */
export const renderShow = (mark: string): string =>
  `show() { printf '%s %s\\n' '${mark}' "$1"; shift; "$@" 2>/dev/null; printf '\\n'; }`;

/** The outputs of a look by the names of its commands, each with the newline that `show` adds. */
export type Sections = Readonly<Record<string, string>>;

/** Cuts the output of a look into its sections. Each begins with a line of the mark and a name. */
export function sections(text: string, mark: string): Sections {
  const found: Record<string, string> = {};
  for (const part of text.split(new RegExp(`^${mark} `, "m")).slice(1)) {
    const end = part.indexOf("\n");
    found[part.slice(0, end)] = part.slice(end + 1);
  }
  return found;
}

/** Runs commands, each a line `show NAME COMMAND…`, on a node. `code` is ssh's exit code; 255: no answer. */
export async function lookAt(
  session: Pick<Session, "ssh">,
  node: string,
  commands: string,
): Promise<{ readonly code: number; readonly part: Sections }> {
  const mark = newMark();
  const { code, stdout } = await session.ssh(node, `${renderShow(mark)}\n${commands}`);
  return { code, part: sections(stdout, mark) };
}
