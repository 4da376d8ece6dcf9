import { command } from "../command";

export default command({
  name: "doctor",
  kind: "reads",
  summary: "what this host lacks, each with its fix",
  details: [
    "Packages, root, disk, /dev/kvm, what has to be reached for what is not there yet, and what LAB asks for: memory, routes.",
    "`up` asks the same before it begins.",
  ],
  lab: "operand",
  options: { json: { what: "one JSON document" } },
  program: ["host/doctor"],
  exits: { 0: "nothing is missing", 1: "something is missing" },
});
