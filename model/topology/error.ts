import type { Severity } from "../keepalived/finding";

/** One problem of a topology, which stops `up`. */
export type Problem = {
  /** Path in the file: `virtualServers[0].realServers.web1.weight`. */
  readonly path: string;
  /** What the file has. */
  readonly got: string;
  /** What is allowed. */
  readonly need: string;
  /** How to fix it, or why it is refused. */
  readonly fix?: string;
  /** For programs: the name of the rule in the code, or `schema`; undefined if no topology could be read. */
  readonly rule?: string;
  /** The document, RFC or man page behind the rule; undefined if the schema refuses it. */
  readonly reason?: string;
};

/**
 * Something that works otherwise than its author may mean, or an error in a file that a director brings, which the lab shows as it is. It does
 * not stop `up`.
 */
export type Warning = {
  readonly severity: Severity;
  /** The name of the rule, by which it is accepted. */
  readonly rule: string;
  /** Path in the file. */
  readonly path: string;
  /** What it is. */
  readonly message: string;
  /** What happens because of it, with the source for that. */
  readonly reason: string;
  readonly fix?: string;
  /** The author's reason for accepting it (`accept:`). */
  readonly accepted?: string;
};

/** A warning in one line: `warning RULE: path: message (fix)`, or `accepted warning RULE: path: the reason for that`. */
export const warningText = ({ severity, rule, path, message, fix, accepted }: Warning): string =>
  accepted === undefined
    ? `${severity} ${rule}: ${path}: ${message}${fix === undefined ? "" : ` (${fix})`}`
    : `accepted ${severity} ${rule}: ${path}: ${accepted}`;

/** The same with what happens because of it below, as `check` prints it. */
export const warningLines = (warning: Warning): string[] => [
  `  ${warningText(warning)}`,
  ...(warning.accepted === undefined ? [`      why: ${warning.reason}`] : []),
];

/** A problem in one line: `path: got X, need Y (fix)`. */
export const problemText = ({ path, got, need, fix }: Problem): string =>
  `${path}: got ${got}, need ${need}${fix === undefined ? "" : ` (${fix})`}`;

/** The same with its reason below, as every command prints it. */
export const problemLines = (problem: Problem): string[] => [
  `  ${problemText(problem)}`,
  ...(problem.reason === undefined ? [] : [`      why: ${problem.reason}`]),
];

/** All problems of a topology. Pulumi prints its message without a stack. */
export class ConfigError extends Error {
  /** Pulumi's `RunError.isInstance` looks for this. Importing its class would load gRPC, half a second for each `lab` verb. */
  readonly __pulumiRunError = true;

  constructor(
    /** The topology file, or another source of the data. */
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${source}: ${count}`, ...problems.flatMap(problemLines)].join("\n"));
    this.name = "ConfigError";
  }
}
