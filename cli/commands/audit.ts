import { audit, hasAny } from "../../model/plan/audit";
import { planOf } from "../../model/plan/site";
import { writeFixes } from "../../operations/audit/fix";
import { readInput } from "../../operations/audit/input";
import { reportAnnotations, reportJson, reportMarkdown, reportText } from "../../operations/audit/report";
import { reportSarif } from "../../operations/audit/sarif";
import { command } from "../command";
import { failOn } from "../options";

export default command(
  {
    name: "audit",
    kind: "pure",
    summary: "find mistakes in the keepalived.conf files that you run; peers are compared with each other",
    details: ["docs/audit.md says what SITE may hold, and how to add what the files do not say."],
    operands: {
      SITE: {
        what: "a folder with a folder per machine (lb1/keepalived.conf), a folder of NAME.keepalived.conf files, one file, or lb1=FILE lb2=FILE",
        many: true,
      },
    },
    options: {
      json: { what: "print one JSON document" },
      sarif: { what: "print SARIF 2.1.0, for code scanning" },
      markdown: { what: "print Markdown, for a comment or a job's summary" },
      annotations: { what: "print workflow commands of GitHub Actions, which annotate lines of a pull request" },
      fix: { what: "write the fixes that are certain (misspelt words, nb_get_retry), and show the diff" },
      "fail-on": failOn("error"),
    },
    exits: { 0: "no finding is as severe as --fail-on says", 1: "some finding is" },
    examples: [
      "audit site",
      "audit --fail-on warning lb1=one.conf lb2=two.conf",
      "audit --sarif site > audit.sarif",
      "audit --fix site",
    ],
  },
  ({ operands: { SITE }, options: { json, sarif, markdown, annotations, fix, "fail-on": threshold } }) => {
    // The diff goes to standard error: programs read the report on standard output.
    if (fix) for (const { diff } of writeFixes(readInput(SITE))) console.error(diff);
    const { machines, facts } = readInput(SITE);
    const plan = planOf(machines, facts);
    const report = { plan, findings: audit(plan) };
    const forms = [
      [json, reportJson],
      [sarif, reportSarif],
      [markdown, reportMarkdown],
      [annotations, reportAnnotations],
    ] as const;
    const [, shown] = forms.find(([isAsked]) => isAsked) ?? [true, reportText];
    console.log(shown(report));
    return hasAny(report.findings, threshold) ? 1 : 0;
  },
);
