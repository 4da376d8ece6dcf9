import { type ChildProcess, spawn } from "node:child_process";

/** An error meant for the person at the terminal: printed as it is, without a stack. */
export class UserError extends Error {}

export type RunOptions = {
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from standard input, which a promise keeps open until then. */
  readonly input?: string | Promise<string>;
  /** Seconds until the process is killed and the run fails; default: no bound. */
  readonly timeout?: number;
  /** Ends it when it is aborted: with Ctrl-C, and some seconds later by force. */
  readonly stop?: AbortSignal;
  /** What the person sees while it runs: nothing (default), standard error, or everything. What is shown is not kept. */
  readonly show?: "nothing" | "errors" | "all";
};

export type RunResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Programs that have the terminal: Ctrl-C is theirs, and they end in their own good time (pulumi writes its state first). */
const inFront = new Set<ChildProcess>();

/** Seconds after which a program that was asked to end is asked again (pulumi then leaves what it is doing), and after which it is ended. */
const patience = { again: 20, kill: 27 };

let interrupted = false;

/** Ends what was interrupted: called where a program that had the terminal may have ended for Ctrl-C alone. */
export function stopIfInterrupted(goOn: string): void {
  if (interrupted) throw new UserError(`interrupted; the state is valid, ${goOn}`);
}

/** What Ctrl-C does: it ends this process, in order, unless a program in front answers it. */
process.on("SIGINT", () => {
  if (inFront.size === 0) process.exit(130);
  if (interrupted) return;
  interrupted = true;
  const later = (seconds: number, signal: NodeJS.Signals) =>
    setTimeout(() => inFront.forEach((child) => child.kill(signal)), seconds * 1000).unref();
  later(patience.again, "SIGINT");
  later(patience.kill, "SIGKILL");
});

/** The code of a program that a signal ended. */
export const KILLED = 128;

/** Runs a program and answers how it ended; a program that cannot be started ends with code 127. */
export function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [command, ...args] = argv as [string, ...string[]];
  const shown = options.show ?? "nothing";
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.env },
      stdio: [
        options.input === undefined ? "ignore" : "pipe",
        shown === "all" ? "inherit" : "pipe",
        shown === "nothing" ? "pipe" : "inherit",
      ],
    });
    if (shown === "all") inFront.add(child);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => err.push(chunk));
    child.stdin?.on("error", () => undefined); // the program may end without reading all of it
    void Promise.resolve(options.input).then((text) => child.stdin?.end(text));
    const timer =
      options.timeout === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), options.timeout * 1000);
    options.stop?.addEventListener("abort", () => {
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGKILL"), (patience.kill - patience.again) * 1000).unref();
    });
    let ended = false; // a program that cannot be started reports twice
    const end = (code: number, note = "") => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      inFront.delete(child);
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() + note });
    };
    child.on("error", (error) => end(127, error.message));
    child.on("close", (code, signal) => {
      const killed = signal === "SIGKILL" && options.timeout !== undefined;
      end(code ?? KILLED, killed ? `no end after ${options.timeout} s` : "");
    });
  });
}

/** Runs a program that must succeed and answers its standard output. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryRun(argv, options);
  if (result.code !== 0) {
    const said = (result.stderr || result.stdout).trim().split("\n").slice(-12).join("\n  ");
    throw new UserError(`${argv.slice(0, 3).join(" ")} failed with exit code ${result.code}${said && `:\n  ${said}`}`);
  }
  return result.stdout;
}
