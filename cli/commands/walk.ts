import { command } from "../command";
import { walk } from "../../operations/draw";
import { stackOf } from "../../operations/engine/stack";

export default command(
  {
    name: "walk",
    kind: "pure",
    summary: "show a request and its answer hop by hop, with MACs and addresses",
    lab: "operand",
    options: {
      svg: { what: "draw SVG instead of text" },
      mermaid: { what: "draw a Mermaid sequence diagram instead of text" },
    },
    examples: ["walk tun", "walk tun --svg >tun.svg"],
  },
  ({ lab, options }) => {
    process.stdout.write(walk(stackOf(lab), options));
    return 0;
  },
);
