import * as fs from "node:fs";
import * as path from "node:path";
import { MISSING, tryRun } from "../run";
import { UserError } from "../../model/userError";
import { inTemporary } from "../temporary";
import type { PlannedFiles } from "./files";

/** The error if there is no git. */
export const NO_GIT = "git is missing, and is needed to compare files: run ./scripts/lab doctor, which names the fix";

/** The difference of two plans as one unified diff; empty: none. Paths begin with the side's name and the machine's name. */
export async function diffOf(before: PlannedFiles, after: PlannedFiles): Promise<string> {
  return inTemporary(async ({ path: folder }) => {
    write(path.join(folder, "before"), before);
    write(path.join(folder, "after"), after);
    // Set every option that a person's own configuration of git could change.
    const words = ["--no-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-prefix", "--no-renames"];
    const { code, stdout, stderr } = await tryRun(["git", "-C", folder, "diff", ...words, "before", "after"]);
    if (code === MISSING) throw new UserError(NO_GIT);
    // 1: they differ.
    if (code > 1) throw new UserError(`git diff failed: ${stderr.trim()}`);
    // Drop lines that tell a reader nothing: digests of contents, modes of these copies, and a line that repeats both names.
    return stdout
      .split("\n")
      .filter((line) => !/^(diff --git|index|new file mode|deleted file mode) /.test(line))
      .join("\n");
  });
}

function write(folder: string, files: PlannedFiles): void {
  fs.mkdirSync(folder);
  for (const [machine, list] of Object.entries(files)) {
    for (const { path: name, text, mode } of list) {
      const target = path.join(folder, machine, name);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      // Write the mode as text: the mode of this copy would depend on the umask.
      fs.writeFileSync(target, mode === "0644" || mode === "-" ? text : `# mode ${mode}\n${text}`);
    }
  }
}
