import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { embeddedNetns } from "../../operations/paths";

const port = 8000;

/** The repository that `serve` serves, as `lvs-lab:packages` names it. `host`: the embedded libvirt's end of the lab's segment. */
export const sourceAt = (host: string): string => `[trusted=yes] http://${host}:${port} ./`;

/** Serves a folder inside the embedded libvirt's namespace, and so on every segment of every lab. The returned function stops it. */
export async function serve(folder: string): Promise<() => Promise<void>> {
  const words = [`--net=${embeddedNetns}`, "python3", "-m", "http.server", "--directory", folder, String(port)];
  const server: ChildProcess = spawn("nsenter", words, { stdio: "ignore" });
  const gone = new Promise<void>((resolve) => server.on("exit", () => resolve()));
  await setTimeout(2000);
  assert.equal(server.exitCode, null, "python3 -m http.server ended");
  return async () => {
    server.kill();
    await gone;
  };
}
