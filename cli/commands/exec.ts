import { command } from "../command";
import { withSession } from "../../operations/engine/deployed";
import { execute, failures, prefixed } from "../../operations/session/execute";
import { insist } from "../../operations/terminal/progress";
import { stackOf } from "../../operations/engine/stack";
import { addressed } from "../../operations/session/targets";
import { paintFor } from "../../operations/terminal/terminal";

export default command(
  {
    name: "exec",
    kind: "reads",
    summary: "run a command on several nodes at once, each line with the node's name",
    details: [
      "NODE is a node's name, a role (director, web …), or `all`. The first word that is none of these begins the command.",
      "Write `--` before the command if it has the name of a node or a role. The command is shell text, as with ssh.",
    ],
    lab: "option",
    operands: {
      NODE: { what: "a node, a role or `all`" },
      COMMAND: { what: "more nodes or roles, then the command", many: true, passed: true },
    },
    options: { json: { what: "print one JSON document" } },
    exits: { 0: "the command ended with 0 on every node", 1: "it failed on some node" },
    examples: [
      "exec all uptime",
      "exec director ipvsadm -L -n",
      "exec --lab nat web1 web2 -- systemctl is-active apache2",
    ],
  },
  ({ lab, operands: { NODE, COMMAND }, options: { json } }) =>
    withSession(stackOf(lab), async (session) => {
      const { nodes, command: words } = addressed(session.lab, [NODE, ...COMMAND]);
      const text = words.join(" ");
      const paints = { stdout: paintFor(process.stdout), stderr: paintFor(process.stderr) };
      const say = { stdout: prefixed(nodes, paints.stdout), stderr: prefixed(nodes, paints.stderr) };
      const all = await execute(
        session,
        nodes,
        text,
        json ? undefined : (node, said, stream) => process[stream].write(`${say[stream](node, said)}\n`),
      );
      if (json) console.log(JSON.stringify(all, null, 2));
      else for (const line of failures(all)) insist(`lab: ${line}\n`);
      return all.every(({ code }) => code === 0) ? 0 : 1;
    }),
);
