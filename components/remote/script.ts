import * as fs from "node:fs";
import * as path from "node:path";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { LIMITS } from "../../infra/limits";
import type { Machine } from "../machine";
import { shellQuote } from "../vm/seed";

/** Stands for the staged file in a step's `check`. */
export const STAGED = "{staged}";

/** Where a `beneath` step shows the root file system without what is mounted on it: a page under an NFS mount, for example. */
export const BENEATH = "/run/lvs-lab/root";

/** What a swapped file makes necessary. The `unit` step of that unit does it, once for all files. */
export type Event = `reload:${string}` | `restart:${string}`;

/** A file as it shall be. */
export type FileStep = {
  readonly kind: "file";
  readonly path: string;
  readonly content: string;
  /** Default 0644; 0600 where the content is a secret. */
  readonly mode?: `0${string}`;
  /** The daemon's own parser on the staged file ({@link STAGED}); what it refuses is never swapped in. */
  readonly check?: readonly string[];
  readonly events?: readonly Event[];
  /** Keep what was there before the lab came as `path.bak`. */
  readonly backup?: boolean;
};

/** One thing that a machine shall be; applying it twice changes nothing the second time. */
export type Step =
  | FileStep
  /** A sysctl.d file, whose settings also hold in the running kernel at once. */
  | { readonly kind: "sysctl"; readonly path: string; readonly content: string }
  /** A line of a file that others write too, with a word that marks it: it takes the place of every line with that word. */
  | (Omit<FileStep, "kind" | "content"> & { readonly kind: "line"; readonly word: string; readonly line: string })
  /** The root file system without what is mounted on it, at {@link BENEATH}. */
  | { readonly kind: "beneath" }
  /** A file that shall not be there. */
  | { readonly kind: "absent"; readonly path: string; readonly events?: readonly Event[] }
  /** What is added to an interface's systemd.network(5) file, whoever wrote that; without content nothing is. */
  | { readonly kind: "network"; readonly interface: string; readonly content?: string }
  /** A file that a command prints on the machine: only its digest travels. */
  | { readonly kind: "made"; readonly path: string; readonly sha256: string; readonly command: readonly string[] }
  /** Packages that are installed where a file of theirs is missing; from a source and no other if one is named. */
  | {
      readonly kind: "packages";
      readonly manager: "apt" | "dnf";
      readonly source?: string;
      readonly packages: readonly { readonly name: string; readonly file: string }[];
    }
  /**
   * A table of the packet filter, its rules as `nft --numeric-protocol list table` prints them: in the kernel now, and at every boot by
   * nftables' own unit, which loads the file.
   */
  | {
      readonly kind: "ruleset";
      readonly path: string;
      readonly table: string;
      readonly rules: string;
      /** What wants the unit at boot. */
      readonly target: string;
    }
  /** SELinux is permissive: it logs what it would refuse, and refuses nothing. Without SELinux this does nothing. */
  | { readonly kind: "permissive" }
  /** A loaded kernel module. */
  | { readonly kind: "module"; readonly name: string }
  /** A unit that always runs: reloaded if a changed file asks for it, and otherwise not looked at. */
  | { readonly kind: "reload"; readonly name: string }
  /** A systemd unit, a service unless its name says otherwise; an active one is reloaded or restarted when files that changed ask for it. */
  | { readonly kind: "unit"; readonly name: string; readonly enabled: boolean; readonly active: boolean };

const prelude = fs.readFileSync(path.join(__dirname, "prelude.sh"), "utf8");

/**
 * Makes one idempotent POSIX shell script of a list of steps. It is a single `{ … }`: a shell parses that as a whole before
 * it runs any of it, so a script that did not arrive complete is a syntax error and does nothing.
 */
export function composeScript(steps: readonly Step[]): string {
  return ["{", prelude, "begin", ...steps.flatMap(calls), "finish", "exit", "}", ""].join("\n");
}

