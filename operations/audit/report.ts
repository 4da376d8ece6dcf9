import type { Severity } from "../../model/keepalived/finding";
import type { AuditFinding } from "../../model/plan/audit";
import type { Plan } from "../../model/plan/plan";
import { cell, code, markdownTable } from "../terminal/markdown";
import { jsonText, visible } from "../terminal/terminal";
import { counted } from "../../model/counted";

/** The result of an audit, for people and for programs. */
export interface AuditReport {
  readonly plan: Plan;
  readonly findings: readonly AuditFinding[];
}

const place = ({ file, line }: AuditFinding["at"]): string => `${file}:${line}`;

type Counted = Pick<AuditFinding, "severity" | "accepted">;

/** The number of findings of each severity, and of accepted ones. */
export function countsOf(findings: readonly Counted[]): Readonly<Record<Severity | "accepted", number>> {
  const counts = { error: 0, warning: 0, note: 0, accepted: 0 };
  for (const { severity, accepted } of findings) counts[accepted === undefined ? severity : "accepted"]++;
  return counts;
}

export function countsText(findings: readonly Counted[]): string {
  const { error, warning, note, accepted } = countsOf(findings);
  const all = [counted(error, "error"), counted(warning, "warning"), counted(note, "note")];
  return [...all, ...(accepted > 0 ? [`${accepted} accepted`] : [])].join(", ");
}

/** How many findings are shown to people. Programs get all. */
const MOST_SHOWN = 100;
/** How many places of the other sides are shown. */
const MOST_PLACES = 10;

/** The begin of a list, and a line about the rest. */
function cut<T>(all: readonly T[], most: number): { readonly shown: readonly T[]; readonly more: readonly string[] } {
  const left = all.length - most;
  return { shown: all.slice(0, most), more: left > 0 ? [`… and ${left} more`] : [] };
}

const places = (also: AuditFinding["also"]): readonly string[] => {
  const { shown, more } = cut(also, MOST_PLACES);
  return [...shown.map(place), ...more];
};

/** For people at a terminal. */
export function reportText({ plan, findings }: AuditReport): string {
  const { shown, more } = cut(findings, MOST_SHOWN);
  const blocks = shown.map(({ at, also, severity, rule, message, why, source, fix, accepted }) =>
    [
      `${at.file}:${at.line}:${at.column}: ${accepted === undefined ? severity : `accepted ${severity}`} ${rule}: ${message}`,
      ...(also.length > 0 ? [`    see:  ${places(also).join(", ")}`] : []),
      ...(accepted === undefined
        ? [`    why:  ${why} (${source})`, ...(fix === undefined ? [] : [`    fix:  ${fix}`])]
        : [`    accepted because ${accepted}`]),
    ].join("\n"),
  );
  return visible(
    [
      ...blocks,
      ...more.map((text) => `${text}: --json and --sarif have all`),
      ...(blocks.length > 0 ? [""] : []),
      ...(plan.assumed.length > 0 ? ["Assumed:", ...plan.assumed.map((text) => `  - ${text}`), ""] : []),
      `${plan.nodes.map(({ name }) => name).join(", ")}: ${countsText(findings)}`,
    ].join("\n"),
  );
}

/** For programs: one document. */
export const reportJson = ({ plan, findings }: AuditReport): string =>
  jsonText({
    machines: plan.nodes.map(({ name, config }) => ({ name, files: config.files })),
    assumed: plan.assumed,
    counts: countsOf(findings),
    findings,
  });

/** For a comment of a pull request, or a job's summary. */
export function reportMarkdown({ plan, findings }: AuditReport): string {
  const { shown, more } = cut(
    findings.filter(({ accepted }) => accepted === undefined),
    MOST_SHOWN,
  );
  const rows = shown.map(({ severity, at, also, rule, message, why, source, fix = "" }) => [
    severity,
    [place(at), ...places(also)].map(code).join(" "),
    code(rule),
    `${cell(message)}<br>${cell(why)} (${cell(source)})`,
    cell(fix),
  ]);
  const accepted = findings.flatMap(({ at, rule, message, accepted: because }) =>
    because === undefined
      ? []
      : [`- ${code(place(at))} ${code(rule)}: ${cell(message)}; accepted because ${cell(because)}`],
  );
  return [
    `### keepalived audit: ${cell(plan.nodes.map(({ name }) => name).join(", "))}`,
    "",
    countsText(findings),
    ...(rows.length > 0
      ? [
          "",
          markdownTable([["severity", "place", "rule", "what and why", "fix"], ...rows]),
          ...more.flatMap((text) => ["", text]),
        ]
      : []),
    ...(accepted.length > 0 ? ["", ...accepted] : []),
    ...(plan.assumed.length > 0 ? ["", "Assumed:", "", ...plan.assumed.map((text) => `- ${cell(text)}`)] : []),
  ].join("\n");
}

/** Workflow commands of GitHub Actions. Each annotates its line in the pull request. Accepted findings make no annotation. */
export function reportAnnotations({ findings }: AuditReport): string {
  const data = (text: string): string => visible(text).replaceAll("%", "%25").replaceAll("\n", "%0A");
  const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return findings
    .flatMap(({ severity, at, rule, message, why, source, fix, accepted }) => {
      if (accepted !== undefined) return [];
      const title = property(`keepalived audit: ${rule}`);
      const place = `file=${property(at.file)},line=${at.line},col=${at.column}`;
      const said = [message, `Why: ${why} (${source})`, ...(fix === undefined ? [] : [`Fix: ${fix}`])].join("\n");
      return [`::${severity === "note" ? "notice" : severity} ${place},title=${title}::${data(said)}`];
    })
    .join("\n");
}
