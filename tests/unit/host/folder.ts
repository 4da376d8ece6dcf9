import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type RunResult, tryRun } from "../../../operations/run";

/** A folder with stand-ins for programs, first (or alone) on a script's PATH. */
export class Folder {
  readonly path = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-host-"));

  /** The path of a file in it. */
  at(...names: string[]): string {
    return path.join(this.path, ...names);
  }

  /** Writes a bash script. */
  script(name: string, text: string): string {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
    return this.at(name);
  }

  /** Makes links in it to programs of the host. */
  link(...programs: string[]): void {
    for (const program of programs) {
      const file = execFileSync("/bin/sh", ["-c", 'command -v "$0"', program], { encoding: "utf8" }).trim();
      fs.symlinkSync(file, this.at(program));
    }
  }

  remove(): void {
    fs.rmSync(this.path, { recursive: true });
  }
}

/** Runs a bash script to its end with settings added to the environment. */
export const bash = (
  script: string,
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<RunResult> => tryRun(["/bin/bash", script, ...words], { env: settings, timeout: 15 });
