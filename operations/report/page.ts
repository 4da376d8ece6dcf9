/** The report: one HTML file that loads nothing and runs no script. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Topology } from "../../model/topology/topology";
import { vipsOf } from "../../model/topology/queries";
import type { DrillRun } from "../drills/course";
import { figureText } from "../drills/report";
import { topologySvg } from "../draw";
import type { Kept } from "../results/kept";
import { checkName } from "../results/suite";
import { drillSection, whenText } from "./drill";
import { anchor, section, tableOf, text, textTable, verdict } from "./html";
import type { Plotter } from "./plots";

export type Reported = Omit<Kept, "lab"> & {
  readonly topology: Topology;
  /** When the page is written, ISO 8601. */
  readonly now: string;
};

/** Runs by drill, in the order in which the drills were done last. */
function byDrill(runs: readonly DrillRun[]): readonly (readonly DrillRun[])[] {
  const names = [...new Set(runs.map(({ drill }) => drill))];
  return names.map((name) => runs.filter(({ drill }) => drill === name));
}

/** Fills that can be told apart without colours. */
const PATTERNS = `<svg width="0" height="0" class="patterns" aria-hidden="true"><defs>
<pattern id="healing" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="8" fill="var(--fault)"/></pattern>
<pattern id="down" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--paper)"/><rect width="2" height="6" fill="var(--soft)"/></pattern>
<pattern id="off" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--paper)"/><path d="M0 0L6 6M6 0L0 6" stroke="var(--ink)" stroke-width="1"/></pattern>
</defs></svg>`;

function summary({ checks, unread }: Reported, drills: readonly (readonly DrillRun[])[]): string {
  const failed = checks.filter(({ ok }) => !ok);
  const rows = drills.flatMap((runs) => {
    const last = runs.at(-1);
    if (last === undefined) return [];
    const failed = last.figures.filter((one) => !one.ok);
    const [nearest] = [...last.figures].sort((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
    const shown = failed.length > 0 || nearest === undefined ? failed : [nearest];
    return [
      [
        `<a href="#${anchor(`drill ${last.drill}`)}">${text(last.drill)}</a>`,
        verdict(last.ok),
        `${runs.filter(({ ok }) => ok).length} of ${runs.length}`,
        shown.map((one) => text(figureText(one))).join("<br>"),
        text(whenText(last.at)),
      ],
    ];
  });
  return section(
    "Summary",
    checks.length === 0
      ? "<p>No check has run.</p>"
      : `<p>${verdict(failed.length === 0)} ${checks.length - failed.length} of ${checks.length} checks passed${failed.length === 0 ? "" : `, failed: ${text(failed.map(checkName).join(", "))}`}.</p>`,
    rows.length === 0
      ? "<p>No drill has run.</p>"
      : tableOf("Drills", [
          ["drill", "last run", "runs that agree", "figures that disagree, or the one nearest to its limit", "begun"],
          ...rows,
        ]),
    ...(unread.length === 0
      ? []
      : [
          `<p>Not read, because another version wrote them: ${text(unread.map((file) => path.basename(file)).join(", "))}.</p>`,
        ]),
  );
}

const checksSection = ({ checks }: Reported): string =>
  section(
    "Checks",
    tableOf("What verify saw", [
      ["check", "verdict", "what it proves", "evidence", "took", "seen at"],
      ...checks.map((one) => [
        text(checkName(one)),
        verdict(one.ok),
        text(one.title),
        (one.ok ? [one.seen] : one.problems).map(text).join("<br>"),
        `${one.seconds.toFixed(1)} s`,
        text(whenText(one.at)),
      ]),
    ]),
    ...checks.flatMap((one) =>
      one.rows === undefined ? [] : [textTable(`${checkName(one)}: predicted and seen`, one.rows)],
    ),
  );

function topologySection(topology: Topology): string {
  const svg = Buffer.from(topologySvg(topology)).toString("base64");
  const alt = `Topology of ${topology.name}: ${Object.keys(topology.nodes).join(", ")}`;
  // As an image it keeps its own style sheet, and cannot disturb that of the page.
  return section("Topology", `<img class="topology" alt="${text(alt)}" src="data:image/svg+xml;base64,${svg}">`);
}

/** The page. */
export function reportPage(plotter: Plotter, reported: Reported): string {
  const { topology, checks, runs, now } = reported;
  const drills = byDrill(runs);
  const titles = [
    "Summary",
    "Topology",
    ...(checks.length > 0 ? ["Checks"] : []),
    ...drills.map(([run]) => `drill ${run?.drill}`),
  ];
  const css = fs.readFileSync(path.join(__dirname, "page.css"), "utf8");
  return `${[
    "<!doctype html>",
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    '<meta name="color-scheme" content="light dark">',
    `<title>lvs-lab report: ${text(topology.name)}</title>`,
    `<style>\n${css}</style></head><body>`,
    '<a class="skip" href="#main">Skip to the results</a>',
    PATTERNS,
    `<header><h1>${text(topology.name)}</h1><p>${text(topology.description)}</p><p class="soft">Written ${text(whenText(now))} by lvs-lab. Times are UTC.</p></header>`,
    `<nav aria-label="Sections"><ul>${titles.map((title) => `<li><a href="#${anchor(title)}">${text(title)}</a></li>`).join("")}</ul></nav>`,
    '<main id="main">',
    summary(reported, drills),
    topologySection(topology),
    ...(checks.length > 0 ? [checksSection(reported)] : []),
    ...drills.map((all) => drillSection(plotter, all, vipsOf(topology))),
    "</main></body></html>",
  ].join("\n")}\n`;
}
