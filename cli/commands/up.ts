import { command } from "../command";
import { up } from "../../operations/lab";
import { wantedTopology } from "../../operations/engine/conditions";
import { stackOf } from "../../operations/engine/stack";
import { settle } from "../options";

export default command(
  {
    name: "up",
    kind: "sets up",
    brings: "host",
    summary: "bring up a lab from nothing, and verify it",
    details: ["A further `up` changes only what differs."],
    lab: "operand",
    options: {
      webs: { what: "the number of web servers, in a lab that has a group of them", value: "N", is: "count" },
      settle,
    },
    exits: { 0: "all checks passed", 1: "a check failed" },
    examples: ["up", "up nat", "up my/topology.yaml", "up scale --webs 16"],
  },
  ({ lab, options: { settle, webs } }) => up(stackOf(lab), { settle, ...(webs === undefined ? {} : { webs }) }),
  ({ lab, options: { webs } }) => void wantedTopology(stackOf(lab), webs),
);
