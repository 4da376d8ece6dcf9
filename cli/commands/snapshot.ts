import { command } from "../command";
import { snapshot } from "../moments";
import { checkName } from "../snapshots";
import { stackOf } from "../stack";

export default command(
  {
    name: "snapshot",
    kind: "changes",
    summary: "keep this moment of the lab: memory and disks of all guests",
    lab: "operand",
    operands: { NAME: { what: "a name for it" } },
    examples: ["snapshot before", "snapshot nat before"],
  },
  ({ lab, operands: { NAME } }) => snapshot(stackOf(lab), checkName(NAME)),
);
