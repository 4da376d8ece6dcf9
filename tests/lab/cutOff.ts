import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { processOf } from "../../operations/engine/locks";
import { inRoot } from "../../operations/paths";
import { state } from "./lab";

/** Which processes of a run get kill -9: its engine, its plugins, or everything at once. */
export type Victims = "engine" | "plugins" | "everything";
/** How a run is cut off: by kill -9, by one Ctrl-C in its terminal, or by something else. */
export type Blow = Victims | "ctrl-c" | (() => void);

/** A run that was cut off. */
export type CutOff = {
  /** Whether it was cut off; false: it ended before. */
  readonly hit: boolean;
  /** Seconds from the cut to the end of the command. */
  readonly ended: number;
  /** Its exit code; undefined: a signal ended it. */
  readonly code: number | undefined;
  readonly said: string;
};

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Processes of the tests' own labs that run a program. */
const running = (program: RegExp): number[] =>
  fs.readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    const found = Number.isInteger(pid) ? processOf(pid) : undefined;
    if (found === undefined || !program.test(found.program)) return [];
    try {
      const ours = fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LVS_LAB_STATE=${state}\0`);
      return ours && pid !== process.pid ? [pid] : [];
    } catch {
      return []; // it has ended
    }
  });

const PROGRAMS: Readonly<Record<Victims, RegExp>> = {
  engine: /^pulumi$/,
  plugins: /^pulumi-resource-/,
  // Kill the command itself too, so that nothing is left that could clean up.
  everything: /^(node|pulumi|pulumi-(resource|language)-.*)$/,
};

/** Runs a verb of scripts/lab, and cuts it off after so many steps of Pulumi. A run that ends before is not cut off. */
export function cutOff(words: readonly string[], after: number, blow: Blow): Promise<CutOff> {
  return new Promise((resolve) => {
    const child = spawn(inRoot("scripts", "lab"), words, {
      // Show Pulumi's output, to count its steps.
      env: { ...process.env, LVS_LAB_STATE: state, LVS_LAB_SAYS: "more" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // in its own process group, as in a terminal
    });
    let said = "";
    let hit: number | undefined;
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const steps = said.match(/\b(creating|created|deleting|deleted) \(/g)?.length ?? 0;
      if (hit !== undefined || steps < after) return;
      hit = performance.now();
      if (typeof blow === "function") blow();
      else if (blow === "ctrl-c") process.kill(-(child.pid ?? 0), "SIGINT");
      else for (const pid of running(PROGRAMS[blow])) process.kill(pid, "SIGKILL");
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("exit", (exitCode) => {
      const ended = hit === undefined ? 0 : (performance.now() - hit) / 1000;
      // Processes that outlive the run may keep the pipes open.
      setTimeout(() => resolve({ hit: hit !== undefined, ended, code: exitCode ?? undefined, said }), 500);
    });
  });
}
