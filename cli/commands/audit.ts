import { audit, hasAny } from "../../model/plan/audit";
import { planOf } from "../../model/plan/site";
import { writeFixes } from "../audit/fix";
import { readInput } from "../audit/input";
import { reportAnnotations, reportJson, reportMarkdown, reportText } from "../audit/report";
import { reportSarif } from "../audit/sarif";
import { command } from "../command";
import { failOn } from "../options";

export default command(
  {
    name: "audit",
    kind: "pure",
    summary: "what is wrong with the keepalived.conf files that you run, peers compared with each other",
    details: ["What may be in SITE, and what files do not say, is in docs/audit.md"],
    operands: {
      SITE: {
        what: "a folder with a folder per machine (lb1/keepalived.conf), a folder of NAME.keepalived.conf files, one file, or lb1=FILE lb2=FILE",
        many: true,
      },
    },
    options: {
      json: { what: "one JSON document" },
      sarif: { what: "SARIF 2.1.0, for code scanning" },
      markdown: { what: "Markdown, for a comment or a job's summary" },
      annotations: { what: "workflow commands of GitHub Actions, which annotate lines of a pull request" },
      fix: { what: "writes what can be mended without thinking (misspelt words, nb_get_retry), and shows the diff" },
      "fail-on": failOn("error"),
    },
    exits: { 0: "nothing as bad as --fail-on says", 1: "something is" },
    examples: [
      "audit site",
      "audit --fail-on warning lb1=one.conf lb2=two.conf",
      "audit --sarif site > audit.sarif",
      "audit --fix site",
    ],
  },
  ({ operands: { SITE }, options: { json, sarif, markdown, annotations, fix, "fail-on": threshold } }) => {
    // The diff is beside what programs read.
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
