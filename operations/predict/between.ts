import type { Comparison, Difference } from "../../model/plan/predict/between";
import { changesOf } from "../../model/plan/predict/between";
import type { Failure } from "../../model/plan/predict/failure";
import type { InstanceOutcome } from "../../model/plan/predict/scenario";
import { countsText } from "../audit/report";
import { cell, markdownTable } from "../terminal/markdown";
import { table } from "../terminal/table";
import { jsonText, visible } from "../terminal/terminal";
import { clientsOf, failed, held, seconds, servedText } from "./report";

const when = (failures: readonly Failure[]): string => (failures.length === 0 ? "nothing fails" : failed(failures));

/** An outcome as the text of a cell. */
function outcomeText(outcome: InstanceOutcome, failures: readonly Failure[]): string {
  const { before, during, after, returned } = outcome;
  return [
    [before, during, after].map(held).join(" > "),
    clientsOf(outcome, failures),
    ...(returned ? [`back after ${seconds(returned)}`] : []),
  ].join(", ");
}

/** A row: FAILURE, WHAT, OLD, NEW, and whether that is better or worse. */
function instanceRow({ failures, old, now, aspect, verdict }: Difference<InstanceOutcome>): readonly string[] {
  const name = (old ?? now)?.instance ?? "";
  const text = (outcome: InstanceOutcome): string => {
    if (aspect === undefined) return outcomeText(outcome, failures);
    return aspect === "MASTER" ? held(outcome.before) : outcome.vips.join(", ");
  };
  const what = aspect === undefined ? name : `${name}: ${aspect}`;
  return [when(failures), what, old ? text(old) : "-", now ? text(now) : "-", verdict];
}

const HEADING = ["FAILURE", "WHAT", "OLD", "NEW", "NEW IS"];

const rowsOf = ({ instances, services }: Comparison): readonly (readonly string[])[] => [
  ...instances.map(instanceRow),
  ...services.map(({ failures, old, now, verdict }) => [
    when(failures),
    (old ?? now)?.service.replace("virtual_server ", "") ?? "",
    old ? `${old.node}: ${servedText(old)}` : "-",
    now ? `${now.node}: ${servedText(now)}` : "-",
    verdict,
  ]),
];

/** The lists beside the table: their headings and lines. */
const listsOf = ({
  gone,
  added,
  halfway,
  undone,
  newFindings,
  goneFindings,
  now,
}: Comparison): readonly (readonly [string, readonly string[]])[] =>
  (
    [
      ["Gone", gone],
      ["Added", added],
      [
        "While one machine is ahead of the others",
        halfway.map(
          ({ node, instance, masters }) =>
            `${instance}: ${masters.length === 0 ? "nobody is MASTER" : `${masters.join(" and ")} are MASTER at once`} when only ${node} is reloaded`,
        ),
      ],
      ["What a reload does not do", undone.map(({ node, message }) => `${node}: it ${message}`)],
      ["New findings", newFindings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`)],
      ["Findings that are gone", goneFindings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`)],
      ["Assumed of the new one", now.assumed],
    ] as const
  ).filter(([, lines]) => lines.length > 0);

function summary(comparison: Comparison): string {
  const changes = changesOf(comparison);
  return changes.length === 0 ? "No prediction changes." : `What changes: ${countsText(changes)}`;
}

/** For people at a terminal. */
export function comparisonText(comparison: Comparison): string {
  const rows = rowsOf(comparison);
  return visible(
    [
      ...(rows.length > 0 ? [table([HEADING, ...rows]), ""] : []),
      ...listsOf(comparison).flatMap(([title, lines]) => [`${title}:`, ...lines.map((line) => `  - ${line}`), ""]),
      summary(comparison),
    ].join("\n"),
  );
}

/** For a comment of a pull request. */
export function comparisonMarkdown(comparison: Comparison): string {
  const rows = rowsOf(comparison);
  return [
    `### keepalived predict: what changes for ${cell(comparison.now.plan.nodes.map(({ name }) => name).join(", "))}`,
    "",
    summary(comparison),
    ...(rows.length > 0
      ? ["", markdownTable([HEADING.map((word) => word.toLowerCase()), ...rows.map((row) => row.map(cell))])]
      : []),
    ...listsOf(comparison).flatMap(([title, lines]) => [
      "",
      `${title}:`,
      "",
      ...lines.map((line) => `- ${cell(line)}`),
    ]),
  ].join("\n");
}

/** For programs: one document. Times are in seconds. */
export const comparisonJson = ({ old, now, ...changes }: Comparison): string =>
  jsonText({
    machines: { old: old.plan.nodes.map(({ name }) => name), now: now.plan.nodes.map(({ name }) => name) },
    assumed: { old: old.assumed, now: now.assumed },
    ...changes,
  });
