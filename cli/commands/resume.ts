import { command } from "../command";
import { resume } from "../../operations/lab";
import { stackOf } from "../../operations/engine/stack";
import { settle } from "../options";

export default command(
  {
    name: "resume",
    kind: "sets up",
    brings: "host",
    summary: "go on after an up or a destroy was cut off: remove what is half-made, then bring the lab up",
    lab: "operand",
    options: { settle },
    exits: { 0: "all checks passed", 1: "a check failed" },
  },
  ({ lab, options }) => resume(stackOf(lab), options),
);
