import * as fs from "node:fs";
import * as path from "node:path";
import { shellQuote } from "../../../model/shellQuote";

/** Placeholder for the staged file in a step's `check`. */
export const STAGED = "{staged}";

/** Path at which a `beneath` step shows the root file system without its mounts, for example a page below an NFS mount. */
export const BENEATH = "/run/lvs-lab/root";

/** What a changed file requires. The `unit` step of that unit does it once for all files. */
export type Event = `reload:${string}` | `restart:${string}`;

/** A file with its expected content. */
export type FileStep = {
  readonly kind: "file";
  readonly path: string;
  readonly content: string;
  /** Default: 0644; 0600 for a secret. */
  readonly mode?: `0${string}`;
  /** Command that runs the daemon's own parser on the staged file ({@link STAGED}). A refused file is never installed. */
  readonly check?: readonly string[];
  readonly events?: readonly Event[];
  /** Whether to keep the original file as `path.bak`. */
  readonly backup?: boolean;
};

/** One property of a machine. Applying it a second time changes nothing. */
export type Step =
  | FileStep
  /** A sysctl.d file. Its settings also apply to the running kernel at once. */
  | { readonly kind: "sysctl"; readonly path: string; readonly content: string }
  /** A line of a shared file, with a marking word. It replaces every line with that word. */
  | (Omit<FileStep, "kind" | "content"> & { readonly kind: "line"; readonly word: string; readonly line: string })
  /** The root file system without its mounts, at {@link BENEATH}. */
  | { readonly kind: "beneath" }
  /** A file that must not exist. */
  | { readonly kind: "absent"; readonly path: string; readonly events?: readonly Event[] }
  /** A drop-in for an interface's systemd.network(5) file; none without content. */
  | { readonly kind: "network"; readonly interface: string; readonly content?: string }
  /** A file that a command prints on the machine. Only its digest is sent. */
  | { readonly kind: "made"; readonly path: string; readonly sha256: string; readonly command: readonly string[] }
  /** Packages, installed if one of their files is missing. If a source is named, only from that source. */
  | {
      readonly kind: "packages";
      readonly manager: "apt" | "dnf";
      readonly source?: string;
      readonly packages: readonly { readonly name: string; readonly file: string }[];
    }
  /**
   * A table of the firewall, with rules in the form of `nft --numeric-protocol list table`: in the kernel now, and at every boot by
   * nftables' own unit, which loads the file.
   */
  | {
      readonly kind: "ruleset";
      readonly path: string;
      readonly table: string;
      readonly rules: string;
      /** The target that starts the unit at boot. */
      readonly target: string;
    }
  /** Makes SELinux permissive: it only logs what it would refuse. Without SELinux this does nothing. */
  | { readonly kind: "permissive" }
  /** A loaded kernel module. */
  | { readonly kind: "module"; readonly name: string }
  /** A unit that always runs. It is reloaded if a changed file requires it, and otherwise ignored. */
  | { readonly kind: "reload"; readonly name: string }
  /** A systemd unit, by default a service. An active one is reloaded or restarted if changed files require it. */
  | { readonly kind: "unit"; readonly name: string; readonly enabled: boolean; readonly active: boolean };

const prelude = fs.readFileSync(path.join(__dirname, "prelude.sh"), "utf8");

/**
 * Makes one idempotent POSIX shell script from a list of steps. It is a single `{ … }`: a shell parses all of it before
 * it runs anything, so an incomplete script is a syntax error and does nothing.
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

/** The file of a firewall table. Loading it replaces an earlier version atomically and does not touch other tables. */
export const rulesFile = ({ table, rules }: { readonly table: string; readonly rules: string }): string =>
  `# Generated by lvs-lab: changes are lost.\ntable ${table}\ndelete table ${table}\n\n${rules}`;

const call = (name: string, ...words: readonly string[]): string => [name, ...words.map(shellQuote)].join(" ");

/** A setting of a card, net.ipv4.conf in ip-sysctl, as a line of a sysctl.d(5) file. A dot of the card's name is a slash there. */
export const cardSetting = (card: string, key: string, value: string | number): string =>
  `net.ipv4.conf.${card.replaceAll(".", "/")}.${key} = ${value}\n`;

/** Settings of a sysctl.d(5) file, by path below /proc/sys. */
export function settings(content: string): [path: string, value: string][] {
  return content
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^[#;]/.test(line))
    .map((line) => {
      const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (key === undefined || value === undefined) throw new Error(`sysctl: got ${line}, need key = value`);
      // sysctl.d(5): if the first separator is a slash, dots are part of names ("net/ipv4/conf/eth0.100"); else a slash stands for such a
      // dot ("net.ipv4.conf.eth0/100").
      const separator = /[./]/.exec(key)?.[0];
      return [separator === "/" ? key : key.replaceAll(/[./]/g, (one) => (one === "." ? "/" : ".")), value];
    });
}
