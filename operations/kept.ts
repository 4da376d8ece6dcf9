/** Results that are kept in the state folder, for the report: the last verification of a lab, and the last runs of its drills. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { DrillRun } from "./drills/course";
import type { Stack } from "./engine/stack";
import { stateDir } from "./paths";
import type { Verified } from "./verify";

type Named = Pick<Stack, "name">;

/** A verification with its time, ISO 8601. */
export type KeptVerified = Verified & { readonly at: string };

/** Runs of a drill that are kept, the last ones. */
const mostRuns = 10;

const folderOf = ({ name }: Named): string => path.join(stateDir, "results", name);

function write(file: string, value: unknown): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(`${file}.part`, JSON.stringify(value));
  fs.renameSync(`${file}.part`, file);
}

/** Files of drills by their names: "DRILL TIME.json", the oldest first. */
function drillFiles(stack: Named): string[] {
  const folder = path.join(folderOf(stack), "drills");
  return fs.existsSync(folder)
    ? fs
        .readdirSync(folder)
        .filter((file) => file.endsWith(".json"))
        .sort()
        .map((file) => path.join(folder, file))
    : [];
}

/** Keeps a whole verification; one of some checks alone would hide the others. */
export const keepVerified = (stack: Named, verified: Verified): void =>
  write(path.join(folderOf(stack), "verified.json"), { ...verified, at: new Date().toISOString() });

/** Keeps a run of a drill, and forgets the oldest ones of the same drill. */
export function keepRun(stack: Named, run: DrillRun): void {
  write(path.join(folderOf(stack), "drills", `${run.drill} ${run.at.replaceAll(":", "-")}.json`), run);
  const same = drillFiles(stack).filter((file) => path.basename(file).startsWith(`${run.drill} `));
  for (const file of same.slice(0, -mostRuns)) fs.rmSync(file);
}

/** What is kept of a lab: the last verification, and the runs of drills in the order in which they were. */
export function readKept(stack: Named): { readonly verified?: KeptVerified; readonly runs: readonly DrillRun[] } {
  const file = path.join(folderOf(stack), "verified.json");
  const verified = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as KeptVerified) : undefined;
  const runs = drillFiles(stack).map((one) => JSON.parse(fs.readFileSync(one, "utf8")) as DrillRun);
  return {
    ...(verified === undefined ? {} : { verified }),
    runs: runs.sort((a, b) => a.at.localeCompare(b.at)),
  };
}

/** Forgets the results of a lab that is destroyed. */
export const forgetKept = (stack: Named): void => fs.rmSync(folderOf(stack), { recursive: true, force: true });
