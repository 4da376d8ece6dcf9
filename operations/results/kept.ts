/**
 * Results that are kept in the stack's folder of the state, for `lab report`: the last result of each check, and the last runs of each drill. Results
 * belong to one topology: those of an older one are dropped.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { LabOutputs } from "../../infra/outputs";
import type { DrillRun } from "../drills/course";
import { privateProject } from "../engine/backend";
import type { Stack } from "../engine/stack";
import { insist } from "../terminal/progress";
import type { CheckResult, Verified } from "../verify";
import { writeWhole } from "../wholeFile";

/** The form of the files. A change that breaks the reader raises it. */
const VERSION = 1;

/** Runs that are kept of each drill, the last ones: enough for a distribution. */
export const MOST_RUNS = 10;

/** What results belong to. */
export type Measured = Pick<LabOutputs, "lab" | "topology">;

/** A check's result, and when it was, ISO 8601. */
export type KeptCheck = CheckResult & { readonly at: string };

export type Kept = {
  /** The lab that all of it belongs to; undefined: nothing is kept. */
  readonly lab?: Measured;
  readonly checks: readonly KeptCheck[];
  /** The oldest first. */
  readonly runs: readonly DrillRun[];
  /** Files that this version cannot read. */
  readonly unread: readonly string[];
};

type Checks = Pick<Kept, "checks">;

function write(file: string, value: object): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeWhole(file, `${JSON.stringify({ version: VERSION, ...value })}\n`);
}

/** Reads a file; undefined: it is not there, or it has another form. */
function read<T>(file: string): T | undefined {
  try {
    const { version, ...value } = JSON.parse(fs.readFileSync(file, "utf8")) as { version?: unknown };
    return version === VERSION ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

/** The kept results of a lab, in a folder of their own. */
export class Results {
  private readonly topology: string;
  private readonly checks: string;
  private readonly drills: string;

  constructor(private readonly folder: string) {
    this.topology = path.join(folder, "topology.json");
    this.checks = path.join(folder, "checks.json");
    this.drills = path.join(folder, "drills");
  }

  /** Keeps a verification. Checks that did not run keep their last results. */
  keepVerified(lab: Measured, { results }: Verified): void {
    this.keep(lab, () => {
      const at = new Date().toISOString();
      const before = read<Checks>(this.checks)?.checks ?? [];
      const others = before.filter(({ name }) => !results.some((one) => one.name === name));
      write(this.checks, { checks: [...others, ...results.map((one): KeptCheck => ({ ...one, at }))] });
    });
  }

  /** Keeps a run of a drill, and drops the oldest ones of the same drill. */
  keepRun(lab: Measured, run: DrillRun): void {
    this.keep(lab, () => {
      write(path.join(this.drills, `${run.drill} ${run.at.replaceAll(":", "-")}.json`), run);
      const same = this.runFiles().filter((file) => path.basename(file).startsWith(`${run.drill} `));
      for (const file of same.slice(0, -MOST_RUNS)) fs.rmSync(file);
    });
  }

  /** All that is kept. */
  read(): Kept {
    const unread: string[] = [];
    const take = <T>(file: string): T | undefined => {
      const found = read<T>(file);
      if (found === undefined && fs.existsSync(file)) unread.push(file);
      return found;
    };
    const lab = take<Measured>(this.topology);
    const { checks = [] } = take<Checks>(this.checks) ?? {};
    const runs = this.runFiles().flatMap((file) => take<DrillRun>(file) ?? []);
    return {
      ...(lab === undefined ? {} : { lab }),
      checks,
      runs: runs.sort((a, b) => a.at.localeCompare(b.at)),
      unread,
    };
  }

  forget(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs of drills, each drill's oldest first. */
  private runFiles(): string[] {
    if (!fs.existsSync(this.drills)) return [];
    const files = fs.readdirSync(this.drills).filter((file) => file.endsWith(".json"));
    return files.sort().map((file) => path.join(this.drills, file));
  }

  /** Does the work after what belongs to another topology is dropped. A result that cannot be kept is still a result. */
  private keep({ lab, topology }: Measured, work: () => void): void {
    try {
      if (read<Measured>(this.topology)?.topology !== topology) {
        this.forget();
        write(this.topology, { lab, topology });
      }
      work();
    } catch (error) {
      insist(`lab: results are not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The kept results of a stack's lab. */
export const resultsOf = ({ name }: Pick<Stack, "name">): Results =>
  new Results(path.join(privateProject(name), "results"));
