import type { Severity } from "../../model/keepalived/finding";
import type { AuditFinding } from "../../model/plan/audit";
import type { Plan } from "../../model/plan/plan";

/** What an audit says: the same for people and for programs. */
export interface AuditReport {
  readonly plan: Plan;
  readonly findings: readonly AuditFinding[];
}

const place = ({ file, line }: AuditFinding["at"]): string => `${file}:${line}`;

type Counted = Pick<AuditFinding, "severity" | "accepted">;

/** How many there are of each severity, and how many are accepted. */
export function countsOf(findings: readonly Counted[]): Readonly<Record<Severity | "accepted", number>> {
  const counts = { error: 0, warning: 0, note: 0, accepted: 0 };
  for (const { severity, accepted } of findings) counts[accepted === undefined ? severity : "accepted"]++;
  return counts;
}

export function countsText(findings: readonly Counted[]): string {
  const { error, warning, note, accepted } = countsOf(findings);
  const some = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  const counted = [some(error, "error"), some(warning, "warning"), some(note, "note")];
  return [...counted, ...(accepted > 0 ? [`${accepted} accepted`] : [])].join(", ");
}

/** Characters that a terminal would obey or not show, and how they are shown: a file's words are anybody's. */
const visible = (text: string): string =>
  text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);

/** For people at a terminal. */
export function reportText({ plan, findings }: AuditReport): string {
  const blocks = findings.map(({ at, also, severity, rule, message, why, source, fix, accepted }) =>
    [
      `${at.file}:${at.line}:${at.column}: ${accepted === undefined ? severity : `accepted ${severity}`} ${rule}: ${message}`,
      ...(also.length > 0 ? [`    see:  ${also.map(place).join(", ")}`] : []),
      ...(accepted === undefined
        ? [`    why:  ${why} (${source})`, ...(fix === undefined ? [] : [`    fix:  ${fix}`])]
        : [`    accepted because ${accepted}`]),
    ].join("\n"),
  );
  return visible(
    [
      ...blocks,
      ...(blocks.length > 0 ? [""] : []),
      ...(plan.assumed.length > 0 ? ["Assumed:", ...plan.assumed.map((text) => `  - ${text}`), ""] : []),
      `${plan.nodes.map(({ name }) => name).join(", ")}: ${countsText(findings)}`,
    ].join("\n"),
  );
}

/** For programs: one document. */
export const reportJson = ({ plan, findings }: AuditReport): string =>
  JSON.stringify(
    {
      machines: plan.nodes.map(({ name, config }) => ({ name, files: config.files })),
      assumed: plan.assumed,
      counts: countsOf(findings),
      findings,
    },
    null,
    2,
  );

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");

/** A comment of a pull request, or a job's summary. */
export function reportMarkdown({ plan, findings }: AuditReport): string {
  const rows = findings
    .filter(({ accepted }) => accepted === undefined)
    .map(({ severity, at, also, rule, message, why, source, fix = "" }) => [
      severity,
      [at, ...also].map((one) => `\`${place(one)}\``).join(" "),
      `\`${rule}\``,
      `${cell(message)}<br>${cell(why)} (${cell(source)})`,
      cell(fix),
    ]);
  const accepted = findings.flatMap(({ at, rule, message, accepted: because }) =>
    because === undefined
      ? []
      : [`- \`${place(at)}\` \`${rule}\`: ${cell(message)}; accepted because ${cell(because)}`],
  );
  return [
    `### keepalived audit: ${plan.nodes.map(({ name }) => name).join(", ")}`,
    "",
    countsText(findings),
    ...(rows.length > 0
      ? [
          "",
          "| severity | place | rule | what and why | fix |",
          "| --- | --- | --- | --- | --- |",
          ...rows.map((row) => `| ${row.join(" | ")} |`),
        ]
      : []),
    ...(accepted.length > 0 ? ["", ...accepted] : []),
    ...(plan.assumed.length > 0 ? ["", "Assumed:", "", ...plan.assumed.map((text) => `- ${cell(text)}`)] : []),
  ].join("\n");
}

/** Workflow commands of GitHub Actions: each makes an annotation at its line in the pull request. What is accepted makes none. */
export function reportAnnotations({ findings }: AuditReport): string {
  const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
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
