import * as fs from "node:fs";
import * as path from "node:path";
import { posix } from "node:path";
import { readConfiguration } from "../../model/keepalived/read";
import { filesOf } from "../../model/keepalived/files";
import { UserError } from "../../model/userError";
import { visible } from "../terminal/terminal";
import { note, say } from "../terminal/progress";
import { converse } from "./conversation";
import { MAIN, OUTPUTS, RemoteMachine } from "./machine";
import { Masks, secretsOf } from "./mask";

/** A machine to ask: the name of its folder, and what ssh calls it. */
export interface Target {
  readonly name: string;
  readonly host: string;
}

/** What became of one machine. */
export interface Collected extends Target {
  /** Paths under the machine's folder; empty: there is no folder. */
  readonly files: readonly string[];
  /** What could not be read, each with the reason. */
  readonly unread: readonly string[];
  /** Why there is no folder. */
  readonly error?: string;
}

export interface CollectOptions {
  /** The folder of the site. It may exist; a machine's folder in it may not. */
  readonly site: string;
  readonly isSudo: boolean;
  readonly hasPasswords: boolean;
}

/** `NAME=USER@HOST`, or `USER@HOST`: then a host's name up to its first dot is the machine's, or its address. */
function targetOf(word: string): Target {
  const [, said, host = word] = /^(\w[\w.-]*)=(.+)$/.exec(word) ?? [];
  // The form ssh://USER@HOST:PORT alone has a port, and then an IPv6 address has brackets.
  const place = host.startsWith("ssh://") ? new URL(host).hostname : host.slice(host.lastIndexOf("@") + 1);
  const bare = place.replaceAll(/[[\]]/g, "");
  const isAddress = /^[\d.]+$|:/.test(bare);
  return { name: said ?? (isAddress ? bare.replaceAll(":", "-") : bare.replace(/\..*/, "")), host };
}

/** The machines of some words. Throws one error with everything that is wrong. */
export function targetsOf(words: readonly string[], site: string): readonly Target[] {
  const targets = words.map(targetOf);
  const problems = targets.flatMap(({ name, host }, index) => {
    if (host.startsWith("-") || !/^\w[\w.-]*$/.test(name))
      return [`collect: got ${host}, need USER@HOST, a host of ~/.ssh/config, or NAME=USER@HOST`];
    const folder = path.join(site, name);
    if (fs.existsSync(folder))
      return [
        `collect: got ${folder}, which exists, need a new folder (fix: remove it, or give another -o or NAME=${host})`,
      ];
    const twin = targets.slice(0, index).find((other) => other.name === name);
    return twin ? [`collect: got ${twin.host} and ${host}, both of the name ${name}, need NAME=${host}`] : [];
  });
  const there = fs.statSync(site, { throwIfNoEntry: false });
  if (there && !there.isDirectory())
    problems.push(`collect: got ${site}, which is not a folder, need a folder for the machines`);
  if (problems.length > 0) throw new UserError(problems.map(visible).join("\nlab: "));
  return targets;
}

/** Asks one machine all that audit reads. */
async function ask({ name, host }: Target, isSudo: boolean): Promise<RemoteMachine> {
  const machine = new RemoteMachine(name);
  await converse({ host, isSudo }, machine.first(), (answers) => machine.next(answers));
  if (!machine.files.has(MAIN)) {
    const closed = machine.unread.find((one) => one.startsWith(`${MAIN} `));
    throw new UserError(
      closed === undefined
        ? `${MAIN} does not exist there`
        : `${closed} (fix: ${isSudo ? "log in as another user" : "log in as root, or give --sudo"})`,
    );
  }
  return machine;
}

/** The machine's files as they are written: paths under its folder, which represents the machine's `/`. */
function contentOf(
  machine: RemoteMachine,
  masks: Masks | undefined,
): ReadonlyMap<string, { text: string; isExecutable: boolean }> {
  const texts = new Map([...machine.files].map(([file, { text }]) => [file, text]));
  const { config } = readConfiguration(MAIN, filesOf(texts), { configId: machine.name });
  const secrets = secretsOf(config);
  const shown = (file: string, text: string): string => {
    if (!masks) return text;
    if (config.files.includes(file)) return masks.keepalived(text, secrets);
    return file.endsWith("/haproxy.cfg") ? masks.haproxy(text) : masks.other(text);
  };
  return new Map([
    ...[...machine.files].map(
      ([file, { text, isExecutable }]) =>
        [posix.relative("/", posix.normalize(file)), { text: shown(file, text), isExecutable }] as const,
    ),
    ...[...machine.outputs].map(([name, text]) => [OUTPUTS[name] ?? name, { text, isExecutable: false }] as const),
  ]);
}

/** Writes a machine's folder beside the site and moves it there when it is complete. */
function write(folder: string, stage: string, content: ReturnType<typeof contentOf>): void {
  for (const [name, { text, isExecutable }] of content) {
    const file = path.join(stage, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: isExecutable ? 0o700 : 0o600 });
  }
  fs.renameSync(stage, folder);
}

/** Asks all machines at once, then writes a folder for each that answered. Whoever cannot be asked has an error, and no folder. */
export async function collect(
  targets: readonly Target[],
  { site, isSudo, hasPasswords }: CollectOptions,
): Promise<readonly Collected[]> {
  const asked = await Promise.all(
    targets.map(async (target) => {
      say(`${target.name}: asking ${target.host}\n`);
      try {
        const machine = await ask(target, isSudo);
        note(`${target.name}: ${machine.files.size} files, ${machine.outputs.size} outputs of commands`);
        return { target, machine };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { target, error: error.message };
      }
    }),
  );
  const masks = hasPasswords ? undefined : new Masks();
  if (asked.some(({ machine }) => machine)) fs.mkdirSync(site, { recursive: true });
  return asked.map(({ target, machine, error = "" }): Collected => {
    if (!machine) return { ...target, files: [], unread: [], error };
    const content = contentOf(machine, masks);
    const stage = fs.mkdtempSync(`${path.resolve(site)}.collect-`);
    const remove = (): void => fs.rmSync(stage, { recursive: true, force: true });
    process.once("exit", remove);
    try {
      write(path.join(site, target.name), stage, content);
    } finally {
      remove();
      process.off("exit", remove);
    }
    return { ...target, files: [...content.keys()].sort(), unread: machine.unread };
  });
}
