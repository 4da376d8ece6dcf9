import { shellQuote } from "../../model/shellQuote";
import { command } from "../command";
import { findStack } from "../../operations/engine/deployed";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "env",
    kind: "reads",
    summary: "print the environment for plain pulumi, as shell text",
    details: ["It needs the stack, which `init` or `up` makes."],
    lab: "operand",
    options: { json: { what: "print one JSON object instead of shell text" } },
    examples: ["env nat", "env nat --json"],
  },
  async ({ lab, options: { json } }) => {
    const { env } = await findStack(stackOf(lab));
    if (json) console.log(JSON.stringify(env, null, 2));
    else for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${shellQuote(value)}`);
    return 0;
  },
);
