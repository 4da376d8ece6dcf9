import { command } from "../command";
import { findingsOf, findingText } from "../topologies";

export default command(
  {
    name: "check",
    kind: "pure",
    summary: "what is wrong with topology files, all of it",
    operands: { FILE: { what: "the path of a topology file, or a name in labs/", many: true } },
    options: { json: { what: "one JSON document, with the name of each rule" } },
    exits: { 0: "nothing is wrong", 1: "something is" },
    examples: ["check labs/nat.yaml", "check --json labs/*.yaml"],
  },
  ({ operands: { FILE }, options: { json } }) => {
    const findings = findingsOf(FILE);
    if (json) console.log(JSON.stringify(findings, null, 2));
    else for (const finding of findings) console.log(findingText(finding));
    return findings.every(({ problems }) => problems.length === 0) ? 0 : 1;
  },
);
