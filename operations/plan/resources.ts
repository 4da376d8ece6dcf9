/** What pulumi would do to one resource. */
export type PlannedResource = {
  /** create, update, replace, delete … */
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Names of the properties that differ. */
  readonly changes: readonly string[];
  /** Depth below the stack. */
  readonly depth: number;
};

/** What pulumi would do to all of them. */
export type PlannedResources = {
  /** Number of resources by operation; unchanged ones are "same". */
  readonly counts: Readonly<Record<string, number>>;
  /** The resources that are not the same, in pulumi's order. */
  readonly changed: readonly PlannedResource[];
};

type Preview = {
  readonly changeSummary?: Readonly<Record<string, number>>;
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly diffReasons?: readonly string[] | null;
    readonly replaceReasons?: readonly string[] | null;
  }[];
};

/** Reads `pulumi preview --json`. A replacement counts once, not as its single steps. */
export function resourcesOf(json: string): PlannedResources {
  const { steps = [], changeSummary = {} } = JSON.parse(json) as Preview;
  const parts = ["same", "create-replacement", "delete-replaced"];
  const changed = steps
    .filter(({ op }) => !parts.includes(op))
    .map(({ op, urn, diffReasons, replaceReasons }) => {
      const [, , types = "", ...name] = urn.split("::");
      const chain = types.split("$");
      const changes = [...new Set([...(replaceReasons ?? []), ...(diffReasons ?? [])])];
      return { op, type: chain.at(-1) ?? "", name: name.join("::"), changes, depth: chain.length - 1 };
    });
  return { counts: changeSummary, changed };
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

/** The same as lines. */
export function resourceLines({ counts, changed }: PlannedResources): string[] {
  return [
    `resources: ${Object.entries(counts)
      .map(([op, count]) => `${count} ${op}`)
      .join(", ")}`,
    ...changed.map(({ op, type, name, changes, depth }) => {
      const why = op === "create" || changes.length === 0 ? "" : `  (${changes.join(", ")})`;
      return `  ${SIGNS[op] ?? op} ${"  ".repeat(depth)}${type} ${name}${why}`;
    }),
  ];
}
