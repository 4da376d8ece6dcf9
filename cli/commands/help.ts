import { command } from "../command";

export default command({
  name: "help",
  kind: "pure",
  summary: "all verbs, or what one of them takes",
  operands: { VERB: { what: "the verb", optional: true } },
  examples: ["help", "help verify"],
});
