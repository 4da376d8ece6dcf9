import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { init } from "../operations/lab";
import { inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { UserError } from "../model/userError";
import { Session } from "../operations/session/session";
import { Snapshots } from "../operations/snapshots";
import { stackOf } from "../operations/engine/stack";
import { writeTopology } from "./topology";
import { writeConfig } from "../operations/engine/stackConfig";
import { outputs } from "../operations/engine/pulumi";
import type { LabHandle } from "../operations/engine/handle";

/** A progress line of the engine, with its time in seconds since the start of the command. */
export type Progress = { readonly line: string; readonly at: number };

/** Runs a command in the checkout and returns its progress lines. */
export async function progressOf(
  [command = "", ...words]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Progress[]> {
  const progress: Progress[] = [];
  const begin = performance.now();
  const child = spawn(command, words, {
    cwd: inRoot(),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on("line", (line) => progress.push({ line, at: (performance.now() - begin) / 1000 }));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code === 0) return progress;
  const said = progress.slice(-20).map(({ line }) => `\n  ${line}`);
  throw new UserError(`${command} ${words[0]} failed with exit code ${code}:${said.join("")}`);
}

/** lvs-lab: the ordinary CLI on the bench's own stack. */
export class Product {
  private constructor(private readonly handle: LabHandle) {}

  /** Prepares everything that `pulumi` needs for a topology file, with these settings of the stack. */
  static async open(file: string, settings: Readonly<Record<string, string>> = {}): Promise<Product> {
    const handle = await init(stackOf(file));
    writeConfig(handle.stack, settings);
    return new Product(handle);
  }

  get env(): Readonly<Record<string, string>> {
    return this.handle.env;
  }

  get uri(): string {
    return this.handle.host.uri;
  }

  configure(settings: Parameters<typeof writeConfig>[1]): void {
    writeConfig(this.handle.stack, settings);
  }

  /** `pulumi up`, as `lab up` runs it. */
  up(...words: readonly string[]): Promise<Progress[]> {
    return this.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs", ...words);
  }

  async preview(): Promise<void> {
    await this.pulumi("preview", "--suppress-outputs");
  }

  async destroy(): Promise<void> {
    await this.pulumi("destroy", "--yes", "--skip-preview", "--suppress-outputs");
  }

  /** Runs work with a session for the lab. */
  async withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const lab = await outputs(this.env);
    if (lab === undefined) throw new Error("the stack has no outputs");
    const session = new Session(lab, this.handle.host.embedded);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** The lab's snapshots. */
  snapshots(session: Session): Snapshots {
    return new Snapshots(this.handle, session.lab);
  }

  private pulumi(verb: string, ...words: readonly string[]): Promise<Progress[]> {
    return progressOf(["pulumi", verb, "--non-interactive", "--color", "never", ...words], this.env);
  }
}

/**
 * Runs the ordinary CLI once, from nothing to verified and back. It builds what is missing (image, templates), so that no round measures
 * that. Once per bench, on a separate stack.
 */
export const warm = once(() => warmWith(writeTopology(false, "bench-warm.yaml")));

/** The same with another topology file than the measured one. */
export async function warmWith(file: string): Promise<void> {
  for (const verb of ["up", "destroy"]) await run([inRoot("scripts", "lab"), verb, file], { show: "all" });
  // The CLI stops an unused libvirt.
  await run([inRoot("host", "libvirtd"), "start"], { show: "errors" });
}

export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
