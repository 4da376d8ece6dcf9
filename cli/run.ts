import { type ChildProcess, spawn } from "node:child_process";
import * as os from "node:os";
import * as readline from "node:readline";
import { LIMITS } from "../infra/limits";
import { lane } from "./lanes";
import { drawing, insist, say } from "./progress";

/** An error meant for the person at the terminal: printed as it is, without a stack. */
export class UserError extends Error {}

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input, which a promise keeps open until then. */
  readonly input?: string | Promise<string>;
  /** Seconds until the process is killed and the run fails; default, and Infinity: no bound. */
  readonly timeout?: number;
  /** Ends it when it is aborted: with Ctrl-C, and some seconds later by force. */
  readonly stop?: AbortSignal;
  /** What the person sees while it runs: nothing (default), standard error, or everything. What is shown is not kept. */
  readonly show?: "nothing" | "errors" | "all";
  /** Gets each line of its output as it comes, in the place of the result. */
  readonly line?: (line: string, stream: "stdout" | "stderr") => void;
  /** It is in a process group of its own: Ctrl-C does not reach it. Default: while something has to be put back. */
  readonly apart?: boolean;
  /** It ends for Ctrl-C in its own good time, as one that has the terminal. Default: one of which everything is shown. */
  readonly front?: boolean;
};

export type RunResult = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True: it was ended for its seconds were over. */
  readonly timedOut?: true;
};

/** Programs in front: Ctrl-C is theirs, and they end in their own good time (pulumi writes its state first). */
const inFront = new Set<ChildProcess>();

/** Seconds after which a program that was asked to end is asked again (pulumi then leaves what it is doing), and after which it is ended. */
const patience = { again: LIMITS.interruptAgain.seconds, kill: LIMITS.interruptKill.seconds };

let interrupted = false;

/** Ends what was interrupted: called where a program that had the terminal may have ended for Ctrl-C alone. */
export function stopIfInterrupted(goOn: string): void {
  if (interrupted) throw new UserError(`interrupted; the state is valid, ${goOn}`);
}

/** How much work is under way that puts back what it changes, and the signal that waits for it. */
let restoring = 0;
let postponed: { readonly signal: number; readonly at: number } | undefined;

/** Milliseconds within which a second signal is the first one's echo: timeout(1) and npm send theirs to this process and to its group. */
const echo = 500;

/**
 * Runs some work that changes the lab and puts it back: what would end this process meanwhile waits for the end of the work. Who
 * asks a second time does not wait.
 */
export async function withoutInterruption<T>(work: () => Promise<T>): Promise<T> {
  restoring++;
  try {
    return await work();
  } finally {
    restoring--;
    if (restoring === 0 && postponed !== undefined) process.exit(KILLED + postponed.signal);
  }
}

/** What Ctrl-C does, and a signal that asks for the same: it ends this process, in order, unless a program in front answers it. */
function end(signal: number): void {
  if (inFront.size === 0) {
    if (postponed !== undefined && performance.now() - postponed.at < echo) return;
    if (restoring === 0 || postponed !== undefined) process.exit(KILLED + signal);
    postponed = { signal, at: performance.now() };
    insist("interrupted: waits until the lab is as it was (again: ends at once)\n");
    return;
  }
  if (interrupted) return;
  interrupted = true;
  say("interrupted: waits until what was begun is written down\n");
  const later = (seconds: number, word: NodeJS.Signals) =>
    setTimeout(() => inFront.forEach((child) => child.kill(word)), seconds * 1000).unref();
  later(patience.again, "SIGINT");
  later(patience.kill, "SIGKILL");
}
// Without a listener these end the process without its "exit": keys and folders would stay.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => end(os.constants.signals[signal]));

/** The code of a program that a signal ended. */
export const KILLED = 128;

/** The code of a program that cannot be started. */
export const MISSING = 127;

/** Process groups of the programs in lanes (cli/lanes.ts): Ctrl-C does not reach them by itself. */
const groups = new Set<number>();
process.on("exit", () => groups.forEach((pid) => signalGroup(pid, "SIGINT")));

function signalGroup(pid: number, word: NodeJS.Signals): void {
  try {
    process.kill(-pid, word);
  } catch {
    // It has ended.
  }
}

/** Runs a program and answers how it ended. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [command, ...args] = argv as [string, ...string[]];
  const shown = options.show ?? "nothing";
  const front = options.front ?? shown === "all";
  const beside = front ? undefined : lane();
  if (beside?.stop.aborted === true)
    return Promise.resolve({ code: KILLED, stdout: "", stderr: "not begun, for what went on beside it has failed" });
  const stop = options.stop ?? beside?.stop;
  // What a program wrote itself would be in the middle of a frame, or of another lane's lines.
  const relayed = shown === "errors" && (drawing || beside !== undefined);
  const label = beside === undefined ? "" : `      ${beside.name}: `;
  const {
    line = relayed ? (text: string) => insist(`${label}${text}`) : undefined,
    timeout = Number.POSITIVE_INFINITY,
  } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.env },
      // Ctrl-C goes to all programs of the terminal's group: one that has to put something back is in none.
      // One beside others is in one of its own, to be ended with all that it has started.
      detached: beside !== undefined || (options.apart ?? (restoring > 0 && !front)),
      stdio: [
        options.input === undefined ? "ignore" : "pipe",
        shown === "all" ? "inherit" : "pipe",
        shown === "nothing" || relayed ? "pipe" : "inherit",
      ],
    });
    if (front) inFront.add(child);
    const group = beside === undefined ? undefined : child.pid;
    if (group !== undefined) groups.add(group);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    for (const [name, kept] of [
      ["stdout", out],
      ["stderr", err],
    ] as const) {
      const stream = child[name];
      if (stream === null) continue;
      if (line === undefined || (relayed && name === "stdout")) stream.on("data", (chunk: Buffer) => kept.push(chunk));
      else readline.createInterface(stream).on("line", (text) => line(text, name));
    }
    child.stdin?.on("error", () => undefined); // the program may end without reading all of it
    void Promise.resolve(options.input).then((text) => child.stdin?.end(text));
    const send = (word: NodeJS.Signals) => (group === undefined ? child.kill(word) : signalGroup(group, word));
    const timer = Number.isFinite(timeout) ? setTimeout(() => send("SIGKILL"), timeout * 1000) : undefined;
    const giveUp = () => {
      send("SIGINT");
      const seconds = group === undefined ? patience.kill - patience.again : patience.kill;
      setTimeout(() => send("SIGKILL"), seconds * 1000).unref();
    };
    stop?.addEventListener("abort", giveUp);
    let ended = false; // a program that cannot be started reports twice
    const done = (code: number, note = "", more: Pick<RunResult, "timedOut"> = {}) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      stop?.removeEventListener("abort", giveUp);
      if (group !== undefined) groups.delete(group);
      inFront.delete(child);
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() + note, ...more });
    };
    child.on("error", (error) => done(MISSING, error.message));
    child.on("close", (code, signal) => {
      const killed = signal === "SIGKILL" && timer !== undefined;
      if (killed) done(KILLED, `no end after ${timeout} s`, { timedOut: true });
      else done(code ?? KILLED);
    });
  });
}

/** Runs a program that must succeed and answers its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  return succeeded(argv, await tryRun(argv, options));
}

/** Standard output of a program that succeeded; one that did not is an error with its last words. */
export function succeeded(argv: readonly string[], result: RunResult): string {
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().split("\n").slice(-12).join("\n  ");
    throw new UserError(`${argv.slice(0, 3).join(" ")} failed with exit code ${result.code}${said && `:\n  ${said}`}`);
  }
  return result.stdout;
}
