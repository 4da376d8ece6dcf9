import * as fs from "node:fs";
import * as os from "node:os";
import { inRoot } from "../operations/paths";
import { run, tryRun } from "../operations/run";
import type { Sample } from "./rounds";

/** Versions and machine of a measurement. */
export async function circumstances(command: string): Promise<Record<string, unknown>> {
  const version = async (...argv: readonly string[]): Promise<string> =>
    (await tryRun(argv)).stdout.trim().split("\n")[0] ?? "";
  const [cpu] = os.cpus();
  return {
    command,
    date: new Date().toISOString(),
    commit: (await run(["git", "-C", inRoot(), "describe", "--always", "--dirty"])).trim(),
    machine: {
      cores: os.cpus().length,
      cpu: cpu?.model ?? "",
      memory: os.totalmem(),
      load: os.loadavg(),
      kernel: os.release(),
    },
    versions: {
      node: process.version,
      qemu: await version("qemu-system-x86_64", "--version"),
      libvirt: await version("libvirtd", "--version"),
      terraform: await version("terraform", "version"),
    },
  };
}

/** Writes the raw rows to bench/results/: the circumstances, then one line per figure. Returns the file's name. */
export function keep(verb: string, about: Record<string, unknown>, samples: readonly Sample[]): string {
  const stamp = String(about.date).replaceAll(/[:.]/g, "-");
  const file = inRoot("bench", "results", `${verb}-${stamp}.jsonl`);
  fs.mkdirSync(inRoot("bench", "results"), { recursive: true });
  fs.writeFileSync(file, [about, ...samples].map((line) => `${JSON.stringify(line)}\n`).join(""));
  return file;
}
