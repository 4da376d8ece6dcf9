import { DRILLS, type Kind } from "../../operations/verify/drills";
import { CHECKS } from "../../operations/verify/checks";
import { RULES } from "../../model/topology/rules";
import { RULES_OF_PLAN } from "../../model/topology/rules/ofPlan";
import { pointsProvenBy } from "../../documents";
import { markdownTable, plain } from "./block";

type Check = (typeof CHECKS)[number];

/** What a check does to the lab, by what it needs. */
const kindOf = (needs: Check["needs"]): Kind =>
  needs === "nodes" ? "look" : needs === "client" ? "question" : DRILLS[needs].kind;

const KINDS: Readonly<Record<Kind, readonly [title: string, says: string]>> = {
  look: [
    "Looks",
    "These read the machines: the kernel's tables, files, units, addresses, sysctls, open sockets. They change nothing.",
  ],
  question: [
    "Questions",
    "These ask as a client or a director does, and watch what the machines answer: pages, ARP, packets on the wire. They change nothing.",
  ],
  drill: [
    "Drills",
    `These disturb the lab, see what happens, and put everything back: a daemon is stopped, a web server taken away, a router no longer
forwards. The column *drill* names the disturbance; the checks that share one judge the same run of it.`,
  ],
};

/** The reference of what `verify` proves. */
export function checksPage(): string {
  const parts = Object.entries(KINDS).map(([kind, [title, says]]) => {
    const drill = (cell: string): string[] => (kind === "drill" ? [cell] : []);
    const rows = CHECKS.filter(({ needs }) => kindOf(needs) === kind).map((check) => [
      `\`${check.name}\``,
      plain(check.title),
      ...drill(check.needs),
      pointsProvenBy(check.name).join(", "),
    ]);
    return `## ${title}\n\n${says}\n\n${markdownTable([["check", "what it proves", ...drill("drill"), "points"], ...rows])}`;
  });
  return `# Checks reference

<!-- Generated from the checks (operations/verify/checks) by \`npm run docs\`: edits here are lost. -->

\`./scripts/lab verify\` runs every check that applies to the lab. \`verify LAB --list\` prints them without a running lab, and
\`verify --only NAME\` runs one. A check first looks, then judges what was seen against the topology, so a check that passes has seen the
property itself and does not rely on exit codes.

The column *points* has the points of the [source documents](documents/README.md) that the check proves; \`--only\` takes them too.
Tests make every check fail: unit tests use the facts of a healthy lab with one thing damaged, and most checks also fail in a running lab
([table of proofs](proofs.md)).

${parts.join("\n\n")}
`;
}

/** The reference of the rules of topology files. */
export function rulesPage(): string {
  // Two places may have one rule.
  const rules = new Map(RULES.map((rule) => [rule.name, rule]));
  const rows = [...rules.values()].map(({ name, severity, summary, reason }) => [
    `\`${name}\``,
    severity,
    plain(summary),
    plain(reason),
  ]);
  const ofPlan = RULES_OF_PLAN.map(({ name, severity, summary, source }) => [
    `\`${name}\``,
    severity,
    plain(summary),
    plain(source),
  ]);
  return `# Rules reference

<!-- Generated from model/topology/rules/ by \`npm run docs\`: edits here are lost. -->

The schema defines the values of each key ([topology reference](topology.md)). The rules find what a schema cannot: places of one file that
contradict each other, also across machines, where a daemon's parser cannot look. \`./scripts/lab check FILE\` applies all of them and lists
all problems at once; with \`--json\` each problem has the name of its rule. Every rule has a source: a document, an RFC or a man page.

An error stops \`up\`: the daemon refuses it, or it cannot work. A warning works otherwise than its author may mean, or loses service in a
failure; a note is a habit worth changing. \`check\`, \`up\` and \`preview\` show both, and go on. They also go on with errors in the
keepalived.conf of a director: the lab shows what comes of them. A warning, a note, or such an error that is meant is
accepted by the name of its rule, with a reason, in the topology:

\`\`\`yaml
accept:
  multicast-group-snooped: the segment is one bridge, and the directors answer its IGMP queries
\`\`\`

${markdownTable([["rule", "severity", "what it requires", "source"], ...rows])}

## Rules of configurations

What keepalived runs in a lab is judged as \`./scripts/lab audit\` judges files, once the rules above find no error. Some rules have another
severity in some cases.

${markdownTable([["rule", "severity", "what it finds", "source"], ...ofPlan])}
`;
}
