/** Results as Markdown, for a comment on a pull request or a job's summary. */
import { cell, code, markdownTable } from "../terminal/markdown";
import { countText, type Case, type Suite } from "./suite";

const mark = (ok: boolean): string => (ok ? "ok" : "**FAIL**");

const row = ({ ok, name, title, seconds, seen, problems }: Case): readonly string[] => [
  mark(ok),
  code(name),
  cell(title),
  [...problems, ...seen].map(cell).join("<br>"),
  `${seconds.toFixed(1)} s`,
];

/** The table of a case, under its name. The names of its columns are as in other tables. */
const tableOf = ({ name, rows }: Case): readonly string[] =>
  rows === undefined
    ? []
    : [
        `${code(name)}:`,
        markdownTable(rows.map((cells, at) => cells.map((one) => cell(at === 0 ? one.toLowerCase() : one)))),
      ];

export const markdownText = (suite: Suite): string =>
  [
    `### lab ${cell(suite.command)}: ${countText(suite)}`,
    `Begun ${suite.at.slice(0, 19)}Z, ${suite.seconds.toFixed(1)} s.`,
    markdownTable([["", "name", "what", "seen", "time"], ...suite.cases.map(row)]),
    ...suite.cases.flatMap(tableOf),
  ].join("\n\n");
