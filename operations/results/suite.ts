/** What came of a command as a suite of cases, which is how CI systems and people who review know results. */
import type { DrillRun } from "../drills/course";
import { allowedText, figureText, loadText, valueText } from "../drills/report";
import type { Figure } from "../drills/verdict";
import type { CheckResult, Verified } from "../verify";

/** A check, or one run of a drill. */
export type Case = {
  readonly name: string;
  /** What it proves, or what is done. */
  readonly title: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was seen. */
  readonly seen: readonly string[];
  /** What is wrong; empty if it is ok. */
  readonly problems: readonly string[];
  /** A table of all that was seen, with its heading. */
  readonly rows?: readonly (readonly string[])[];
};

export type Suite = {
  /** The command and its lab: "verify nat". */
  readonly command: string;
  readonly lab: string;
  /** When it began, ISO 8601. */
  readonly at: string;
  readonly seconds: number;
  readonly cases: readonly Case[];
};

/** Point and name of a check. A check without a point has its name alone. */
export const checkName = ({ id, name }: Pick<CheckResult, "id" | "name">): string =>
  id === name ? name : `${id} ${name}`;

const checkCase = ({ id, name, title, ok, seconds, seen, problems, rows }: CheckResult): Case => ({
  name: checkName({ id, name }),
  title,
  ok,
  seconds,
  seen: ok ? [seen] : [],
  problems,
  ...(rows === undefined ? {} : { rows }),
});

export const suiteOfChecks = (lab: string, at: string, { seconds, results }: Verified): Suite => ({
  command: `verify ${lab}`,
  lab,
  at,
  seconds,
  cases: results.map(checkCase),
});

/** Headings of a table of figures. */
export const FIGURES = ["figure", "measured", "theory", "× the most", "agrees"];

/** What stands in such a table before the verdict. */
export const figureCells = (figure: Figure): readonly string[] => [
  figure.name,
  valueText(figure),
  allowedText(figure),
  figure.ratio === undefined ? "" : figure.ratio.toFixed(2),
];

/** The figures of a drill as a table. */
export const figureRows = ({ figures }: Pick<DrillRun, "figures">): readonly (readonly string[])[] => [
  FIGURES,
  ...figures.map((figure) => [...figureCells(figure), figure.ok ? "yes" : "NO"]),
];

const runCase = (run: DrillRun): Case => ({
  name: `${run.drill} ${run.target}`,
  title: run.title,
  ok: run.ok,
  seconds: run.seconds,
  seen: [loadText(run)],
  problems: run.figures.filter(({ ok }) => !ok).map((figure) => `${figureText(figure)}; ${figure.theory}`),
  rows: figureRows(run),
});

export const suiteOfRuns = (lab: string, at: string, runs: readonly DrillRun[]): Suite => ({
  command: `drill ${lab}`,
  lab,
  at,
  seconds: runs.reduce((sum, run) => sum + run.seconds, 0),
  cases: runs.map(runCase),
});

/** "3 of 4 ok". */
export function countText({ cases }: Pick<Suite, "cases">): string {
  return `${cases.filter(({ ok }) => ok).length} of ${cases.length} ok`;
}
