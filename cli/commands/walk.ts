import { command } from "../command";
import { walk } from "../graph";
import { stackOf } from "../stack";

export default command(
  {
    name: "walk",
    kind: "pure",
    summary: "a request and its answer hop by hop, with MACs and addresses",
    lab: "operand",
    options: { mermaid: { what: "as a Mermaid sequence diagram instead of text" } },
  },
  ({ lab, options }) => {
    process.stdout.write(walk(stackOf(lab), options));
    return 0;
  },
);