function calls(step: Step): string[] {
  switch (step.kind) {
    case "file":
    case "line": {
      const check = (step.check ?? []).map((word) => word.replaceAll(STAGED, `${step.path}.staged`));
      const events = (step.events ?? []).join(" ");
      const content = step.kind === "file" ? ["file", step.path] : ["line", step.word, step.path];
      const [name = "", ...words] = content;
      return [
        ...(step.backup === true ? [call("backup", step.path)] : []),
        call(name, ...words, step.mode ?? "0644", step.kind === "file" ? step.content : step.line, events, ...check),
      ];
    }
    case "beneath":
      return ["beneath"];
    case "sysctl":
      return [
        ...calls({ kind: "file", path: step.path, content: step.content }),
        call("settings", ...settings(step.content).flat()),
      ];
    case "absent":
      return [call("absent", step.path, (step.events ?? []).join(" "))];
    case "made":
      return [call("made", step.path, step.sha256, ...step.command)];
    case "packages":
      return [
        call("packages", step.manager, step.source ?? "", ...step.packages.flatMap(({ name, file }) => [name, file])),
      ];
    case "ruleset":
      return [call("ruleset", step.path, step.table, step.target, rulesFile(step))];
    case "permissive":
      return ["permissive"];
    case "module":
      return [call("module", step.name)];
    case "network":
      return [call("network", step.interface, step.content ?? "")];
    case "reload":
      return [call("reload", step.name)];
    case "unit":
      return [call("unit", step.name, step.enabled ? "enabled" : "disabled", step.active ? "active" : "inactive")];
  }
}

/** The file of a table of the packet filter: it takes the place of an earlier one in one go, and leaves all others alone. */
export const rulesFile = ({ table, rules }: { readonly table: string; readonly rules: string }): string =>
  `# Generated by lvs-lab: changes are lost.\ntable ${table}\ndelete table ${table}\n\n${rules}`;

const call = (name: string, ...words: readonly string[]): string => [name, ...words.map(shellQuote)].join(" ");

/** Settings of a sysctl.d(5) file, by path below /proc/sys. */
export function settings(content: string): [path: string, value: string][] {
  return content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line))
    .map((line) => {
      const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (key === undefined || value === undefined) throw new Error(`sysctl: got ${line}, need key = value`);
      // sysctl.d(5): with a slash first, dots are part of names ("net/ipv4/conf/eth0.100").
      const separator = /[./]/.exec(key)?.[0];
      return [separator === "/" ? key : key.replaceAll(".", "/"), value];
    });
}

/** Seconds that a configuration may take; an emulated guest needs 30, and some 200 where packages have to be installed. */
const limit = LIMITS.script.seconds;

/**
 * Runs a script from standard input, so that nothing of it is on a command line. The words after it run only if no script arrived,
 * because a complete one exits by itself. A constant, so that only the content decides whether it runs again.
 */
export const RUN_SCRIPT = `exec timeout --kill-after=10 ${limit} sh -c 'eval "$(cat)"; echo "lvs-lab: no script on standard input" >&2; exit 70'`;

/** How a script is run on a machine. */
export type ScriptArgs = {
  readonly machine: Machine;
  /** From {@link composeScript}. */
  readonly script: pulumi.Input<string>;
  /** The script holds a secret: it is one in the state, and only what went wrong is logged (no step prints content there). */
  readonly secret?: boolean;
};

/**
 * Configures a machine by one script, which runs again when its text changes (no `update`, so `create` does it) and when the
 * machine is replaced. There is no `delete`: configuration goes with its machine.
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
      // Would need AcceptEnv on the machine, and nothing reads it.
      addPreviousOutputInEnv: false,
    },
    pulumi.mergeOptions(opts, {
      dependsOn: machine.ready,
      customTimeouts: { create: "20m", update: "20m" },
      ...livesWith(machine),
    }),
  );
}

/** Options of a command that belongs to a machine: deleted with it, without running anything, and replaced with it. */
export function livesWith({ deletedWith }: Pick<Machine, "deletedWith">): pulumi.CustomResourceOptions {
  return deletedWith === undefined ? {} : { deletedWith, replaceWith: [deletedWith] };
}
