import { spawnSync } from "node:child_process";

/** The result of a daemon's own parser for a file. */
export type Judgement = { readonly code: number; readonly said: string };

/** Runs a parser and returns its output. A missing parser fails the test (host/packages --tests installs it). */
export function judge(command: string, ...args: readonly string[]): Judgement {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", timeout: 15_000 });
  if (error !== undefined) throw new Error(`${command}: ${error.message} (fix: host/packages install --tests)`);
  return { code: status ?? 128, said: `${stdout}${stderr}` };
}
