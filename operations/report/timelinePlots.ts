/** Plots of one run of a drill: who answered, how long it took, and who was MASTER, on one scale of time. */
import type { DrillRun } from "../drills/course";
import { during, gap, served, type Span, type State, type StateAt, type Timeline, within } from "../drills/timeline";
import { BREAK, type Marks, type Plot, type Plotter } from "./plots";

type Path = readonly (readonly [number, number])[];
type Band = Span & { readonly row: number; readonly state: State };

const MARGINS = { marginLeft: 130, marginRight: 24, marginTop: 22, marginBottom: 34 };
const NOBODY = "no answer";
const OUTAGE = "longest gap";

/** An upright tick in each place. */
const ticks = (at: readonly number[], low: number, high: number): Path =>
  at.flatMap((x) => [[x, low] as const, [x, high] as const, BREAK]);

/** A cross in each place. */
const crosses = (at: Path, wide: number, ends: (y: number) => readonly [number, number]): Path =>
  at.flatMap(([x, y]) => {
    const [low, high] = ends(y);
    return [
      [x - wide, low] as const,
      [x + wide, high] as const,
      BREAK,
      [x - wide, high] as const,
      [x + wide, low] as const,
      BREAK,
    ];
  });

/** A word beside a time, if there is room for it since the last one. */
function words({ heal, healed }: Timeline, { from, to }: Span): { readonly at: number; readonly word: string }[] {
  const room = (to - from) / 12;
  const all = [
    { at: 0, word: "fault" },
    { at: heal, word: "heal" },
    { at: healed, word: "healed" },
  ];
  return all.filter(({ at }, index) => within({ from, to }, at) && at - (all[index - 1]?.at ?? -Infinity) > room);
}

/** What every plot of a run has: the time with the fault is shaded, that of healing is hatched. */
function ground(plot: Plot, timeline: Timeline, span: Span): Marks {
  const { faulted, heal, healed } = timeline;
  const cut = (from: number, to: number): Span[] => {
    const part = { from: Math.max(from, span.from), to: Math.min(to, span.to) };
    return part.from < part.to ? [part] : [];
  };
  return [
    plot.rectX(cut(0, heal), { x1: "from", x2: "to", fill: "var(--fault)" }),
    plot.rectX(cut(heal, healed), { x1: "from", x2: "to", fill: "url(#healing)" }),
    plot.ruleX(
      [0, faulted, heal, healed].filter((at) => within(span, at)),
      { stroke: "var(--soft)", strokeDasharray: "2 3" },
    ),
  ];
}

/** The scale of time. The lowest of the plots names it. */
const time = (span: Span, label: string | null = null) => ({ domain: [span.from, span.to], label });

const inside = <T extends { readonly start: number }>(all: readonly T[], span: Span): T[] =>
  all.filter(({ start }) => within(span, start));

/** Rows with names, the first one on top. */
const rowsAxis = (plot: Plot, names: readonly string[]) =>
  plot.axisY(
    names.map((_, row) => row),
    { tickFormat: (row: number) => names[row] ?? "", tickSize: 0, label: null },
  );

/** The longest time without an answer as it was measured, and as the theory has it. */
function outageMarks(plot: Plot, { figures, timeline }: DrillRun, row: number, span: Span): Marks {
  const claim = figures.find(({ name }) => name === "outage");
  const seen = gap(timeline, during(timeline));
  if (claim === undefined || seen === undefined) return [];
  const { least = 0, most = 0 } = claim;
  const on = (at: number): number => Math.min(at, span.to);
  const theory = [on(seen.from + least), on(seen.from + most)] as const;
  return [
    plot.line(
      [
        [theory[0], row + 0.22],
        [theory[1], row + 0.22],
      ],
      { stroke: "var(--theory)", strokeWidth: 2 },
    ),
    plot.dot(
      theory.map((at) => [at, row + 0.22] as const),
      { symbol: "diamond", r: 5, fill: "var(--paper)", stroke: "var(--theory)", strokeWidth: 2 },
    ),
    plot.text([[theory[1], row + 0.22]], {
      text: () => "theory",
      dx: 9,
      textAnchor: "start",
      fill: "var(--theory)",
    }),
    plot.line(
      [
        [seen.from, row - 0.15],
        [on(seen.to), row - 0.15],
      ],
      { stroke: "var(--ink)", strokeWidth: 4 },
    ),
    plot.text([[on(seen.to), row - 0.15]], {
      text: () => `${(seen.to - seen.from).toFixed(2)} s`,
      dx: 5,
      textAnchor: "start",
      fill: "var(--ink)",
    }),
  ];
}

