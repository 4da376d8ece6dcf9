import type { PlannedFiles } from "./files";
import { type Footprint, footprintText } from "./footprint";
import { type PlannedResources, resourceLines } from "./resources";

/** What `up` would make of a lab, without a daemon. */
export type Plan = {
  readonly lab: string;
  readonly description: string;
  readonly footprint: Footprint;
  /** The topology, as a Mermaid flowchart. */
  readonly picture: string;
  /** Undefined: Pulumi was not asked. */
  readonly resources?: PlannedResources;
  readonly files: PlannedFiles;
  /** What the files are compared with; undefined: nothing. */
  readonly against?: { readonly what: string; readonly diff: string };
};

/** A plan for people: the differences, or every file if there is nothing to compare with. */
export function planText({ lab, description, footprint, resources, files, against }: Plan): string {
  const list = Object.entries(files).flatMap(([machine, all]) =>
    all.map(({ path, mode, text }) =>
      [`--- ${machine}: ${path} (${mode})`, ...text.split("\n").slice(0, -1)].join("\n"),
    ),
  );
  return `${[
    `${lab}: ${description}`,
    footprintText(footprint),
    ...(resources === undefined ? [] : ["", ...resourceLines(resources)]),
    "",
    ...(against === undefined
      ? ["files on the machines:", "", ...list]
      : [
          `files on the machines, against ${against.what}:${against.diff === "" ? " no difference" : ""}`,
          ...(against.diff === "" ? [] : ["", against.diff.trimEnd()]),
        ]),
  ].join("\n")}\n`;
}
