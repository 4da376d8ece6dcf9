import { command } from "../command";
import { serialLog } from "../console";
import { stackOf } from "../stack";

export default command(
  {
    name: "console",
    kind: "reads",
    summary: "what a node wrote to its serial console, also of one that did not boot",
    lab: "option",
    operands: { NODE: { what: "a node of the lab" } },
  },
  ({ lab, operands: { NODE } }) => {
    process.stdout.write(serialLog(stackOf(lab), NODE));
    return 0;
  },
);
