import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { UserError } from "../../model/userError";
import { tryRun } from "../run";

/** What a machine can be asked: remote.sh says what each word means. */
export type Request = { readonly ask: "file" | "program" | "script" | "run"; readonly what: string };

/** What it answers. */
export type Answer =
  | { readonly kind: "file"; readonly path: string; readonly isExecutable: boolean; readonly bytes: Buffer }
  | { readonly kind: "text"; readonly name: string; readonly text: string; readonly code: number }
  /** closed: this login may not read it; large: it has more than 4 MiB. */
  | { readonly kind: "absent" | "closed" | "large"; readonly path: string };

const script = fs.readFileSync(path.join(__dirname, "remote.sh"));

/** The command that the login shell runs: any shell knows these words. dd takes exactly the script from standard input, and leaves the requests. */
export const remoteCommand = (isSudo: boolean): string =>
  `exec ${isSudo ? "sudo -n " : ""}sh -c 'eval "$(dd bs=1 count=${script.length} 2>/dev/null)"'`;

/** Reads the answers line by line. */
class Answers {
  readonly #all: Answer[] = [];
  #begun: { readonly head: string; readonly lines: string[] } | undefined;

  /** Takes a line. Returns the answers of a round with its last line. */
  take(line: string): readonly Answer[] | undefined {
    if (line === "=end") return this.#all.splice(0);
    const [, word = "", rest = ""] = /^=(\w*|\.)(?: (.*))?$/.exec(line) ?? [];
    if (word === "found" || word === "text") this.#begun = { head: line, lines: [] };
    else if (word === "." && this.#begun) {
      this.#all.push(dataOf(this.#begun.head, Buffer.from(this.#begun.lines.join("").replaceAll(" ", ""), "hex")));
      this.#begun = undefined;
    } else if (word === "absent" || word === "closed" || word === "large") this.#all.push({ kind: word, path: rest });
    else if (word === "") this.#begun?.lines.push(line);
    return undefined;
  }
}

function dataOf(head: string, bytes: Buffer): Answer {
  const [, mode = "", file = ""] = /^=found (\S+) (.*)$/.exec(head) ?? [];
  if (file !== "") return { kind: "file", path: file, isExecutable: mode.includes("x") || mode.includes("s"), bytes };
  const [, text = "", code = ""] = /^([^]*?)(\d+)\n$/.exec(bytes.toString()) ?? [];
  return { kind: "text", name: head.replace("=text ", ""), text, code: Number(code) };
}

/**
 * Asks a machine over one connection of the person's own ssh, which never asks for a password. `next` gets the answers of a round, and says what
 * to ask then; nothing: that was all. Throws if the machine cannot be reached.
 */
export async function converse(
  { host, isSudo }: { readonly host: string; readonly isSudo: boolean },
  first: readonly Request[],
  next: (answers: readonly Answer[]) => readonly Request[],
): Promise<void> {
  const written = (requests: readonly Request[]): string =>
    `${requests.map(({ ask, what }) => `${ask} ${what}\n`).join("")}end\n`;
  const answers = new Answers();
  let heard: (requests: readonly Request[]) => void = () => undefined;
  let isDone = false;
  async function* rounds(): AsyncGenerator<string> {
    yield script.toString();
    for (let requests = first; requests.length > 0; ) {
      const later = new Promise<readonly Request[]>((resolve) => (heard = resolve));
      yield written(requests);
      requests = await later;
    }
    isDone = true;
  }
  const said: string[] = [];
  const { sshConnect, collect } = { sshConnect: LIMITS.collectConnect.seconds, collect: LIMITS.collect.seconds };
  const options = ["BatchMode=yes", `ConnectTimeout=${sshConnect}`, "ClearAllForwardings=yes"].flatMap((one) => [
    "-o",
    one,
  ]);
  const { code, stderr, timedOut } = await tryRun(["ssh", "-T", ...options, "--", host, remoteCommand(isSudo)], {
    input: rounds(),
    timeout: collect,
    line: (line, stream) => {
      if (stream === "stderr") return said.push(line);
      const all = answers.take(line);
      if (all) heard(next(all));
      return undefined;
    },
  });
  if (isDone && code === 0) return;
  if (timedOut === true) throw new UserError(`no complete answer within ${collect} s`);
  const why = [...said, stderr].map((line) => line.trim()).filter((line) => line !== "");
  throw new UserError(why.slice(-3).join("; ") || `ssh ended with exit code ${code}`);
}
