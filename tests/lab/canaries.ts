import * as fs from "node:fs";
import * as path from "node:path";

/** The secret part of an OpenSSH ed25519 private key: the line with its seed. The lines before it hold names and the public half. */
export const seedOf = (privateKey: string): string => {
  const line = privateKey.trim().split("\n")[4] ?? "";
  if (line.length < 40) throw new Error("this is no ed25519 key in OpenSSH's form");
  return line;
};

/** Records the command line of every process of this machine. The returned function stops that and returns them all. */
export function watchArguments(): () => readonly string[] {
  const seen = new Set<string>();
  const look = (): void => {
    for (const pid of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(fs.readFileSync(`/proc/${pid}/cmdline`, "latin1"));
      } catch {
        // gone meanwhile
      }
    }
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
}

/** Files below a folder that contain one of the texts, by their paths in it. */
export const filesWith = (folder: string, texts: readonly string[]): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => {
      const content = fs.readFileSync(file, "latin1");
      return texts.some((text) => content.includes(text));
    })
    .map((file) => path.relative(folder, file));

/** The engine's own traces (Pulumi 3.250), which have every property in plain text, also secrets. */
const TRACES =
  /^(Unmarshaling|Marshaling) property for RPC|^eventSink::Debug|^Planner decided|^RegisterResource RPC finished/;

/** The lines of a `pulumi --logtostderr` log, one JSON document each, without those traces. */
export const withoutTraces = (log: string): string =>
  log
    .split("\n")
    .filter((line) => !line.startsWith("{") || !TRACES.test((JSON.parse(line) as { msg: string }).msg))
    .join("\n");
