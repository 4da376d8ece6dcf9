import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * A temporary folder of this process. It is removed at the end of the process at the latest. If the process was killed, `sweep` finds the
 * folder by the process's number in its name (operations/engine/sweep.ts).
 */
export class Temporary {
  /** Its path. It is short, because the path of a socket in it may have 108 bytes at most. */
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

/** Does some work in a temporary folder, and removes the folder however the work ends. */
export async function inTemporary<T>(work: (folder: Temporary) => Promise<T>): Promise<T> {
  const folder = new Temporary();
  try {
    return await work(folder);
  } finally {
    folder.remove();
  }
}

/** Whether a folder or a file in it is a temporary one of a process that has ended. */
export function makerEnded(file: string): boolean {
  const pid = /(?:^|\/)lvs-(?:lab|template)-(\d+)-\w{6}(?:\/|$)/.exec(file)?.[1];
  return pid !== undefined && !fs.existsSync(`/proc/${pid}`);
}

/** Names of the folders in the system's temporary folder whose processes have ended. */
export const deadFolders = (): string[] => {
  const uid = process.getuid?.();
  const ofUser = (name: string) => fs.statSync(path.join(os.tmpdir(), name), { throwIfNoEntry: false })?.uid === uid;
  return fs.readdirSync(os.tmpdir()).filter((name) => makerEnded(name) && ofUser(name));
};
