import * as fs from "node:fs";
import { command } from "../command";
import { stackOf } from "../../operations/engine/stack";
import { report } from "../../operations/report";
import { checkFile } from "../../operations/results/file";
import { UserError } from "../../model/userError";

export default command(
  {
    name: "report",
    kind: "pure",
    summary: "write the lab's last results as one HTML page: checks with what they saw, and plots of each drill",
    details: [
      "It shows what up, verify and drill have kept; the lab need not run. The page loads nothing and runs no script.",
      "docs/report.md says what the plots show.",
    ],
    lab: "operand",
    options: {
      output: { what: "the file to write; default: standard output", value: "FILE", short: "o" },
    },
    examples: ["report --output report.html", "report nat >nat.html"],
  },
  async ({ lab, options: { output } }) => {
    const page = await report(stackOf(lab));
    if (output === undefined) process.stdout.write(page);
    else fs.writeFileSync(output, page);
    return 0;
  },
  ({ options: { output } }) => {
    checkFile("--output", output);
    if (output === undefined && process.stdout.isTTY)
      throw new UserError("report: got a terminal for the page, need --output FILE, or a file or a pipe");
  },
);
