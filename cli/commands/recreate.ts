import { command } from "../command";
import { recreate } from "../../operations/lab";
import { wantedTopology } from "../../operations/engine/conditions";
import { stackOf } from "../../operations/engine/stack";
import { settle } from "../options";

export default command(
  {
    name: "recreate",
    kind: "sets up",
    brings: "host",
    summary: "destroy the lab, bring it up again and verify it, with the stack's own configuration",
    lab: "operand",
    options: { settle },
    exits: { 0: "all checks passed", 1: "a check failed" },
  },
  ({ lab, options }) => recreate(stackOf(lab), options),
  ({ lab }) => void wantedTopology(stackOf(lab)),
);
