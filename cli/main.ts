/** Does what the command line asks for: the front (cli/front/) reads the words, and a file of cli/commands/ does the work. */
import { ConfigError } from "../model/topology/error";
import type { Answer, Command, Request } from "./command";
import { stateDir } from "../operations/paths";
import { countPrepared } from "../operations/terminal/progress";
import { UserError } from "../model/userError";

const { parse } = require("./front/parse.cjs") as { parse: (words: readonly string[]) => Request | Answer };

/** Does what the words ask for, and writes errors to standard error. Returns the exit code. */
export async function runVerb(words: readonly string[]): Promise<number> {
  const asked = parse(words);
  if (!("text" in asked)) return runRequest(asked);
  process[asked.code === 0 ? "stdout" : "stderr"].write(asked.text);
  return asked.code;
}

/**
 * Does what was asked for. Loads only that verb's file, because some load Pulumi's SDK, which takes two seconds. `prepare` installs what the verb
 * brings; it returns its exit code and the times of its steps.
 */
export async function runRequest(
  asked: Request,
  prepare?: () => { readonly code: number; readonly stdout: string },
): Promise<number> {
  try {
    const { run, refuse } = (require(`./commands/${asked.verb}`) as { default: Command }).default;
    if (run === undefined) throw new Error(`${asked.verb} is done by the front`);
    refuse?.(asked);
    if (prepare !== undefined) {
      const { code, stdout } = prepare();
      if (code !== 0) return code;
      countPrepared(stdout);
    }
    return await run(asked);
  } catch (error) {
    process.stderr.write(`lab: ${told(error)}\n`);
    return 2;
  }
}

/** An error as shown to the person at the terminal; an unforeseen one with its stack. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("code" in error && error.code === "ENOSPC")
    return `a disk is full: ${error.message} (fix: make room for ${stateDir}, then run the same again)`;
  const known = error instanceof UserError || error instanceof ConfigError;
  return known ? error.message : String(error.stack ?? error);
}
