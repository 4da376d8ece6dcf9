import * as fs from "node:fs";
import * as path from "node:path";

/** The bench's own folder. bench/run makes and removes it. */
export const work = process.env.BENCH_WORK ?? "";

/** A path in the folder. */
export const inWork = (...parts: readonly string[]): string => path.join(work, ...parts);

/** Writes a file in the folder, creates its parents, and returns its path. */
export function write(file: string, text: string, mode = 0o600): string {
  const target = inWork(file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text, { mode });
  return target;
}
