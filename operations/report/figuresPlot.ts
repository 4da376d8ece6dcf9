/** The plot of a drill's measured times beside their theory: one run, or several as a distribution. */
import type { DrillRun } from "../drills/course";
import { type Figure, allowed, withRate } from "../drills/verdict";
import type { Plotter } from "./plots";

/** A time of one run. */
type Point = { readonly row: number; readonly value: number; readonly ok: boolean; readonly isLast: boolean };

const isTime = ({ kind }: Figure): boolean => kind === "time";

/** Undefined: the drill claims no times. Theory and tolerance are those of the last run. */
export function figuresPlot({ plot, draw }: Plotter, runs: readonly DrillRun[]): string | undefined {
  const last = runs.at(-1);
  const times = last?.figures.filter(isTime) ?? [];
  if (last === undefined || times.length === 0) return undefined;
  const tolerance = withRate(last.tolerance, last.load.rate);
  const theory = times.map(({ least = 0, most = 0 }, row) => {
    const { low, high } = allowed(least, most, tolerance);
    return { row, least, most, low: Math.max(0, low), high };
  });
  const points = runs.flatMap((run, index) =>
    times.flatMap(({ name }, row): Point[] => {
      const found = run.figures.find((one) => one.name === name);
      if (typeof found?.value !== "number") return [];
      // Runs stand beneath each other, the oldest first, so that equal times stay apart.
      const lower = runs.length === 1 ? 0 : 0.3 * ((2 * index) / (runs.length - 1) - 1);
      return [{ row: row + lower, value: found.value, ok: found.ok, isLast: run === last }];
    }),
  );
  const dots = (all: readonly Point[], symbol: string, isFilled: boolean) =>
    plot.dot(all, {
      x: "value",
      y: "row",
      symbol: symbol as "circle",
      r: 5,
      strokeWidth: 2,
      stroke: symbol === "times" ? "var(--lost)" : "var(--ink)",
      fill: isFilled ? "var(--ink)" : "none",
      title: ({ value }: Point) => `${value.toFixed(2)} s`,
    });
  const said = times.map(({ name, value }) => `${name} ${typeof value === "number" ? value.toFixed(2) : "not seen"} s`);
  return draw({
    label: `Measured times of the drill ${last.drill} beside the theory: ${said.join(", ")}`,
    height: 54 + 44 * times.length,
    marginLeft: 160,
    marginRight: 24,
    marginTop: 10,
    marginBottom: 36,
    x: {
      label: "seconds",
      domain: [0, 1.08 * Math.max(0.5, ...theory.map(({ high }) => high), ...points.map(({ value }) => value))],
    },
    y: { domain: [times.length - 0.5, -0.5] },
    marks: [
      plot.axisY(
        times.map((_, row) => row),
        { tickFormat: (row: number) => times[row]?.name ?? "", tickSize: 0, label: null },
      ),
      plot.ruleX([0], { stroke: "var(--soft)" }),
      plot.rect(theory, {
        x1: "low",
        x2: "high",
        y1: ({ row }: { row: number }) => row - 0.4,
        y2: ({ row }: { row: number }) => row + 0.4,
        fill: "var(--fault)",
      }),
      ...(["least", "most"] as const).map((end) =>
        plot.ruleX(theory, {
          x: end,
          y1: ({ row }: { row: number }) => row - 0.4,
          y2: ({ row }: { row: number }) => row + 0.4,
          stroke: "var(--theory)",
          strokeWidth: 3,
        }),
      ),
      dots(
        points.filter(({ ok, isLast }) => ok && !isLast),
        "circle",
        false,
      ),
      dots(
        points.filter(({ ok, isLast }) => ok && isLast),
        "diamond",
        true,
      ),
      dots(
        points.filter(({ ok }) => !ok),
        "times",
        false,
      ),
    ],
  });
}
