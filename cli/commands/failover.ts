import { command } from "../command";
import { failBack, failOver, handedBackText, handedOverText } from "../../operations/drills/handOver";
import { inHealed } from "../../operations/drills/left";
import { stackOf } from "../../operations/engine/stack";
import { jsonText } from "../../operations/terminal/terminal";

export default command(
  {
    name: "failover",
    kind: "changes",
    summary: "let the MASTER hand the VIP over to another director, and say who has it now",
    details: [
      "keepalived is stopped on the MASTER, which says farewell by an advert with priority 0. It stays stopped if it would take the VIP back.",
      "For the outage in numbers: `drill keepalived-stop`.",
    ],
    lab: "operand",
    options: {
      back: { what: "start keepalived where it is stopped, and say who has the VIP then" },
      json: { what: "print one JSON document" },
    },
    examples: ["failover", "failover --back", "failover nat --json"],
  },
  async ({ lab, options: { back, json } }) => {
    const stack = stackOf(lab);
    const text = await inHealed(stack, async ({ session }) => {
      if (back) {
        const handed = await failBack(session);
        return json ? jsonText(handed) : handedBackText(handed);
      }
      const handed = await failOver(session, stack.lab);
      return json ? jsonText(handed) : handedOverText(handed, stack.lab);
    });
    console.log(text);
    return 0;
  },
);
