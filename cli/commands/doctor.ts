import { command } from "../command";

export default command({
  name: "doctor",
  kind: "pure",
  summary: "what this host lacks, each with its fix",
  program: ["host/packages", "check"],
  exits: { 0: "nothing is missing", 1: "something is missing" },
});
