import { command } from "../command";
import { failOn } from "../options";
import { hasAny } from "../../model/plan/audit";
import { findingJson, findingsOf, findingText, severitiesOf } from "../../operations/topologies";

export default command(
  {
    name: "check",
    kind: "pure",
    summary: "find all mistakes in topology files",
    details: [
      "Errors of a topology stop `up`. Warnings and notes do not: `up` prints them and goes on. A topology accepts those that are meant (`accept`, docs/topology.md).",
      "Errors in a keepalived.conf that a director brings do not stop `up`, either: the lab shows what keepalived makes of them.",
    ],
    operands: { FILE: { what: "the path of a topology file, or a name in labs/", many: true } },
    options: {
      json: { what: "print one JSON document, with the name of each rule and the severity" },
      "fail-on": failOn("error"),
    },
    exits: { 0: "no finding is as severe as --fail-on says", 1: "some finding is" },
    examples: ["check labs/nat.yaml", "check --json labs/*.yaml", "check --fail-on warning my/topology.yaml"],
  },
  ({ operands: { FILE }, options: { json, "fail-on": threshold } }) => {
    const findings = findingsOf(FILE);
    if (json) console.log(JSON.stringify(findings.map(findingJson), null, 2));
    else for (const finding of findings) console.log(findingText(finding));
    return hasAny(findings.flatMap(severitiesOf), threshold) ? 1 : 0;
  },
);
