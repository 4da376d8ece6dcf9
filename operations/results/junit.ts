/** Results as JUnit XML, the form that Jenkins, GitLab and most other CI systems read. It has no standard: this is the part that all of them know. */
import { escapeMarkup } from "../../model/markup";
import { table } from "../terminal/table";
import { visible } from "../terminal/terminal";
import type { Case, Suite } from "./suite";

/** XML 1.0 cannot hold control characters, halves of surrogate pairs, U+FFFE and U+FFFF, not even escaped (section 2.2). */
const xmlText = (text: string): string =>
  escapeMarkup(visible(text).replace(/[\p{Surrogate}\uFFFE\uFFFF]/gu, "\uFFFD"));

const attributes = (all: Readonly<Record<string, string | number>>): string =>
  Object.entries(all)
    // A line end in an attribute is read as a blank, unless it is escaped.
    .map(([name, value]) => ` ${name}="${xmlText(String(value)).replaceAll("\n", "&#10;")}"`)
    .join("");

const secondsText = (seconds: number): string => seconds.toFixed(3);

function caseLines({ name, title, ok, seconds, seen, problems, rows }: Case, classname: string): string[] {
  const [first = "it failed"] = problems;
  const said = [title, ...seen, ...(rows === undefined ? [] : [table(rows)])].join("\n");
  return [
    `    <testcase${attributes({ name, classname, time: secondsText(seconds) })}>`,
    ...(ok
      ? []
      : [
          `      <failure${attributes({ message: first, type: "difference" })}>${xmlText(problems.join("\n"))}</failure>`,
        ]),
    `      <system-out>${xmlText(said)}</system-out>`,
    "    </testcase>",
  ];
}

/** One document with one suite. Times are seconds; the timestamp is UTC without a zone, as the known schemas want it. */
export function junitText({ command, lab, at, seconds, cases }: Suite): string {
  const counts = {
    name: `lab ${command}`,
    tests: cases.length,
    failures: cases.filter(({ ok }) => !ok).length,
    errors: 0,
    time: secondsText(seconds),
  };
  const classname = command.split(" ").join(".");
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counts)}>`,
    `  <testsuite${attributes({ ...counts, skipped: 0, timestamp: at.slice(0, 19) })}>`,
    "    <properties>",
    `      <property${attributes({ name: "lab", value: lab })}/>`,
    "    </properties>",
    ...cases.flatMap((one) => caseLines(one, classname)),
    "  </testsuite>",
    "</testsuites>",
  ].join("\n")}\n`;
}
