import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { note } from "../terminal/progress";
import { UserError } from "../../model/userError";

/** Does some work while this process alone holds the lock of that file. The lock ends with this process, however that ends. */
export async function locked<T>(file: string, work: () => Promise<T>, wait = LIMITS.lock.seconds): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // The shell holds the lock as long as its standard input is open, and this process holds that open.
  const script = `flock --nonblock 9 || { echo waiting; flock --wait "$1" 9 || exit 1; }; echo locked; exec cat`;
  const holder = spawn("sh", ["-c", `exec 9<>"$0"; ${script}`, file, `${wait}`], {
    detached: true, // so that Ctrl-C does not reach it
    stdio: ["pipe", "pipe", "ignore"],
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = () => reject(new UserError(`another process has held the lock ${file} for more than ${wait} s`));
      holder.on("error", refuse).on("close", refuse);
      holder.stdout.on("data", (chunk: Buffer) => {
        if (String(chunk).includes("waiting")) note(`waiting for another process (${file})`);
        if (String(chunk).includes("locked")) resolve();
      });
    });
    return await work();
  } finally {
    holder.stdin.end();
  }
}
