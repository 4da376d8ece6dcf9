import { type Problem, problemText } from "../../model/topology/error";
import type { Footprint } from "./footprint";
import type { Plan } from "./plan";
import type { PlannedResources } from "./resources";

/** One lab as a reviewer gets it: a plan, or what is wrong with its topology file. */
export type Reviewed =
  | { readonly file: string; readonly plan: Plan }
  | { readonly file: string; readonly problems: readonly Problem[] };

/** A later run finds the comment that it replaces by this line. */
export const MARKER = "<!-- lvs-lab: preview -->";

/** A code host refuses a comment of more than 65536 characters. */
const LIMIT = 60_000;

/** The comment of a pull request, in Markdown: one line per lab, and for every lab that changes the difference and the picture. */
export function reviewComment(labs: readonly Reviewed[]): string {
  const head = [MARKER, "### What this changes in the labs", "", ...summary(labs)].join("\n");
  const details = labs.flatMap((lab) => [...findings(lab), ...changes(lab)]);
  const text = [head];
  let room = LIMIT - head.length;
  for (const detail of details) {
    if (detail.length + 2 > room) {
      text.push(`The rest does not fit in a comment: \`./scripts/lab plan LAB --against REF\` shows it.`);
      break;
    }
    text.push(detail);
    room -= detail.length + 2;
  }
  return `${text.join("\n\n")}\n`;
}

function summary(labs: readonly Reviewed[]): string[] {
  return [
    "| lab | files on the machines | resources | guests | vCPU | memory | disk | time to come up |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...labs.map((lab) => {
      if ("problems" in lab) return row([code(lab.file), `**refused**: ${lab.problems.length} to fix`]);
      const { lab: name, against, resources, footprint } = lab.plan;
      return row([code(name), changedFiles(against?.diff), counted(resources), ...size(footprint)]);
    }),
  ];
}

const row = (cells: readonly string[]): string =>
  `| ${Array.from({ length: 8 }, (_, index) => cells[index] ?? "").join(" | ")} |`;
const code = (text: string): string => `\`${text}\``;

const size = ({ guests, vcpus, memory, disk, seconds }: Footprint): string[] => [
  String(guests),
  String(vcpus),
  `${memory} MiB`,
  `${disk} MB`,
  `${seconds} s`,
];

function changedFiles(diff: string | undefined): string {
  if (diff === undefined) return "";
  const count = diff.split("\n").filter((line) => line.startsWith("+++ ")).length;
  return count === 0 ? "unchanged" : `**${count} changed**`;
}

const counted = (resources: PlannedResources | undefined): string =>
  resources === undefined
    ? "not asked"
    : Object.entries(resources.counts)
        .map(([op, count]) => `${count} ${op}`)
        .join(", ");

function findings(lab: Reviewed): string[] {
  if (!("problems" in lab)) return [];
  return [[`#### ${lab.file}`, "", ...lab.problems.map((problem) => `- ${code(problemText(problem))}`)].join("\n")];
}

function changes(lab: Reviewed): string[] {
  if ("problems" in lab || lab.plan.against === undefined || lab.plan.against.diff === "") return [];
  const { lab: name, description, against, picture } = lab.plan;
  // The fence is longer than any fence in the text.
  const fence = "`".repeat(Math.max(3, ...Array.from(against.diff.matchAll(/`+/g), ([ticks]) => ticks.length + 1)));
  return [
    `#### ${name}: ${description}`,
    [
      "<details open><summary>files</summary>",
      "",
      `${fence}diff`,
      against.diff.trimEnd(),
      fence,
      "",
      "</details>",
    ].join("\n"),
    ["<details><summary>topology</summary>", "", "```mermaid", picture.trimEnd(), "```", "", "</details>"].join("\n"),
  ];
}
