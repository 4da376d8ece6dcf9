import { loadTopology } from "../../documents/load";
import { command } from "../command";
import { healLeft } from "../../operations/drills/left";
import { withSession } from "../../operations/engine/deployed";
import { overridesOf } from "../../operations/naming";
import { tellOtherVersion } from "../../operations/engine/otherVersion";
import { type Stack, stackOf } from "../../operations/engine/stack";
import { table } from "../../operations/terminal/table";
import { listChecks, verify } from "../../operations/verify";
import { exitCode, verifyAndPrint } from "../../operations/verify/report";
import { only, settle } from "../options";

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
      "Drills break something and put it back. With --list it only reads the topology file.",
      "--predictions also brings about every failure that `predict` speaks of, and compares. It is for labs whose directors bring their own keepalived.conf.",
    ],
    lab: "operand",
    options: {
      list: { what: "list the lab's checks; the lab need not be up" },
      only,
      predictions: { what: "also bring about every failure that predict speaks of: minutes" },
      settle,
      json: { what: "print one JSON document" },
    },
    exits: { 0: "all checks passed", 1: "a check failed" },
    examples: ["verify", "verify nat --only failover", "verify nat --list", "verify my/site.yaml --predictions"],
  },
  ({ lab, options: { list: listed, only, predictions, settle, json } }) => {
    const stack = stackOf(lab);
    if (listed) {
      list(stack, json);
      return 0;
    }
    return withSession(stack, async (session) => {
      await healLeft(stack, session);
      if (!json) return verifyAndPrint(session, { only, predictions, settle });
      tellOtherVersion(session);
      const verified = await verify(session, { only, predictions, settle });
      console.log(JSON.stringify({ lab: session.lab.lab, ...verified }, null, 2));
      return exitCode(verified);
    });
  },
);