/** A row for each server with a tick for each of its answers, a row of crosses for requests without one, and the longest gap. */
function requestsPlot({ plot, draw }: Plotter, run: DrillRun, span: Span): string {
  const { timeline } = run;
  const requests = inside(timeline.requests, span);
  const servers = [...new Set(timeline.requests.flatMap(({ by }) => by ?? []))].sort();
  const hasOutage = run.figures.some(({ name, value }) => name === "outage" && value !== undefined);
  const names = [...servers, NOBODY, ...(hasOutage ? [OUTAGE] : [])];
  const lostAt = requests.filter((one) => !served(one)).map(({ start }) => start);
  const wide = (span.to - span.from) / 240;
  return draw({
    label: `Requests of the drill ${run.drill} over time: ${servers.join(", ")} answered; ${lostAt.length} had no answer`,
    height: 50 + 34 * names.length,
    ...MARGINS,
    x: time(span),
    y: { domain: [names.length - 0.5, -0.5] },
    marks: [
      ...ground(plot, timeline, span),
      rowsAxis(plot, names),
      ...servers.map((server, row) =>
        plot.line(
          ticks(
            requests.filter(({ by }) => by === server).map(({ start }) => start),
            row - 0.32,
            row + 0.32,
          ),
          { stroke: "var(--answer)", strokeWidth: 1, curve: "linear" },
        ),
      ),
      plot.line(
        crosses(
          lostAt.map((at) => [at, servers.length] as const),
          wide,
          (row) => [row - 0.22, row + 0.22],
        ),
        { stroke: "var(--lost)", strokeWidth: 1.5, curve: "linear" },
      ),
      ...(hasOutage ? outageMarks(plot, run, servers.length + 1, span) : []),
      plot.text(words(timeline, span), { x: "at", text: "word", frameAnchor: "top", dy: -14, fill: "var(--ink)" }),
    ],
  });
}

/** A point for each request, at the time that its answer took; a cross where it ended without one. */
function latencyPlot({ plot, draw }: Plotter, { drill, timeline, load }: DrillRun, span: Span): string {
  const requests = inside(timeline.requests, span);
  const took = ({ start, end }: { readonly start: number; readonly end: number }): number =>
    Math.max((end - start) * 1000, 1);
  const points = (all: typeof requests): Path => all.map((one) => [one.start, took(one)] as const);
  const all = requests.map(took);
  const wide = (span.to - span.from) / 240;
  const cross = (ms: number): readonly [number, number] => [ms / 1.12, ms * 1.12];
  return draw({
    label: `Time of each answer of the drill ${drill}: median ${(load.latency.median * 1000).toFixed(0)} ms, 99 % below ${(load.latency.p99 * 1000).toFixed(0)} ms`,
    height: 170,
    ...MARGINS,
    x: time(span),
    y: {
      type: "log",
      domain: [Math.min(10, ...all) / 1.2, Math.max(1000, ...all) * 1.3],
      label: "ms",
      ticks: [1, 10, 100, 1000],
    },
    marks: [
      ...ground(plot, timeline, span),
      plot.gridY(
        [1, 10, 100, 1000].filter((ms) => ms >= Math.min(10, ...all)),
        { stroke: "var(--grid)", strokeOpacity: 1 },
      ),
      plot.axisY(
        [1, 10, 100, 1000].filter((ms) => ms >= Math.min(10, ...all)),
        { tickFormat: (ms: number) => `${ms} ms`, tickSize: 0, label: null },
      ),
      plot.line(
        points(requests.filter(served)).flatMap((at) => [at, BREAK]),
        { stroke: "var(--answer)", strokeWidth: 3, strokeLinecap: "round", curve: "linear" },
      ),
      plot.line(crosses(points(requests.filter((one) => !served(one))), wide, cross), {
        stroke: "var(--lost)",
        strokeWidth: 1.5,
        curve: "linear",
      }),
    ],
  });
}

