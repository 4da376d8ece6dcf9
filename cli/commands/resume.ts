import { command } from "../command";
import { wantedTopology } from "../../operations/engine/conditions";
import { refuseNewLab } from "../../operations/engine/deployed";
import { stackOf } from "../../operations/engine/stack";
import { settle } from "../options";

export default command(
  {
    name: "resume",
    kind: "sets up",
    brings: "host",
    existing: true,
    summary: "go on after an up or a destroy was cut off: remove what is half-made, then bring the lab up",
    lab: "operand",
    options: { settle },
    exits: { 0: "all checks passed", 1: "a check failed" },
  },
  ({ lab, options }) => {
    // Only where a lab was begun, because loading it takes longer than a refusal.
    const { up } = require("../../operations/lab") as typeof import("../../operations/lab");
    return up(stackOf(lab), options);
  },
  ({ lab }) => {
    refuseNewLab(stackOf(lab));
    wantedTopology(stackOf(lab));
  },
);
