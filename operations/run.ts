import { type ChildProcess, spawn } from "node:child_process";
import * as os from "node:os";
import * as readline from "node:readline";
import { LIMITS } from "../model/limits";
import type { Ran } from "../components/platform/programs";
import { UserError } from "../model/userError";
import { lane } from "./terminal/lanes";
import { drawing, insist, say } from "./terminal/progress";

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads from standard input. It stays open until the promise resolves, or the last piece is there. */
  readonly input?: string | Promise<string> | AsyncIterable<string>;
  /** Folder that it runs in; default: that of this process. */
  readonly cwd?: string;
  /** Seconds until the process is killed and the run fails; default, and Infinity: no limit. */
  readonly timeout?: number;
  /** When this is aborted, the program gets Ctrl-C's signal, and some seconds later is killed. */
  readonly stop?: AbortSignal;
  /** What the person sees while it runs: nothing (default), standard error, or everything. What is shown is not in the result. */
  readonly show?: "nothing" | "errors" | "all";
  /** Gets each line of its output as it comes. These lines are not in the result. */
  readonly line?: (line: string, stream: "stdout" | "stderr") => void;
  /** Whether it runs in its own process group, so that Ctrl-C does not reach it. Default: while something has to be put back. */
  readonly apart?: boolean;
  /** Whether it handles Ctrl-C itself and ends when it is ready. Default: a program whose whole output is shown. */
  readonly front?: boolean;
  /** What the person is told when Ctrl-C has to wait for such a program. Default: nothing. */
  readonly waiting?: string;
};

export type RunResult = Ran;

/** Programs that handle Ctrl-C themselves and end when they are ready (pulumi writes its state first). */
const inFront = new Map<ChildProcess, string | undefined>();

/** Seconds until a program that was asked to end is asked again (pulumi then drops its work), and until it is killed. */
const patience = { again: LIMITS.interruptAgain.seconds, kill: LIMITS.interruptKill.seconds };

let interrupted = false;

/** Stops if Ctrl-C was pressed. Call it after a program that handles Ctrl-C itself, which may have ended because of it. */
export function stopIfInterrupted(goOn: string): void {
  if (interrupted) throw new UserError(`interrupted; the state is valid, ${goOn}`);
}

/** How many pieces of work that must put something back are running, and the signal that waits for them. */
let restoring = 0;
let postponed: { readonly signal: number; readonly at: number } | undefined;
/** Aborted when such a signal has come: work that can end early does so, and puts back what it took away. */
const hurry = new AbortController();

/** Milliseconds in which a second signal counts as a copy of the first: timeout(1) and npm signal this process and also its group. */
const echo = 500;

/**
 * Runs some work that changes the lab and puts it back. A signal that would end this process waits for the end of the work. A second signal
 * ends it at once. The work gets a signal that is aborted then.
 */
export async function withoutInterruption<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  restoring++;
  try {
    return await work(hurry.signal);
  } finally {
    restoring--;
    if (restoring === 0 && postponed !== undefined) process.exit(KILLED + postponed.signal);
  }
}

/** Handles Ctrl-C and similar signals: ends this process in good order, unless a program in front handles the signal itself. */
function end(signal: number): void {
  if (inFront.size === 0) {
    if (postponed !== undefined && performance.now() - postponed.at < echo) return;
    if (restoring === 0 || postponed !== undefined) process.exit(KILLED + signal);
    postponed = { signal, at: performance.now() };
    insist("interrupted: restoring the lab first (interrupt again to end at once)\n");
    hurry.abort();
    return;
  }
  if (interrupted) return;
  interrupted = true;
  for (const waiting of inFront.values()) if (waiting !== undefined) say(`interrupted: waiting until ${waiting}\n`);
  const later = (seconds: number, word: NodeJS.Signals) =>
    setTimeout(() => inFront.forEach((_, child) => child.kill(word)), seconds * 1000).unref();
  later(patience.again, "SIGINT");
  later(patience.kill, "SIGKILL");
}
// Without a listener these signals end the process without its "exit" event: keys and folders would stay.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => end(os.constants.signals[signal]));

/** Exit code of a program that a signal ended. */
export const KILLED = 128;

/** Exit code of a program that cannot be started. */
export const MISSING = 127;

/** Process groups of the programs in lanes (operations/terminal/lanes.ts). The terminal's Ctrl-C does not reach them. */
const groups = new Set<number>();
process.on("exit", () => groups.forEach((pid) => signalGroup(pid, "SIGINT")));

function signalGroup(pid: number, word: NodeJS.Signals): void {
  try {
    process.kill(-pid, word);
  } catch {
    // It has ended.
  }
}

/** Runs a program and returns how it ended. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [command, ...args] = argv as [string, ...string[]];
  const shown = options.show ?? "nothing";
  const front = options.front ?? shown === "all";
  const beside = front ? undefined : lane();
  if (beside?.stop.aborted === true)
    return Promise.resolve({ code: KILLED, stdout: "", stderr: "not started, because work beside it failed" });
  const stop = options.stop ?? beside?.stop;
  // If the program wrote to the terminal itself, its text would be in the middle of a frame or of another lane's lines.
  const relayed = shown === "errors" && (drawing || beside !== undefined);
  const label = beside === undefined ? "" : `      ${beside.name}: `;
  const {
    line = relayed ? (text: string) => insist(`${label}${text}`) : undefined,
    timeout = Number.POSITIVE_INFINITY,
  } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      // Ctrl-C reaches all programs of the terminal's process group: keep a program out of it that has to put something back.
      // A program in a lane gets its own group, so that it can be ended with all that it has started.
      detached: beside !== undefined || (options.apart ?? (restoring > 0 && !front)),
      stdio: [
        options.input === undefined ? "ignore" : "pipe",
        shown === "all" ? "inherit" : "pipe",
        shown === "nothing" || relayed ? "pipe" : "inherit",
      ],
    });
    if (front) inFront.set(child, options.waiting);
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
    if (child.stdin !== null) void feed(child.stdin, options.input);
    const send = (word: NodeJS.Signals) => (group === undefined ? child.kill(word) : signalGroup(group, word));
    const timer = Number.isFinite(timeout) ? setTimeout(() => send("SIGKILL"), timeout * 1000) : undefined;
    const giveUp = () => {
      send("SIGINT");
      const seconds = group === undefined ? patience.kill - patience.again : patience.kill;
      setTimeout(() => send("SIGKILL"), seconds * 1000).unref();
    };
    stop?.addEventListener("abort", giveUp);
    let ended = false; // Node reports a program that cannot be started twice
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
      if (killed) done(KILLED, `did not end within ${timeout} s`, { timedOut: true });
      else done(code ?? KILLED);
    });
  });
}

/** Writes all pieces of the input, each as soon as it is there. */
async function feed(stdin: NodeJS.WritableStream, input: RunOptions["input"]): Promise<void> {
  if (typeof input === "object" && Symbol.asyncIterator in input) for await (const piece of input) stdin.write(piece);
  else stdin.write((await input) ?? "");
  stdin.end();
}

/** Runs a program that must succeed, and returns its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  return succeeded(argv, await tryRun(argv, options));
}

/** Standard output of a program that succeeded. If it failed, throws an error with its last lines. */
export function succeeded(argv: readonly string[], result: RunResult): string {
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().split("\n").slice(-12).join("\n  ");
    throw new UserError(`${argv.slice(0, 3).join(" ")} failed with exit code ${result.code}${said && `:\n  ${said}`}`);
  }
  return result.stdout;
}
