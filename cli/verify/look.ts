/** One look at a machine: commands in one round trip, and what each of them printed. */
import { randomBytes } from "node:crypto";
import type { Session } from "../session";

/**
 * What stands between two answers: 128 random bits, new for each look. What a machine answers was there before it, so it cannot hold
 * the mark, whatever a page or a file says.
 */
export const newMark = (): string => `=== ${randomBytes(16).toString("hex")}`;

/** Shell text: `show NAME COMMAND…` runs a command and prints its name and what it says. */
export const renderShow = (mark: string): string =>
  `show() { printf '%s %s\\n' '${mark}' "$1"; shift; "$@" 2>/dev/null; printf '\\n'; }`;

/** What a look said, by the names of its commands, each with the newline that `show` adds. */
export type Sections = Readonly<Record<string, string>>;

/** Cuts what a look printed into its sections: lines of the mark and a name head them. */
export function sections(text: string, mark: string): Sections {
  const found: Record<string, string> = {};
  for (const part of text.split(new RegExp(`^${mark} `, "m")).slice(1)) {
    const end = part.indexOf("\n");
    found[part.slice(0, end)] = part.slice(end + 1);
  }
  return found;
}

/** Runs commands, each a line `show NAME COMMAND…`, on a node. `code` is the exit code of ssh: 255 is no answer. */
export async function lookAt(
  session: Pick<Session, "ssh">,
  node: string,
  commands: string,
): Promise<{ readonly code: number; readonly part: Sections }> {
  const mark = newMark();
  const { code, stdout } = await session.ssh(node, `${renderShow(mark)}\n${commands}`);
  return { code, part: sections(stdout, mark) };
}
