import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../../operations/run";
import { state } from "./lab";

const MiB = 1024 * 1024;
/** The file that fills the disk. */
const filler = path.join(state, "filler");

/** Puts the state of the tests' labs, with their pools, on a separate disk of so many MiB in memory, which can become full. */
export async function mountSmallDisk(size: number): Promise<void> {
  fs.mkdirSync(state, { recursive: true });
  await run(["mount", "-t", "tmpfs", "-o", `size=${size}m,mode=0700`, "lvs-test", state]);
}

/** Removes the disk again, with everything on it. */
export const unmountSmallDisk = (): Promise<string> => run(["umount", "--lazy", state]);

/** Leaves so many MiB of it free, at once, because the caller waits for a short moment. */
export function fillDisk(free: number): void {
  const { bavail, bsize } = fs.statfsSync(state);
  // If nothing shall be free, fill it to the last byte, also if others write meanwhile: dd ends when the disk is full.
  const count = free === 0 ? [] : [`count=${Math.floor((bavail * bsize) / MiB) - free}`];
  spawnSync("dd", ["if=/dev/zero", `of=${filler}`, `bs=${MiB}`, ...count]);
}

export const makeRoom = (): void => fs.rmSync(filler, { force: true });
