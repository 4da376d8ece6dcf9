import { command } from "../command";
import { serialLog } from "../../operations/session/console";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "console",
    kind: "reads",
    summary: "show a node's serial console log, also if the node did not boot",
    lab: "option",
    operands: { NODE: { what: "a node of the lab" } },
  },
  ({ lab, operands: { NODE } }) => {
    process.stdout.write(serialLog(stackOf(lab), NODE));
    return 0;
  },
);
