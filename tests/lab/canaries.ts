import * as fs from "node:fs";
import * as path from "node:path";

/** What of an OpenSSH ed25519 private key nobody else has: the line with its seed; those before hold names and the public half. */
export const seedOf = (privateKey: string): string => {
  const line = privateKey.trim().split("\n")[4] ?? "";
  if (line.length < 40) throw new Error("this is no ed25519 key in OpenSSH's form");
  return line;
};

/** Writes down the command line of every process of this machine, from now on; what it answers ends that and has them all. */
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

/** Files below a folder that hold one of some texts, by their path in it. */
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

/** The engine's own traces (Pulumi 3.250), which have every property in plain text whatever it is marked as. */
const TRACES =
  /^(Unmarshaling|Marshaling) property for RPC|^eventSink::Debug|^Planner decided|^RegisterResource RPC finished/;

/** What a log of `pulumi --logtostderr` says, one JSON document a line, but for those traces. */
export const withoutTraces = (log: string): string =>
  log
    .split("\n")
    .filter((line) => !line.startsWith("{") || !TRACES.test((JSON.parse(line) as { msg: string }).msg))
    .join("\n");
