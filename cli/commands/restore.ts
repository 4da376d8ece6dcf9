import { command } from "../command";
import { restore } from "../../operations/moments";
import { checkName } from "../../operations/snapshots";
import { stackOf } from "../../operations/engine/stack";
import { only, settle } from "../options";

export default command(
  {
    name: "restore",
    kind: "changes",
    summary: "go back to a snapshot, and verify",
    details: ["It runs the checks that disturb nothing. `verify` runs all of them."],
    lab: "operand",
    operands: { NAME: { what: "the snapshot's name" } },
    options: { only, settle },
    exits: { 0: "all checks passed", 1: "a check failed" },
    examples: ["restore before", "restore nat before"],
  },
  ({ lab, operands: { NAME }, options: { only, settle } }) => restore(stackOf(lab), checkName(NAME), { only, settle }),
);
