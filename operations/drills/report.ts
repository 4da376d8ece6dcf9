/** The output of drill, for people. */
import { padTo, type Paint } from "../terminal/terminal";
import type { DrillRun } from "./course";
import type { Figure } from "./verdict";

/** A value with its unit. */
export const valueText = ({ kind, value }: Pick<Figure, "kind" | "value">): string => {
  if (value === undefined) return "not seen";
  return typeof value === "number" && kind === "time" ? `${value.toFixed(2)} s` : `${value}`;
};

/** What the theory allows. */
export function allowedText({ kind, least = 0, most = 0, expected }: Figure): string {
  if (kind === "name") return expected ?? "";
  const one = (value: number): string => (kind === "time" ? `${value.toFixed(2)} s` : `${value}`);
  return least === most ? one(most) : `${one(least)} to ${one(most)}`;
}

/** A measured figure beside its theory, in one line. */
export const figureText = (figure: Figure): string => {
  const ratio = figure.ratio === undefined ? "" : ` (${figure.ratio.toFixed(2)} × the most)`;
  return `${figure.name}: ${valueText(figure)}, theory ${allowedText(figure)}${ratio}`;
};

/** Above this the client itself was late, and figures below a tenth of a second say nothing. */
const lateClient = 0.05;

/** What the client did, and how late it was itself. */
export function loadText({ load }: Pick<DrillRun, "load">): string {
  const { p99, most } = load.lateness;
  const jitter = `the client's own jitter ${(p99 * 1000).toFixed(0)} ms (99 %), ${(most * 1000).toFixed(0)} ms at most`;
  return `${load.sent} requests at ${load.rate}/s, ${load.lost} lost; ${jitter}`;
}

/** Whether the machine was too busy for the figures. */
export const isLate = ({ load }: Pick<DrillRun, "load">): boolean => load.lateness.p99 > lateClient;

/** A drill as lines: name, target, time, what was done; below that each figure. */
export function runLines(run: DrillRun, paint: Paint): string {
  const { ok, drill, target, title, seconds, figures } = run;
  const mark = (good: boolean): string => (good ? paint("good", "ok  ") : paint("bad", "FAIL"));
  return [
    `${mark(ok)} ${padTo(drill, 16)} ${padTo(target, 12)} ${paint("weak", `${seconds.toFixed(1)} s`.padStart(7))}  ${title}`,
    ...figures.map((figure) => {
      const text = figureText(figure);
      return `             ${figure.ok ? text : paint("bad", `${text}; ${figure.theory}`)}`;
    }),
    paint("weak", `             ${loadText(run)}`),
    ...(isLate(run) ? [`             the client was late itself: this machine is too busy for these figures`] : []),
  ].join("\n");
}

/** How many agree with their hypothesis. */
export function runsLine(runs: readonly DrillRun[], paint: Paint): string {
  const failed = runs.filter(({ ok }) => !ok).map(({ drill }) => drill);
  const text = `${runs.length - failed.length} of ${runs.length} drills as their hypotheses say`;
  return `${paint(failed.length === 0 ? "good" : "bad", text)}${failed.length === 0 ? "" : `, not: ${failed.join(", ")}`}`;
}
