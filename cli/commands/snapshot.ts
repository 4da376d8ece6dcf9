import { command } from "../command";
import { snapshot } from "../../operations/moments";
import { checkName } from "../../operations/snapshots";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "snapshot",
    kind: "changes",
    summary: "save the lab as it is now: memory and disks of all guests",
    lab: "operand",
    operands: { NAME: { what: "a name for the snapshot" } },
    examples: ["snapshot before", "snapshot nat before"],
  },
  ({ lab, operands: { NAME } }) => snapshot(stackOf(lab), checkName(NAME)),
);
