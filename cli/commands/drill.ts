import * as fs from "node:fs";
import { loadTopology } from "../../documents/load";
import { command } from "../command";
import { isDrill, drillsFor } from "../../operations/drills";
import { runLines, runsLine } from "../../operations/drills/report";
import { runDrills, usualRate } from "../../operations/drills/run";
import { TOLERANCE, toleranceOf } from "../../operations/drills/verdict";
import { findLab, inSession } from "../../operations/engine/deployed";
import { tellOtherVersion } from "../../operations/engine/otherVersion";
import { type Stack, stackOf } from "../../operations/engine/stack";
import { overridesOf } from "../../operations/naming";
import { checkFile } from "../../operations/results/file";
import { junitText } from "../../operations/results/junit";
import { resultsOf } from "../../operations/results/kept";
import { markdownText } from "../../operations/results/markdown";
import { suiteOfRuns } from "../../operations/results/suite";
import { answer } from "../../operations/terminal/progress";
import { table } from "../../operations/terminal/table";
import { jsonText, paintFor } from "../../operations/terminal/terminal";
import { junit } from "../options";

/** The topology file alone gives the list: the lab need not be up. */
function list(stack: Stack, json: boolean): void {
  const drills = drillsFor(loadTopology(stack.file, overridesOf(stack)));
  console.log(
    json
      ? jsonText(drills.map(({ name, title, disturbs }) => ({ name, title, disturbs })))
      : table([
          ["DRILL", "WHAT IS DONE", "WHAT IT DISTURBS"],
          ...drills.map((one) => [one.name, one.title, one.disturbs]),
        ]),
  );
}

export default command(
  {
    name: "drill",
    kind: "changes",
    summary:
      "break something while clients ask, put it back, and compare the outage with the configuration's own timers",
    details: [
      "The load runs in the client's network namespace. Each drill has a hypothesis; docs/drills.md says how it is measured.",
      "Ctrl-C heals first. If the process is killed, the next drill, verify or up puts back what it left.",
    ],
    lab: "operand",
    operands: {
      DRILL: { what: "names of drills; default: every drill that the lab can have", optional: true, many: true },
    },
    options: {
      list: { what: "list the lab's drills; the lab need not be up" },
      target: {
        what: "the machine that it is done to; default: the director that holds the VIP, or the first real server",
        value: "NODE",
      },
      rate: { what: "requests a second; default: 50, and 10 if the guests are emulated", value: "N", is: "count" },
      tolerance: {
        what: "how many times as long as its theory a time may be, for emulated guests and busy machines",
        value: "RATIO",
        is: "seconds",
        default: TOLERANCE.ratio,
      },
      json: { what: "print one JSON document, with the timeline of each drill" },
      markdown: { what: "print Markdown, for a comment on a pull request or a job's summary" },
      junit,
    },
    exits: { 0: "every drill went as its hypothesis says", 1: "one did not" },
    examples: [
      "drill",
      "drill keepalived-stop director-crash",
      "drill nat httpd-stop --target web2",
      "drill --list",
      "drill --junit drill.xml",
    ],
  },
  async ({
    lab,
    operands: { DRILL },
    options: { list: listed, target, rate, tolerance: ratio, json, markdown, junit },
  }) => {
    // A lab is optional, and comes first: a drill's name there is a drill.
    const [name, names] = lab !== undefined && isDrill(lab) ? [undefined, [lab, ...DRILL]] : [lab, DRILL];
    const stack = stackOf(name);
    if (listed) {
      list(stack, json);
      return 0;
    }
    const found = await findLab(stack);
    return inSession(found, async (session) => {
      tellOtherVersion(session);
      const paint = paintFor(process.stdout);
      const asked = { names, target, rate: rate ?? usualRate(stack), tolerance: toleranceOf(ratio) };
      const at = new Date().toISOString();
      const runs = await runDrills(found, session, asked, (run) => {
        resultsOf(stack).keepRun(session.lab, run);
        if (!json && !markdown) answer(runLines(run, paint));
      });
      const ok = runs.every((run) => run.ok);
      const suite = suiteOfRuns(session.lab.lab, at, runs);
      if (junit !== undefined) fs.writeFileSync(junit, junitText(suite));
      if (json) console.log(jsonText({ lab: session.lab.lab, ok, runs }));
      else if (markdown) console.log(markdownText(suite));
      else console.log(`\n${runsLine(runs, paint)}`);
      return ok ? 0 : 1;
    });
  },
  ({ options: { junit } }) => checkFile("--junit", junit),
);
