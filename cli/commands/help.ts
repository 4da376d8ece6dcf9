import { command } from "../command";

export default command({
  name: "help",
  kind: "pure",
  summary: "list all verbs, or show what one verb takes",
  operands: { VERB: { what: "the verb", optional: true } },
  examples: ["help", "help verify"],
});
