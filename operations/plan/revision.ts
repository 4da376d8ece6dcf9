import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { loadTopology } from "../../documents/load";
import type { Guest } from "../../model/topology/guest";
import { overridesOf } from "../naming";
import { inRoot, root } from "../paths";
import { MISSING, run, tryRun } from "../run";
import { UserError } from "../../model/userError";
import type { Stack } from "../engine/stack";
import { inTemporary } from "../temporary";
import { NO_GIT } from "./diff";
import { filesOf, type PlannedFiles } from "./files";
import { imageOf } from "../engine/stackConfig";

/** What decides the files, besides the topology. */
const RENDERERS = ["cli", "operations", "components", "documents", "infra", "model", "package-lock.json"];

/** The folder of `lab plan`, now and in earlier revisions. */
const PLANS = ["operations/plan", "cli/plan"];

/** A git revision of this checkout to compare a lab with: as it was asked for, its commit, and the topology file's path in it. */
type Revision = { readonly reference: string; readonly commit: string; readonly name: string };

/** Finds a revision. Throws if this checkout does not have it, or not the lab. */
export async function findRevision(reference: string, stack: Stack): Promise<Revision> {
  const commit = await tryRun(["git", "-C", root, "rev-parse", "--verify", "--quiet", `${reference}^{commit}`]);
  if (commit.code === MISSING) throw new UserError(NO_GIT);
  if (commit.code !== 0) throw new UserError(`--against: got ${reference}, need a revision of this git checkout`);
  const name = path.relative(root, stack.file);
  if (name.startsWith("..")) throw new UserError(`--against: got ${stack.file}, need a topology file of this checkout`);
  return { reference, commit: commit.stdout.trim(), name };
}

/**
 * The files of a lab as a git revision of this checkout would write them. That revision's own program renders them, so that a change of a
 * renderer shows like a change of the topology. From a revision older than `lab plan` only the topology file is used. If the revision does not
 * have the lab, there are no files. The stack's settings apply there too; a program that does not know them ignores them.
 */
export async function filesAt(
  { reference, commit, name }: Revision,
  stack: Stack,
  guest: Guest,
): Promise<PlannedFiles> {
  return inTemporary(async ({ path: folder }) => {
    const archive = path.join(folder, "tree.tar");
    await run(["git", "-C", root, "archive", "--output", archive, commit]);
    await run(["tar", "-xf", archive, "-C", folder]);
    if (!fs.existsSync(path.join(folder, name))) return {};
    // Use this checkout's renderers if the revision's are the same, or cannot plan yet.
    const same = await tryRun(["git", "-C", root, "diff", "--quiet", commit, "--", ...RENDERERS]);
    if (same.code === 0 || !PLANS.some((plan) => fs.existsSync(path.join(folder, plan))))
      return filesOf(loadTopology(path.join(folder, name), overridesOf(stack)), guest);
    // The revision uses this checkout's npm modules; others that it needs are missing. Leave out the digest of the lock file: by it the
    // revision would see that the modules are not its own, and install them.
    const modules = path.join(folder, "node_modules");
    fs.mkdirSync(modules);
    for (const entry of fs.readdirSync(inRoot("node_modules")))
      if (entry !== ".lock-digest") fs.symlinkSync(inRoot("node_modules", entry), path.join(modules, entry));
    // Revisions without cli/front/ have only main.ts, which needs the loader.
    const front = path.join(folder, "cli", "front", "index.cjs");
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const program = fs.existsSync(front) ? [front] : ["--require", tsx, path.join(folder, "cli", "main.ts")];
    const words = ["plan", "--files", "--json", path.join(folder, name)];
    // Give it a stack for that file. With a remote backend the stack's configuration is beside the project file.
    const config = { "lvs-lab:webs": overridesOf(stack).webs, "lvs-lab:image": imageOf(stack) };
    fs.writeFileSync(path.join(folder, `Pulumi.${path.basename(name, ".yaml")}.yaml`), stringify({ config }));
    const planned = await tryRun([process.execPath, ...program, ...words], {
      env: { PULUMI_BACKEND_URL: `file://${folder}` },
    });
    if (planned.code === 0) return (JSON.parse(planned.stdout) as { files: PlannedFiles }).files;
    throw new UserError(`--against: ${reference} cannot plan ${name}:\n${planned.stderr.trim()}`);
  });
}
