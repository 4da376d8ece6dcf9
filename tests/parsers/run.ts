import { spawnSync } from "node:child_process";

/** How a daemon's own parser judged a file. */
export type Judgement = { readonly code: number; readonly said: string };

/** Runs a parser and answers what it said; a parser that is not installed fails the test (host/packages --tests has it). */
export function judge(command: string, ...args: readonly string[]): Judgement {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 15_000 });
  if (error !== undefined) throw new Error(`${command}: ${error.message} (fix: host/packages install --tests)`);
  return { code: status ?? 128, said: `${stdout}${stderr}` };
}
