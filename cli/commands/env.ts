import { shellQuote } from "../../components/vm/seed";
import { command } from "../command";
import { findStack } from "../deployed";
import { stackOf } from "../stack";

export default command(
  {
    name: "env",
    kind: "reads",
    summary: "shell text for plain pulumi",
    details: ["The stack must be there: `init` makes it, and so does `up`."],
    lab: "operand",
    options: { json: { what: "one JSON object instead of shell text" } },
    examples: ["env nat", "env nat --json"],
  },
  async ({ lab, options: { json } }) => {
    const { env } = await findStack(stackOf(lab));
    if (json) console.log(JSON.stringify(env, null, 2));
    else for (const [name, value] of Object.entries(env)) console.log(`export ${name}=${shellQuote(value)}`);
    return 0;
  },
);
