import { command } from "../command";
import { graph } from "../../operations/draw";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "graph",
    kind: "pure",
    summary: "draw the topology: segments, machines, virtual servers, the way of a request and its answer",
    lab: "operand",
    options: {
      svg: { what: "draw SVG instead of text" },
      mermaid: { what: "draw a Mermaid flowchart instead of text" },
    },
    examples: ["graph nat", "graph nat --svg >nat.svg"],
  },
  ({ lab, options }) => {
    process.stdout.write(graph(stackOf(lab), options));
    return 0;
  },
);
