import { command } from "../command";
import { plan } from "../../operations/plan";
import { planText } from "../../operations/plan/plan";
import { stackOf } from "../../operations/engine/stack";
import { against, files } from "../options";

export default command(
  {
    name: "plan",
    kind: "sets up",
    brings: "modules",
    summary: "show what up would make: resources, every file on every machine, footprint; secrets are masked",
    details: ["It installs the npm modules and the Pulumi toolchain if they are missing, and nothing else."],
    lab: "operand",
    options: {
      against: { ...against, what: `${against.what} (default: those of the lab as deployed)` },
      files,
      json: { what: "print one JSON document" },
    },
    examples: ["plan nat", "plan nat --against main", "plan nat --files"],
  },
  async ({ lab, options: { against, files, json } }) => {
    const planned = await plan(stackOf(lab), { against, filesOnly: files });
    process.stdout.write(json ? `${JSON.stringify(planned, null, 2)}\n` : planText(planned));
    return 0;
  },
);
