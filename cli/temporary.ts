import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * A temporary folder of this process. It goes when it is removed, and with the process at the latest; one whose process was killed is
 * found by the number in its name (cli/life/sweep.ts).
 */
export class Temporary {
  /** Where it is; short, for the 108 bytes of a socket in it. */
  readonly path: string;
  /** Removes it, with all that is in it. */
  readonly remove = (): void => {
    process.off("exit", this.remove);
    fs.rmSync(this.path, { recursive: true, force: true });
  };

  constructor(kind: "lab" | "template" = "lab") {
    this.path = fs.mkdtempSync(path.join(os.tmpdir(), `lvs-${kind}-${process.pid}-`));
    process.once("exit", this.remove);
  }

  /** Path of a file in it. */
  at(...names: readonly string[]): string {
    return path.join(this.path, ...names);
  }
}

/** Does some work in a temporary folder that is gone afterwards, however the work ends. */
export async function inTemporary<T>(work: (folder: Temporary) => Promise<T>): Promise<T> {
  const folder = new Temporary();
  try {
    return await work(folder);
  } finally {
    folder.remove();
  }
}

/** Folders of processes that run no more, in the system's temporary folder, by their names. */
export const deadFolders = (): string[] => {
  const uid = process.getuid?.();
  return fs.readdirSync(os.tmpdir()).filter((name) => {
    const pid = /^lvs-(?:lab|template)-(\d+)-\w{6}$/.exec(name)?.[1];
    const dead = pid !== undefined && !fs.existsSync(`/proc/${pid}`);
    return dead && fs.statSync(path.join(os.tmpdir(), name), { throwIfNoEntry: false })?.uid === uid;
  });
};
