/** What pulumi would do to one resource. */
export type PlannedResource = {
  /** create, update, replace, delete, same … */
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** Names of the properties that differ. */
  readonly changes: readonly string[];
  /** Depth below the stack. */
  readonly depth: number;
};

type Preview = {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly diffReasons?: readonly string[] | null;
    readonly replaceReasons?: readonly string[] | null;
  }[];
};

/** The resources of `pulumi preview --json`, in its order; a replacement is told once, not as the steps that it is made of. */
export function resourcesOf(json: string): PlannedResource[] {
  const { steps = [] } = JSON.parse(json) as Preview;
  return steps
    .filter(({ op }) => op !== "create-replacement" && op !== "delete-replaced")
    .map(({ op, urn, diffReasons, replaceReasons }) => {
      const [, , types = "", ...name] = urn.split("::");
      const chain = types.split("$");
      const changes = [...new Set([...(replaceReasons ?? []), ...(diffReasons ?? [])])];
      return { op, type: chain.at(-1) ?? "", name: name.join("::"), changes, depth: chain.length - 1 };
    });
}

const SIGNS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-", same: " " };

/** The same as lines, the unchanged ones left out where anything changes. */
export function resourceLines(resources: readonly PlannedResource[]): string[] {
  const changed = resources.filter(({ op }) => op !== "same");
  const counts = [...new Set(resources.map(({ op }) => op))].map(
    (op) => `${resources.filter((one) => one.op === op).length} ${op}`,
  );
  return [
    `resources: ${counts.join(", ")}`,
    ...changed.map(({ op, type, name, changes, depth }) => {
      const why = op === "create" || changes.length === 0 ? "" : `  (${changes.join(", ")})`;
      return `  ${SIGNS[op] ?? op} ${"  ".repeat(depth)}${type} ${name}${why}`;
    }),
  ];
}
