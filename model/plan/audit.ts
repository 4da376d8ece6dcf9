import { byPosition, isSamePosition, type Position, type Rule as WordRule, type Severity } from "../keepalived/finding";
import { discreet } from "../keepalived/secret";
import { clustersOf, peersOf } from "./clusters";
import type { Accepted, Plan } from "./plan";
import { rules } from "./rules";

/** One problem of a site, with all its places. */
export interface AuditFinding {
  readonly severity: Severity;
  readonly rule: string;
  readonly at: Position;
  /** The other places. */
  readonly also: readonly Position[];
  readonly message: string;
  readonly why: string;
  /** RFC, man page, kernel documentation. */
  readonly source: string;
  readonly fix?: string;
  /** The author's reason for accepting it. An accepted finding does not count. */
  readonly accepted?: string;
}

/** The description of a rule. */
export interface RuleText {
  readonly name: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly why: string;
  readonly source: string;
}

const MAN = "keepalived.conf(5)";
const DROPS = "the daemon ignores the line or the block, with a message in its log";

/** The rules of the keepalived reader. */
const words: Readonly<Record<WordRule, readonly [severity: Severity, summary: string]>> = {
  "unknown-word": ["error", "A word that keepalived does not know"],
  "misplaced-word": ["error", "A word in a block that does not know it"],
  "retired-word": ["warning", "A word that keepalived 2.x does not know any more"],
  "deprecated-word": ["warning", "An old word that has a replacement"],
  "newer-word": ["error", "A word that is newer than this version of keepalived"],
  "missing-value": ["error", "A word without the value that it needs"],
  "extra-value": ["error", "A word with too many values"],
  "bad-value": ["error", "A value that the word does not accept"],
  "clamped-value": ["warning", "A value that the daemon changes"],
  "written-twice": ["warning", "Something that is written twice"],
  "unknown-name": ["error", "A name that is not defined"],
  "incomplete-block": ["error", "A block without a required part"],
  conflict: ["warning", "Words that exclude each other"],
  "unbalanced-braces": ["error", "Braces that do not match"],
  "unmatched-quote": ["error", "A quote that is not closed"],
  "long-line": ["error", "A line that is too long for the daemon"],
  "bad-include": ["error", "An include that finds nothing"],
  "bad-definition": ["error", "A definition that cannot be read"],
  "cut-by-comment": ["warning", "A value that is cut off by a comment sign"],
};

/** Rules about accepting comments. */
const acceptRules: readonly RuleText[] = [
  {
    name: "accept-without-reason",
    severity: "warning",
    summary: "A finding is accepted without a reason",
    why: "the next reader cannot know whether it still applies, so the finding remains",
    source: "docs/audit.md",
  },
  {
    name: "accept-unused",
    severity: "note",
    summary: "An accepted finding that does not exist",
    why: "the problem is fixed already, or the comment names another rule",
    source: "docs/audit.md",
  },
];

/** Every rule that a finding may name. */
export const ruleTexts: readonly RuleText[] = [
  ...Object.entries(words).map(([name, [severity, summary]]) => ({ name, severity, summary, why: DROPS, source: MAN })),
  ...rules.map(({ name, severity, summary, why, source }) => ({ name, severity, summary, why, source })),
  ...acceptRules,
];

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
/** Whether there is an unaccepted finding of at least this severity. */
export const hasAny = (
  findings: readonly { readonly severity: Severity; readonly accepted?: unknown }[],
  threshold: Severity | "never",
): boolean =>
  threshold !== "never" &&
  findings.some(({ severity, accepted }) => accepted === undefined && rank[severity] <= rank[threshold]);

/** All findings of a site, by severity, then file by file from top to bottom. */
export function audit(plan: Plan): readonly AuditFinding[] {
  const clusters = clustersOf(plan);
  const view = { plan, clusters, peers: peersOf(clusters) };
  const ofWords = plan.nodes.flatMap(({ findings }) =>
    findings.map(
      ({ severity, rule, message, why, suggestion, file, line, column }): AuditFinding => ({
        severity,
        rule,
        at: { file, line, column },
        also: [],
        message,
        why,
        source: MAN,
        ...(suggestion === undefined ? {} : { fix: suggestion }),
      }),
    ),
  );
  const ofRules = rules.flatMap(({ name, severity, why, source, find }) =>
    find(view).map(
      (found): AuditFinding => ({
        severity: found.severity ?? severity,
        rule: name,
        at: found.at,
        also: (found.also ?? []).flatMap((place) => (place && !isSamePosition(place, found.at) ? [place] : [])),
        message: discreet(found.message),
        why: found.why ?? why,
        source,
        ...(found.fix === undefined ? {} : { fix: discreet(found.fix) }),
      }),
    ),
  );
  const files = plan.nodes.flatMap(({ config }) => config.files);
  return Object.freeze(
    accept(plan, [...ofWords, ...ofRules]).sort(
      (a, b) =>
        rank[a.severity] - rank[b.severity] ||
        files.indexOf(a.at.file) - files.indexOf(b.at.file) ||
        byPosition(a.at, b.at),
    ),
  );
}

/** Marks accepted findings, and reports useless acceptances. */
function accept(plan: Plan, findings: readonly AuditFinding[]): AuditFinding[] {
  const filesOf = new Map(plan.nodes.map(({ name, config }) => [name, config.files]));
  const all = [...plan.nodes.flatMap(({ accepted }) => accepted), ...plan.accepted];
  const byRule = new Map<string, Accepted[]>();
  for (const one of all) {
    const same = byRule.get(one.rule);
    if (same) same.push(one);
    else byRule.set(one.rule, [one]);
  }
  const used = new Set<Accepted>();
  const covers = ({ at, lines, node }: Accepted, place: Position): boolean => {
    if (at) return at.file === place.file && (!lines || (lines.first <= place.line && place.line <= lines.last));
    return node === undefined || (filesOf.get(node)?.includes(place.file) ?? false);
  };
  const marked = findings.map((finding) => {
    const by = (byRule.get(finding.rule) ?? []).filter((one) =>
      [finding.at, ...finding.also].some((place) => covers(one, place)),
    );
    for (const one of by) used.add(one);
    const reason = by.find(({ because }) => because !== "")?.because;
    return reason === undefined ? finding : { ...finding, accepted: reason };
  });
  const about = (one: Accepted, name: string, message: string): AuditFinding[] => {
    const text = acceptRules.find((rule) => rule.name === name);
    const at = one.at ?? { file: "site.yaml", line: 1, column: 1 };
    return text
      ? [{ severity: text.severity, rule: name, at, also: [], message, why: text.why, source: text.source }]
      : [];
  };
  return [
    ...marked,
    ...all.flatMap((one) => [
      ...(one.because === ""
        ? about(one, "accept-without-reason", `${one.rule} is accepted without a reason: add \`because …\``)
        : []),
      ...(used.has(one)
        ? []
        : about(one, "accept-unused", `${one.rule} is accepted, but there is no such finding here`)),
    ]),
  ];
}
