import { command } from "../command";
import { findingsOf, findingText } from "../../operations/topologies";

export default command(
  {
    name: "check",
    kind: "pure",
    summary: "find all mistakes in topology files",
    operands: { FILE: { what: "the path of a topology file, or a name in labs/", many: true } },
    options: { json: { what: "print one JSON document, with the name of each rule" } },
    exits: { 0: "no mistake", 1: "some mistake" },
    examples: ["check labs/nat.yaml", "check --json labs/*.yaml"],
  },
  ({ operands: { FILE }, options: { json } }) => {
    const findings = findingsOf(FILE);
    if (json) console.log(JSON.stringify(findings, null, 2));
    else for (const finding of findings) console.log(findingText(finding));
    return findings.every(({ problems }) => problems.length === 0) ? 0 : 1;
  },
);
