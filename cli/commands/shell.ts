import { spawnSync } from "node:child_process";
import { command } from "../command";
import { findNamespace, withSession } from "../../operations/engine/deployed";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "shell",
    kind: "reads",
    summary: "open a shell or run a command in the lab's network namespace, or with `client` where the client is",
    lab: "option",
    operands: {
      COMMAND: { what: "`client`, a command, or both", optional: true, many: true, passed: true },
    },
    exits: { 0: "the command's own exit code", 1: "the command's own exit code" },
    examples: ["shell", "shell client curl http://10.0.0.3/", "shell --lab nat ip address"],
  },
  async ({ lab, operands: { COMMAND } }) => {
    const stack = stackOf(lab);
    if (COMMAND[0] === "client")
      return withSession(stack, async (session) => session.clientInteractive(COMMAND.slice(1)));
    const { env, enter } = await findNamespace(stack);
    const words = COMMAND.length > 0 ? COMMAND : [process.env.SHELL ?? "/bin/sh"];
    const [program = "", ...args] = [...enter, ...words];
    return spawnSync(program, args, { stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;
  },
);
