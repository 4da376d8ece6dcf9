import * as fs from "node:fs";
import * as path from "node:path";
import { guestsOf } from "../../model/topology/guests";
import { defaultPoolPath, diskName, imageVolume } from "../../model/topology/names";
import { namesOf, poolPathOf } from "../naming";
import { cacheDir, stateDir } from "../paths";
import { UserError } from "../../model/userError";
import type { Forks } from "./templates";
import type { LabHandle } from "./handle";
import { templateFolder, templatesDir, templateSpecOf } from "../../components/platform/templateSpec";

/** A folder that will be written to. */
export type Need = {
  readonly folder: string;
  /** Bytes. */
  readonly free: number;
  readonly needed: number;
  /** What the bytes are for. */
  readonly what: string;
};

const MiB = 1024 * 1024;
/** What a guest writes until it is configured, and what Pulumi keeps for a lab with backups; several times the measured size. */
const reserve = { guest: 16 * MiB, state: 16 * MiB };

/** An error about the first folder without enough room; undefined: there is enough. */
export function tooFull(needs: readonly Need[]): string | undefined {
  const short = needs.find(({ free, needed }) => free < needed);
  if (short === undefined) return undefined;
  const [free, needed] = [short.free, short.needed].map((bytes) => Math.ceil(bytes / MiB));
  return fullDisk(short.folder, `${free} MiB are free, need ${needed} for ${short.what}`);
}

/** The error about a full disk: the folder, and what does not fit. */
export const fullDisk = (folder: string, what: string): string =>
  `${folder}: a disk is full: ${what} (fix: make room there, then run the same again)`;

/**
 * Refuses to begin if the disks do not have enough room. libvirt cannot do this: libvirtd 11.3 crashed when an upload found the disk full, and the
 * provider then waits for ever. It works only if the hypervisor's files can be seen from here.
 */
export function checkRoom(handle: LabHandle, { topology, accelerator, image }: Forks): void {
  const folder = poolFolder(handle);
  if (folder === undefined) return;
  const size = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  const missing = (["root", "kernel", "initrd"] as const).map((part) =>
    Math.max(0, size(image[part]) - size(path.join(folder, imageVolume(part, image.digest)))),
  );
  const fresh = Object.values(guestsOf(topology)).filter(
    ({ name }) => !fs.existsSync(path.join(folder, diskName(name))),
  );
  const guests = fresh.map((node) => {
    const template = templateFolder(templatesDir(cacheDir, image.digest), templateSpecOf(node, accelerator));
    return reserve.guest + (handle.host.embedded ? size(path.join(template, "memory")) : 0);
  });
  const needed = [...missing, ...guests].reduce((sum, bytes) => sum + bytes, 0);
  const problem = tooFull([
    { folder, free: freeAt(folder), needed, what: `the image and ${fresh.length} guests` },
    { folder: stateDir, free: freeAt(stateDir), needed: reserve.state, what: "Pulumi's state" },
  ]);
  if (problem !== undefined) throw new UserError(problem);
}

/** The first folder of a run whose disk is full; undefined: none. */
export const fullFolder = (handle: LabHandle): string | undefined =>
  [poolFolder(handle), stateDir].find((folder) => folder !== undefined && freeAt(folder) < MiB);

/** Path of the stack's pool on this machine; undefined: the hypervisor's files cannot be seen from here. */
function poolFolder({ stack, host }: LabHandle): string | undefined {
  const { lab } = namesOf(stack);
  const onHypervisor = poolPathOf(stack, lab);
  // Of a folder that somebody chose the embedded libvirt may see another one than this process.
  return host.embedded && onHypervisor !== defaultPoolPath(lab) ? undefined : host.seenHere(onHypervisor);
}

/** Free bytes on the disk of a folder, which need not exist yet. */
function freeAt(folder: string): number {
  if (!fs.existsSync(folder)) return freeAt(path.dirname(folder));
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}
