import * as fs from "node:fs";
import { loadTopology } from "../../documents/load";
import { command } from "../command";
import { leftOf } from "../../operations/drills/left";
import { libvirtOf, withSession } from "../../operations/engine/deployed";
import { UserError } from "../../model/userError";
import { overridesOf } from "../../operations/naming";
import { tellOtherVersion } from "../../operations/engine/otherVersion";
import { type Stack, stackOf } from "../../operations/engine/stack";
import { table } from "../../operations/terminal/table";
import { listChecks, type Verified, verify } from "../../operations/verify";
import { exitCode, verifyAndPrint } from "../../operations/verify/report";
import { checkFile } from "../../operations/results/file";
import { junitText } from "../../operations/results/junit";
import { resultsOf } from "../../operations/results/kept";
import { markdownText } from "../../operations/results/markdown";
import { suiteOfChecks } from "../../operations/results/suite";
import { junit, only, quick, settle } from "../options";

/** The topology file alone gives the list: the lab need not be up. */
function list(stack: Stack, json: boolean): void {
  const checks = listChecks(loadTopology(stack.file, overridesOf(stack)));
  console.log(
    json
      ? JSON.stringify(
          checks.map(([id, name, title]) => ({ id, name, title })),
          null,
          2,
        )
      : table([["ID", "NAME", "WHAT IT PROVES"], ...checks]),
  );
}

export default command(
  {
    name: "verify",
    kind: "changes",
    summary: "prove by observation that the lab does what its topology says",
    details: [
      "Drills break something and put it back; --quick leaves them out. With --list it only reads the topology file.",
      "--predictions also brings about every failure that `predict` speaks of, and compares. It is for labs whose directors bring their own keepalived.conf.",
    ],
    lab: "operand",
    options: {
      list: { what: "list the lab's checks; the lab need not be up" },
      only,
      predictions: { what: "also bring about every failure that predict speaks of: minutes" },
      quick,
      settle,
      json: { what: "print one JSON document" },
      markdown: { what: "print Markdown, for a comment on a pull request or a job's summary" },
      junit,
    },
    exits: { 0: "all checks passed", 1: "a check failed" },
    examples: [
      "verify",
      "verify nat --only failover",
      "verify nat --list",
      "verify --quick",
      "verify my/site.yaml --predictions",
      "verify --junit verify.xml",
    ],
  },
  ({ lab, options: { list: listed, only, predictions, quick, settle, json, markdown, junit } }) => {
    const stack = stackOf(lab);
    if (listed) {
      list(stack, json);
      return 0;
    }
    return withSession(stack, async (session) => {
      const left = leftOf(stack);
      if (left.exists) await left.heal({ session, host: await libvirtOf(stack) });
      const name = session.lab.lab;
      const at = new Date().toISOString();
      const keep = (verified: Verified): void => {
        resultsOf(stack).keepVerified(session.lab, verified);
        if (junit !== undefined) fs.writeFileSync(junit, junitText(suiteOfChecks(name, at, verified)));
      };
      if (!json && !markdown) return verifyAndPrint(session, { only, predictions, quick, settle }, keep);
      tellOtherVersion(session);
      const verified = await verify(session, { only, predictions, quick, settle });
      keep(verified);
      console.log(
        json ? JSON.stringify({ lab: name, ...verified }, null, 2) : markdownText(suiteOfChecks(name, at, verified)),
      );
      return exitCode(verified);
    });
  },
  ({ options: { junit, predictions, quick } }) => {
    if (quick && predictions)
      throw new UserError("verify: --quick leaves out what --predictions asks for (leave out one of them)");
    checkFile("--junit", junit);
  },
);
