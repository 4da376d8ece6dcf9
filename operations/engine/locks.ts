import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A lock of Pulumi's file backend: one file for each running engine (pkg/backend/diy/lock.go). */
export type Lock = {
  readonly file: string;
  readonly pid: number;
  readonly hostname: string;
  /** ISO 8601: when it was taken. */
  readonly timestamp: string;
};

/** A running process. */
export type Process = {
  /** Name of its program's file. */
  readonly program: string;
  /** Milliseconds since 1970. */
  readonly started: number;
};

/** Reads a lock. A lock that is not JSON has no owner: the owner died while writing it. */
export function parseLock(file: string, text: string): Lock {
  try {
    const { pid, hostname, timestamp } = JSON.parse(text) as Lock;
    return { file, pid, hostname, timestamp };
  } catch {
    return { file, pid: 0, hostname: os.hostname(), timestamp: "" };
  }
}

/** Seconds by which two times of one machine may differ: the kernel counts a process's start in ticks since its own start. */
const tolerance = 5;

/**
 * Whether a lock's owner is running. Process numbers are used again, so the process must be a pulumi and older than its lock. An owner on another
 * machine cannot be checked, and counts as running.
 */
export function isHeld(lock: Lock, hostname: string, find: (pid: number) => Process | undefined): boolean {
  if (lock.hostname !== hostname) return true;
  const owner = find(lock.pid);
  return (
    owner !== undefined && owner.program === "pulumi" && owner.started <= Date.parse(lock.timestamp) + tolerance * 1000
  );
}

/** A process of this machine; undefined: it does not run. */
export function processOf(pid: number): Process | undefined {
  try {
    const program = path.basename(fs.readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, "");
    // The name in parentheses may hold anything; fields are counted behind it (proc_pid_stat(5): 3 is the state, 22 the start).
    const stat = fs
      .readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    const booted = Number(/^btime (\d+)$/m.exec(fs.readFileSync("/proc/stat", "utf8"))?.[1]);
    // USER_HZ is 100 on every architecture that a lab runs on.
    return stat[0] === "Z" ? undefined : { program, started: (booted + Number(stat[19]) / 100) * 1000 };
  } catch {
    return undefined;
  }
}

/** The locks in a folder, and whether their owners are running. */
export function readLocks(folder: string): { readonly lock: Lock; readonly held: boolean }[] {
  if (!fs.existsSync(folder)) return [];
  return (
    fs
      .readdirSync(folder)
      // Read all files, as Pulumi does, also an empty one that a full disk left under its temporary name.
      .filter((file) => !file.endsWith(".attrs"))
      .map((file) => {
        const lock = parseLock(path.join(folder, file), fs.readFileSync(path.join(folder, file), "utf8"));
        return { lock, held: isHeld(lock, os.hostname(), processOf) };
      })
  );
}

/** Removes a lock, with the file of attributes that the backend keeps beside it. */
export function removeLock({ file }: Lock): void {
  for (const one of [file, `${file}.attrs`]) fs.rmSync(one, { force: true });
}
