import { command } from "../command";
import { restore } from "../../operations/moments";
import { afterUp } from "../../operations/snapshots";
import { stackOf } from "../../operations/engine/stack";
import { only, settle } from "../options";

export default command(
  {
    name: "reset",
    kind: "changes",
    summary: "go back to the lab as `up` left it, and verify",
    details: ["It runs the checks that disturb nothing. `verify` runs all of them."],
    lab: "operand",
    options: { only, settle },
    exits: { 0: "all checks passed", 1: "a check failed" },
  },
  ({ lab, options: { only, settle } }) => restore(stackOf(lab), afterUp, { only, settle }),
);
