/** One thing that is wrong with a topology. */
export type Problem = {
  /** Where, in the words of the file: `virtualServers[0].realServers.web1.weight`. */
  readonly path: string;
  /** What is there. */
  readonly got: string;
  /** What may be there. */
  readonly need: string;
  /** How to mend it, or why it is so. */
  readonly fix?: string;
  /** What found it, for programs: the rule's name in the code, or `schema`; undefined where no topology could be read. */
  readonly rule?: string;
  /** What the rule rests on: a document, RFC or man page; undefined where the schema alone refuses. */
  readonly reason?: string;
};

/** A problem in one line: `path: got X, need Y (fix)`. */
export const problemText = ({ path, got, need, fix }: Problem): string =>
  `${path}: got ${got}, need ${need}${fix === undefined ? "" : ` (${fix})`}`;

/** The same with its reason below, as every command tells it. */
export const problemLines = (problem: Problem): string[] => [
  `  ${problemText(problem)}`,
  ...(problem.reason === undefined ? [] : [`      why: ${problem.reason}`]),
];

/** Everything that is wrong with a topology, at once. Pulumi prints its message and no stack. */
export class ConfigError extends Error {
  /** What `RunError.isInstance` of Pulumi looks for. The class itself would bring gRPC along: half a second of each `lab` verb. */
  readonly __pulumiRunError = true;

  constructor(
    /** The topology file, or whatever else was read. */
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${source}: ${count}`, ...problems.flatMap(problemLines)].join("\n"));
    this.name = "ConfigError";
  }
}
