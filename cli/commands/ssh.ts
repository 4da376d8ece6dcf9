import { command } from "../command";
import { withSession } from "../../operations/engine/deployed";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "ssh",
    kind: "reads",
    summary: "log in to a node, or run a command on it",
    lab: "option",
    operands: {
      NODE: { what: "a node of the lab" },
      COMMAND: { what: "a command for the node, with its own options", optional: true, many: true, passed: true },
    },
    exits: { 0: "the command's own exit code", 1: "the command's own exit code" },
    examples: ["ssh web1", "ssh --lab nat lvs01 ipvsadm -L -n"],
  },
  ({ lab, operands: { NODE, COMMAND } }) =>
    withSession(stackOf(lab), async (session) => session.interactive(session.node(NODE).name, COMMAND)),
);
