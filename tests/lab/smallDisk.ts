import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "../../cli/run";
import { state } from "./lab";

const MiB = 1024 * 1024;
/** What takes up the room. */
const filler = path.join(state, "filler");

/** Gives the state of the tests' labs, their pools too, a disk of its own of so many MiB, in memory: one that can be full. */
export async function mountSmallDisk(size: number): Promise<void> {
  fs.mkdirSync(state, { recursive: true });
  await run(["mount", "-t", "tmpfs", "-o", `size=${size}m,mode=0700`, "lvs-test", state]);
}

/** Takes the disk away again, with all that is on it. */
export const unmountSmallDisk = (): Promise<string> => run(["umount", "--lazy", state]);

/** Leaves so many MiB of it free. At once: whoever asks has seen a moment that will be over. */
export function fillDisk(free: number): void {
  const { bavail, bsize } = fs.statfsSync(state);
  // To the last byte where nothing shall be free, whatever is written meanwhile: dd ends when there is no more.
  const count = free === 0 ? [] : [`count=${Math.floor((bavail * bsize) / MiB) - free}`];
  spawnSync("dd", ["if=/dev/zero", `of=${filler}`, `bs=${MiB}`, ...count]);
}

export const makeRoom = (): void => fs.rmSync(filler, { force: true });
