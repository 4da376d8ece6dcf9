import { command } from "../command";

export default command({
  name: "doctor",
  kind: "reads",
  summary: "show what this host lacks, and how to fix it",
  details: [
    "It checks packages, root, disk, /dev/kvm, the servers that missing parts come from, and what LAB needs: memory, routes.",
    "`up` checks the same before it begins.",
  ],
  lab: "operand",
  options: { json: { what: "print one JSON document" } },
  program: ["host/doctor"],
  exits: { 0: "nothing is missing", 1: "something is missing" },
});
