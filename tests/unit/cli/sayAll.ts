/**
 * A program that gives each topology file to each verb, in one process, and prints the results as JSON. Its arguments are the verbs with their
 * options, `--`, and the files.
 */
import { runVerb } from "../../../cli/main";

export type Said = {
  readonly verb: string;
  readonly file: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a verb and returns its output. */
async function listen(verb: string, file: string): Promise<Said> {
  const heard = { stdout: "", stderr: "" };
  const own = {
    stdout: process.stdout.write.bind(process.stdout),
    stderr: process.stderr.write.bind(process.stderr),
  };
  for (const stream of ["stdout", "stderr"] as const)
    process[stream].write = (chunk: string | Uint8Array): boolean => {
      heard[stream] += String(chunk);
      return true;
    };
  try {
    return { verb, file, code: await runVerb([...verb.split(" "), file]), ...heard };
  } finally {
    for (const stream of ["stdout", "stderr"] as const) process[stream].write = own[stream];
  }
}

async function sayAll(words: readonly string[]): Promise<Said[]> {
  const [verbs, files] = [words.slice(0, words.indexOf("--")), words.slice(words.indexOf("--") + 1)];
  const said: Said[] = [];
  for (const file of files) for (const verb of verbs) said.push(await listen(verb, file));
  return said;
}

void sayAll(process.argv.slice(2)).then((said) => process.stdout.write(JSON.stringify(said)));
