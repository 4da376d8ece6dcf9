import { command } from "../command";
import { review } from "../../operations/plan";
import { reviewComment } from "../../operations/plan/review";
import { against, files } from "../options";

export default command(
  {
    name: "review",
    kind: "sets up",
    brings: "modules",
    summary: "write a pull request's comment in Markdown: checks and plans of all labs",
    details: ["It installs the npm modules and the Pulumi toolchain if they are missing, and nothing else."],
    options: { against, files },
    exits: { 0: "every lab could be planned", 1: "a topology was refused" },
    examples: ["review --against main"],
  },
  async ({ options: { against, files } }) => {
    const labs = await review({ against, filesOnly: files });
    process.stdout.write(reviewComment(labs));
    return labs.every((lab) => "plan" in lab) ? 0 : 1;
  },
);
