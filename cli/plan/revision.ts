import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { loadTopology } from "../../infra/config/load";
import type { Guest } from "../../infra/model/guest";
import { overridesOf } from "../naming";
import { inRoot, root } from "../paths";
import { MISSING, run, tryRun, UserError } from "../run";
import { imageOf, type Stack } from "../stack";
import { inTemporary } from "../temporary";
import { NO_GIT } from "./diff";
import { filesOf, type PlannedFiles } from "./files";

/** What decides the files beside the topology. */
const RENDERERS = ["cli", "components", "infra", "package-lock.json"];

/**
 * The files of a lab as a git revision of this checkout would write them, by that revision's own program, so that a change of a
 * renderer is seen like one of the topology. A revision from before `lab plan` lends its topology file only. No such lab there: no files.
 * What the stack says beside the file holds there too; a program that does not know it yet passes over it.
 */
export async function filesAt(reference: string, stack: Stack, guest: Guest): Promise<PlannedFiles> {
  const commit = await tryRun(["git", "-C", root, "rev-parse", "--verify", "--quiet", `${reference}^{commit}`]);
  if (commit.code === MISSING) throw new UserError(NO_GIT);
  if (commit.code !== 0) throw new UserError(`--against: got ${reference}, need a revision of this git checkout`);
  const name = path.relative(root, stack.file);
  if (name.startsWith("..")) throw new UserError(`--against: got ${stack.file}, need a topology file of this checkout`);

  return inTemporary(async ({ path: folder }) => {
    const archive = path.join(folder, "tree.tar");
    await run(["git", "-C", root, "archive", "--output", archive, commit.stdout.trim()]);
    await run(["tar", "-xf", archive, "-C", folder]);
    if (!fs.existsSync(path.join(folder, name))) return {};
    // Renderers that have not changed since, or that cannot plan yet: this checkout's do as well, and are here already.
    const same = await tryRun(["git", "-C", root, "diff", "--quiet", commit.stdout.trim(), "--", ...RENDERERS]);
    if (same.code === 0 || !fs.existsSync(path.join(folder, "cli", "plan")))
      return filesOf(loadTopology(path.join(folder, name), overridesOf(stack)), guest);
    // The revision's modules are this checkout's: what it needs beside them it does not have. Without the digest of the lock file, by
    // which the revision would see that they are not its own, and bring them.
    const modules = path.join(folder, "node_modules");
    fs.mkdirSync(modules);
    for (const entry of fs.readdirSync(inRoot("node_modules")))
      if (entry !== ".lock-digest") fs.symlinkSync(inRoot("node_modules", entry), path.join(modules, entry));
    // Until cli/front/ there was main.ts alone, which needs the loader.
    const front = path.join(folder, "cli", "front", "index.cjs");
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const program = fs.existsSync(front) ? [front] : ["--require", tsx, path.join(folder, "cli", "main.ts")];
    const words = ["plan", "--files", "--json", path.join(folder, name)];
    // Its own stack of that file: with a backend that is not the local one its configuration lies beside it.
    const config = { "lvs-lab:webs": overridesOf(stack).webs, "lvs-lab:image": imageOf(stack) };
    fs.writeFileSync(path.join(folder, `Pulumi.${path.basename(name, ".yaml")}.yaml`), stringify({ config }));
    const planned = await tryRun([process.execPath, ...program, ...words], {
      env: { PULUMI_BACKEND_URL: `file://${folder}` },
    });
    if (planned.code === 0) return (JSON.parse(planned.stdout) as { files: PlannedFiles }).files;
    throw new UserError(`--against: ${reference} cannot plan ${name}:\n${planned.stderr.trim()}`);
  });
}