/** The parts of a span in which a director had a state. */
export function bandsOf(states: readonly StateAt[], node: string, row: number, span: Span): Band[] {
  const own = states.filter((one) => one.node === node);
  return own.flatMap(({ at, state }, index): Band[] => {
    const from = Math.max(at, span.from);
    const to = Math.min(own[index + 1]?.at ?? span.to, span.to);
    return from < to ? [{ row, state, from, to }] : [];
  });
}

const FILLS: Readonly<Record<State, string>> = {
  MASTER: "var(--master)",
  BACKUP: "var(--backup)",
  FAULT: "url(#down)",
  STOPPED: "url(#down)",
  OFF: "url(#off)",
};

/** A band for each director with its states, and a tick for each advert that it sent; a triangle is an advert with priority 0, a farewell. */
function directorsPlot({ plot, draw }: Plotter, { drill, timeline, directors }: DrillRun, span: Span): string {
  const bands = directors.flatMap((node, row) => bandsOf(timeline.states, node, row, span));
  const wide = (span.to - span.from) / 13;
  const adverts = timeline.adverts.filter(({ at, node }) => within(span, at) && directors.includes(node));
  const said = bands.map(({ row, state, from }) => `${directors[row]} ${state} from ${from.toFixed(1)} s`).join(", ");
  return draw({
    label: `States and adverts of the directors in the drill ${drill}: ${said}`,
    height: 50 + 46 * directors.length,
    ...MARGINS,
    x: time(span, "seconds since the fault began"),
    y: { domain: [directors.length - 0.5, -0.5] },
    marks: [
      ...ground(plot, timeline, span),
      rowsAxis(plot, directors),
      plot.rect(bands, {
        x1: "from",
        x2: "to",
        y1: ({ row }: Band) => row - 0.4,
        y2: ({ row }: Band) => row + 0.08,
        fill: ({ state }: Band) => FILLS[state],
        stroke: "var(--ink)",
        strokeWidth: 0.75,
        title: ({ state, from, to }: Band) => `${state} from ${from.toFixed(2)} s to ${to.toFixed(2)} s`,
      }),
      plot.text(
        bands.filter(({ from, to }) => to - from > wide),
        {
          x: ({ from, to }: Band) => (from + to) / 2,
          y: ({ row }: Band) => row - 0.16,
          text: "state",
          fill: ({ state }: Band) => (state === "MASTER" ? "var(--paper)" : "var(--ink)"),
          stroke: ({ state }: Band) => (state === "MASTER" ? "var(--master)" : "var(--backup)"),
          strokeWidth: 5,
          fontWeight: "bold",
        },
      ),
      ...directors.map((node, row) =>
        plot.line(
          ticks(
            adverts.filter((one) => one.node === node).map(({ at }) => at),
            row + 0.16,
            row + 0.38,
          ),
          { stroke: "var(--ink)", strokeWidth: 1.5, curve: "linear" },
        ),
      ),
      plot.dot(
        adverts.filter(({ priority }) => priority === 0),
        {
          x: "at",
          y: ({ node }: { node: string }) => directors.indexOf(node) + 0.27,
          symbol: "triangle",
          r: 5,
          fill: "var(--ink)",
          title: () => "advert with priority 0",
        },
      ),
    ],
  });
}

/** The plots of a part of a run. */
export const plotsOf = (plotter: Plotter, run: DrillRun, span: Span): string[] => [
  requestsPlot(plotter, run, span),
  latencyPlot(plotter, run, span),
  directorsPlot(plotter, run, span),
];

/** Seconds of a run that one plot shows well. */
const LONG = 45;

/** The parts of a run that are plotted: of a long one also the time around the fault, unless that is most of it. */
export function spansOf({ from, to, heal }: Timeline): readonly (Span & { readonly what: string })[] {
  const whole = { what: "as a whole", from, to };
  const near = { what: "around the fault", from, to: heal + 5 };
  return to - from <= LONG || near.to - from > 0.6 * (to - from) ? [whole] : [near, whole];
}
