/** The part of the page about one drill. */
import type { DrillRun } from "../drills/course";
import { isLate, loadText, valueText } from "../drills/report";
import { type LoadRequest, served, type Span, type Timeline, within } from "../drills/timeline";
import { FIGURES, figureCells } from "../results/suite";
import { figure, section, tableOf, text, textTable, verdict } from "./html";
import { figuresPlot } from "./figuresPlot";
import type { Plotter } from "./plots";
import { plotsOf, spansOf } from "./timelinePlots";

/** A time for people: "2026-11-28 04:55:13 UTC". */
export const whenText = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

/** How to read the plots of a run. */
const howText = ({ figures }: DrillRun): string =>
  [
    "Each tick is an answered request, each cross one without an answer. Grey: the fault. Hatched: it is being healed.",
    ...(figures.some(({ name }) => name === "outage")
      ? [
          "The thick line is the longest time between two answers; the diamonds below it are the theory's shortest and longest.",
        ]
      : []),
    "Bands are the directors' states by their own words; ticks beneath a band are its adverts on the wire, a triangle one with priority 0.",
  ].join(" ");

const HOW_FIGURES =
  "Upright bars: the shortest and longest time of the theory. Grey: what the tolerance allows. Diamond: the last run. Circles: earlier runs, the oldest on top. Crosses: a run that disagrees.";

/** Requests of each phase by what came of them. */
function answersTable({ timeline }: DrillRun): string {
  const { from, heal, to, requests } = timeline;
  const phases: readonly (readonly [string, Span])[] = [
    ["before the fault", { from, to: 0 }],
    ["during the fault", { from: 0, to: heal }],
    ["from the heal on", { from: heal, to }],
  ];
  const kindOf = ({ by, error = "no answer" }: LoadRequest): string => by ?? error;
  const sorted = (all: readonly LoadRequest[]): string[] => [...new Set(all.map(kindOf))].sort();
  const kinds = [...sorted(requests.filter(served)), ...sorted(requests.filter((one) => !served(one)))];
  return textTable("Requests by who answered, or why nobody did", [
    ["", ...phases.map(([phase]) => phase)],
    ...kinds.map((kind) => [
      kind,
      ...phases.map(
        ([, span]) => `${requests.filter((one) => kindOf(one) === kind && within(span, one.start)).length}`,
      ),
    ]),
  ]);
}

const figuresTable = ({ figures }: DrillRun): string =>
  tableOf("Figures of the last run", [
    [...FIGURES, "what is measured", "where the theory is from"],
    ...figures.map((one) => [...figureCells(one).map(text), verdict(one.ok), text(one.what), text(one.theory)]),
  ]);

const runsTable = (runs: readonly DrillRun[]): string => {
  const names = [...new Set(runs.flatMap(({ figures }) => figures.map(({ name }) => name)))];
  return tableOf("Every kept run, the newest first", [
    ["begun", "target", "verdict", ...names.map(text)],
    ...[...runs].reverse().map((run) => [
      `<span class="time">${text(whenText(run.at))}</span>`,
      text(run.target),
      verdict(run.ok),
      ...names.map((name) => {
        const found = run.figures.find((one) => one.name === name);
        return found === undefined ? "" : `${text(valueText(found))}${found.ok ? "" : " ✘"}`;
      }),
    ]),
  ]);
};

/** States in words, for who cannot see the bands. */
const statesTable = ({ timeline }: { readonly timeline: Timeline }): string =>
  textTable("Changes of state, in seconds since the fault began", [
    ["director", "at", "state"],
    ...timeline.states.map(({ node, at, state }) => [node, at.toFixed(2), state]),
  ]);

/** The section of a drill. `runs` are its runs, the oldest first; the last one is drawn. */
export function drillSection(plotter: Plotter, runs: readonly DrillRun[], vips: readonly string[]): string {
  const last = runs.at(-1);
  if (last === undefined) return "";
  const beside = figuresPlot(plotter, runs);
  const holding = vips.length === 0 ? "" : ` The MASTER holds ${vips.join(", ")}.`;
  return section(
    `drill ${last.drill}`,
    `<p>${verdict(last.ok)} ${text(last.title)}; target ${text(last.target)}; ${text(whenText(last.at))}, ${last.seconds.toFixed(1)} s.</p>`,
    `<p>${text(loadText(last))}.${isLate(last) ? " <strong>The client was late itself: this machine was too busy for these figures.</strong>" : ""}</p>`,
    ...spansOf(last.timeline).map(({ what, ...span }, index) =>
      figure(
        `The last run ${what}.${index === 0 ? ` ${howText(last)}${holding}` : ""}`,
        ...plotsOf(plotter, last, span),
      ),
    ),
    ...(beside === undefined
      ? []
      : [
          figure(
            `Measured times beside the theory, ${runs.length === 1 ? "one run" : `${runs.length} runs`}. ${HOW_FIGURES}`,
            beside,
          ),
        ]),
    figuresTable(last),
    answersTable(last),
    statesTable(last),
    ...(runs.length > 1 ? [runsTable(runs)] : []),
  );
}
