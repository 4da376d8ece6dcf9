import { command } from "../command";
import { inHealed } from "../../operations/drills/left";
import { weighedText, weighServer } from "../../operations/drills/weights";
import { stackOf } from "../../operations/engine/stack";
import { jsonText } from "../../operations/terminal/terminal";

export default command(
  {
    name: "undrain",
    kind: "changes",
    summary: "give a drained real server its weight again on every director",
    lab: "operand",
    operands: { NODE: { what: "a real server" } },
    options: { json: { what: "print one JSON document" } },
    examples: ["undrain web1", "undrain nat web2"],
  },
  async ({ lab, operands: { NODE }, options: { json } }) => {
    const stack = stackOf(lab);
    const weighed = await inHealed(stack, (hands) => weighServer(hands, "undrain", NODE));
    console.log(json ? jsonText(weighed) : weighedText("undrain", weighed, stack.lab));
    return 0;
  },
);
