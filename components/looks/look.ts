/** What a look at a machine is: several commands in one round trip, and how the output of each is read. */
import { randomBytes } from "node:crypto";
import type { Family } from "../../model/topology/guest";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";

/** The machine that is looked at, with what its role adds to the looks at every machine (`lookedAt` of the registry of roles). */
export type Looked<N extends Node = Node> = {
  readonly topology: Topology;
  readonly node: N;
  readonly family: Family;
  /** Units to look at: systemd's name by the name that checks know. */
  readonly units: Readonly<Record<string, string>>;
  readonly looks: readonly Look<object>[];
  /** Further looks, for the drill that looks at what machines expose. */
  readonly exposes: readonly Look<object>[];
};

/** The outputs of the commands by their names, each with the newline that `show` adds. */
export type Sections = Readonly<Record<string, string>>;

/**
 * One thing to see on a machine. `Seen` has the fields that it adds to what is known about the machine. `N` is the kind of node that it looks at:
 * a role's look runs on machines of that role alone.
 */
export type Look<Seen extends object, N extends Node = Node> = {
  /** Shell lines `show NAME COMMAND…`, each with its newline; empty: this machine has nothing of it. */
  ask(machine: Looked<N>): string;
  /** Shell text that runs beside the commands of all looks: it begins before the first of them. Default: none. */
  begin?(machine: Looked<N>): string;
  /** Reads the outputs of `ask`. A command that was not asked, or an unreachable machine, has no output. */
  read(sections: Sections, machine: Looked<N>): Seen;
};

/** The shell text of some looks at a machine: one command, because a round trip is slow in an emulated guest. */
export const askAll = (looks: readonly Look<object>[], machine: Looked): string =>
  `${looks.map((look) => look.begin?.(machine) ?? "").join("")}\n${looks.map((look) => look.ask(machine)).join("")}`;

/** Reads the outputs of some looks at a machine: the fields of all of them. */
export const readAll = (looks: readonly Look<object>[], sections: Sections, machine: Looked): object =>
  Object.assign({}, ...looks.map((look) => look.read(sections, machine))) as object;

/** The trimmed output of a command. */
export const textOf = (sections: Sections, name: string): string => (sections[name] ?? "").trim();

/** The lines of a command's output that are not empty. */
export const linesOf = (sections: Sections, name: string): string[] =>
  (sections[name] ?? "").split("\n").filter(Boolean);

/**
 * The mark between two outputs: 128 random bits, new for each look. Pages and files existed before the mark, so no output can contain it.
 */
export const newMark = (): string => `=== ${randomBytes(16).toString("hex")}`;

/** Shell text: `show NAME COMMAND…` runs a command, and prints the name and the command's output. */
export const renderShow = (mark: string): string =>
  `show() { printf '%s %s\\n' '${mark}' "$1"; shift; "$@" 2>/dev/null; printf '\\n'; }`;

/** Cuts the output of a look into its sections. Each begins with a line of the mark and a name. */
export function sections(text: string, mark: string): Sections {
  const found: Record<string, string> = {};
  for (const part of text.split(new RegExp(`^${mark} `, "m")).slice(1)) {
    const end = part.indexOf("\n");
    found[part.slice(0, end)] = part.slice(end + 1);
  }
  return found;
}

/** Runs shell text on a machine. `code` is ssh's exit code; 255: no answer. */
export type Shell = {
  ssh(
    node: string,
    command: string,
  ): Promise<{ readonly code: number; readonly stdout: string; readonly timedOut?: true }>;
};

/**
 * Runs commands, each a line `show NAME COMMAND…`, on a node. `code` is ssh's exit code; 255: no answer. An answer that was cut off, as on a
 * starved host, is none: what it lacks would count as missing on the machine.
 */
export async function lookAt(
  shell: Shell,
  node: string,
  commands: string,
): Promise<{ readonly code: number; readonly part: Sections }> {
  const mark = newMark();
  const { code, stdout, timedOut } = await shell.ssh(node, `${renderShow(mark)}\n${commands}`);
  return timedOut === true ? { code: 255, part: {} } : { code, part: sections(stdout, mark) };
}
