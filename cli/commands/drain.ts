import { command } from "../command";
import { inHealed } from "../../operations/drills/left";
import { weighedText, weighServer } from "../../operations/drills/weights";
import { stackOf } from "../../operations/engine/stack";
import { jsonText } from "../../operations/terminal/terminal";

export default command(
  {
    name: "drain",
    kind: "changes",
    summary: "give a real server weight 0 on every director: no new connection, and open ones stay",
    details: [
      "It lasts until `undrain`, or until keepalived itself puts the server into its table again, after a failed health check.",
    ],
    lab: "operand",
    operands: { NODE: { what: "a real server" } },
    options: { json: { what: "print one JSON document" } },
    examples: ["drain web1", "drain nat web2"],
  },
  async ({ lab, operands: { NODE }, options: { json } }) => {
    const stack = stackOf(lab);
    const weighed = await inHealed(stack, (hands) => weighServer(hands, "drain", NODE));
    console.log(json ? jsonText(weighed) : weighedText("drain", weighed, stack.lab));
    return 0;
  },
);
