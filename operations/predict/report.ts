import { type Failure, shown } from "../../model/plan/predict/failure";
import type { Prediction } from "../../model/plan/predict/predict";
import { type InstanceOutcome, isMoved, type Scenario } from "../../model/plan/predict/scenario";
import type { ServiceOutcome } from "../../model/plan/predict/services";
import type { Range } from "../../model/plan/predict/times";
import { countsText } from "../audit/report";
import { cell, markdownTable } from "../terminal/markdown";
import { table } from "../terminal/table";
import { jsonText, visible } from "../terminal/terminal";
import { counted } from "../../model/counted";

const number = (value: number): string => String(Math.round(value * 100) / 100);
/** Seconds, "2.65 to 3.65 s". */
export const seconds = ({ least, most }: Range): string =>
  number(least) === number(most) ? `${number(most)} s` : `${number(least)} to ${number(most)} s`;
export const held = (names: readonly string[]): string => names.join(" + ") || "nobody";

export const failed = (failures: readonly Failure[]): string => failures.map(shown).join(", ");

/** Failures that leave the VIP in place: the watched service is dead until another machine has the VIP. */
const isWatched = ({ kind }: Failure): boolean => kind === "script" || kind === "process" || kind === "file";

/** What a client of the VIP sees when the MASTER changes. */
export function clientsOf({ before, during, moved }: InstanceOutcome, failures: readonly Failure[]): string {
  if (during.length === 0) return "no answer until it is over";
  if (during.length > 1 && before.length <= 1) return "two machines answer";
  if (!moved) return "served";
  return `${failures.every(isWatched) ? "nothing from what it watches" : "no answer"} for ${seconds(moved)}`;
}

/** One row for all instances to which the same happens. */
function instanceRows({ failures, instances }: Scenario): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly names: string[]; readonly cells: readonly string[] }>();
  for (const outcome of instances.filter(isMoved)) {
    const { before, during, after, noticed, nobody, returned } = outcome;
    const cells = [
      [before, during, after].map(held).join(" > "),
      noticed.most > 0 ? seconds(noticed) : "at once",
      nobody ? seconds(nobody) : "until it is over",
      returned ? seconds(returned) : "-",
      clientsOf(outcome, failures),
    ];
    const row = rows.get(cells.join("\t")) ?? { names: [], cells };
    row.names.push(outcome.instance);
    rows.set(cells.join("\t"), row);
  }
  return [...rows.values()].map(({ names, cells }) => [failed(failures), names.join(", "), ...cells]);
}

/** What clients of a virtual server get. */
export function servedText({ share, noticed, then }: ServiceOutcome): string {
  const part = share === 1 ? "nobody" : `${Math.round((1 - share) * 100)} %`;
  const until = noticed ? `${part} served for ${seconds(noticed)}` : `${part} served`;
  return `${until}${then === "no answer" ? ", and no check notices" : `, then ${then}`}`;
}

const serviceText = (outcome: ServiceOutcome): string =>
  `${outcome.node} ${outcome.service.replace("virtual_server ", "")}: ${servedText(outcome)}`;

const HEADING = [
  "FAILURE",
  "INSTANCE",
  "MASTER: BEFORE > DURING > AFTER",
  "NOTICED AFTER",
  "NOBODY FOR",
  "BACK AFTER",
  "CLIENTS",
];

/** The form of tables and lists. */
interface Look {
  readonly table: (rows: readonly (readonly string[])[]) => string;
  readonly list: (title: string, lines: readonly string[]) => string;
  readonly findings: (lines: readonly string[]) => string;
}

const atTerminal: Look = {
  table: (rows) => table(rows),
  list: (title, lines) => [`${title}:`, ...lines.map((line) => `  - ${line}`)].join("\n"),
  findings: (lines) => lines.join("\n"),
};

const inMarkdown: Look = {
  table: ([heading = [], ...rows]) =>
    markdownTable([heading.map((word) => word.toLowerCase()), ...rows.map((row) => row.map(cell))]),
  list: (title, lines) => [`${title}:`, "", ...lines.map((line) => `- ${cell(line)}`)].join("\n"),
  findings: (lines) => inMarkdown.list("Findings", lines),
};

/** The parts of the report. Empty parts are left out. */
function partsOf({ assumed, calm, scenarios, pairs, findings }: Prediction, look: Look): readonly string[] {
  const parts: string[] = [];
  const rows = (heading: readonly string[], all: readonly (readonly string[])[]): void => {
    if (all.length > 0) parts.push(look.table([heading, ...all]));
  };
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) parts.push(look.list(title, lines));
  };
  const idle = scenarios.filter(({ instances, services }) => !instances.some(isMoved) && services.length === 0);
  rows(
    ["INSTANCE", "VIPS", "MASTER"],
    calm.instances.map(({ instance, vips, before }) => [instance, vips.join(", "), held(before)]),
  );
  rows(HEADING, scenarios.flatMap(instanceRows));
  rows(
    ["FAILURE", "NEW CONNECTIONS"],
    scenarios.flatMap(({ failures, services }) => services.map((one) => [failed(failures), serviceText(one)])),
  );
  list(
    "No VIP moves",
    idle.map(({ failures }) => failed(failures)),
  );
  rows(["TWO AT ONCE", ...HEADING.slice(1)], pairs.flatMap(instanceRows));
  if (findings.length > 0)
    parts.push(look.findings(findings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`)));
  list("Assumed", assumed);
  return parts;
}

const machinesOf = ({ plan }: Prediction): string => plan.nodes.map(({ name }) => name).join(", ");

function summary(prediction: Prediction): string {
  const { scenarios, findings } = prediction;
  return `${machinesOf(prediction)}: ${counted(scenarios.length, "failure")}, ${countsText(findings)}`;
}

/** For people at a terminal. */
export const predictionText = (prediction: Prediction): string =>
  visible([...partsOf(prediction, atTerminal), summary(prediction)].join("\n\n"));

/** The failures alone, for a page with a heading of its own. */
export const predictionTables = (prediction: Prediction): string =>
  partsOf({ ...prediction, findings: [], assumed: [] }, inMarkdown).join("\n\n");

/** For a comment of a pull request, or a job's summary. */
export const predictionMarkdown = (prediction: Prediction): string =>
  [
    `### keepalived predict: ${cell(machinesOf(prediction))}`,
    cell(summary(prediction)),
    ...partsOf(prediction, inMarkdown),
  ].join("\n\n");

/** For programs: one document. Times are in seconds. */
export const predictionJson = ({ plan, assumed, calm, scenarios, pairs, findings }: Prediction): string =>
  jsonText({
    machines: plan.nodes.map(({ name }) => name),
    assumed,
    calm: calm.instances.map(({ instance, vips, before }) => ({ instance, vips, masters: before })),
    scenarios: scenarios.map((one) => ({ name: failed(one.failures), ...one })),
    pairs: pairs.map((one) => ({ name: failed(one.failures), ...one })),
    findings,
  });
