/** Reads the files of machines from the disk: a keepalived.conf, and what stands beside it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { fileKind, KEEPALIVED, TOPOLOGY } from "../topology/fileKind";
import type { Machine, SiteFile } from "./site";

const MIB = 1024 * 1024;
/** Larger files beside a configuration are taken for neither a part of it nor a script. */
const LARGEST = MIB;
/** A keepalived.conf itself may be larger: people generate them. */
const LARGEST_MAIN = 4 * MIB;
const MOST_FILES = 5000;
/** How UTF-16 text looks when it is read as UTF-8: a byte order mark, then every second byte is zero. */
const UTF16 = /^(?:\ufffd\ufffd)?(?:(?:[^\0]\0){2}|(?:\0[^\0]){2})/;
const DEEP = path.join("etc", "keepalived", "keepalived.conf");

/** The file or folder at a path; undefined: nothing is there, or this user may not look at it. */
export function stat(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file);
  } catch {
    return undefined;
  }
}

export const isFile = (file: string): boolean => stat(file)?.isFile() ?? false;

export function isReadable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The keepalived.conf in a machine's folder, which stands for its /etc/keepalived, or for its `/` where that is inside. */
export const mainsIn = (folder: string): readonly [main: string, deep: string] => [
  path.join(folder, "keepalived.conf"),
  path.join(folder, DEEP),
];

/** A machine as its files say it. */
export interface Collected {
  readonly machine: Machine;
  /** What its keepalived.conf is instead; undefined: it is one. */
  readonly wrong: string | undefined;
}

/** The machine of a keepalived.conf, with the files beside it. `root`: the folder that stands for its `/`. */
export function machineAt(name: string, main: string, root?: string): Collected {
  const files = filesUnder(root ?? path.dirname(main), main);
  const machine = { name, main: path.normalize(main), ...(root === undefined ? {} : { root }), files };
  return { machine, wrong: wrongOf(main, files.get(path.normalize(main))) };
}

/** The folder that stands for `/` around a keepalived.conf: that of etc/keepalived/keepalived.conf; undefined: none. */
export function rootOf(main: string): string | undefined {
  const whole = path.normalize(main);
  return `/${whole}`.endsWith(`/${DEEP}`) ? whole.slice(0, -DEEP.length) || "." : undefined;
}

function wrongOf(main: string, file: SiteFile | undefined): string | undefined {
  if (!file) return "a file that you may not read";
  const { size = 0 } = stat(main) ?? {};
  if (size > LARGEST_MAIN) return `a file of ${Math.ceil(size / MIB)} MiB (at most ${LARGEST_MAIN / MIB} are read)`;
  if (file.text.includes("\0"))
    return UTF16.test(file.text) ? "UTF-16 (`iconv -f UTF-16 -t UTF-8` mends it)" : "a binary file";
  const kind = fileKind(file.text, undefined) ?? fileKind(file.text, yamlOf(file.text));
  if (kind === TOPOLOGY) return `${kind} (\`lab check ${main}\` checks it)`;
  return kind === KEEPALIVED ? undefined : kind;
}

/** The data of a YAML file; undefined: it is none, or more than one wants to read. */
function yamlOf(text: string): unknown {
  try {
    return parse(text, { logLevel: "silent" });
  } catch {
    return undefined;
  }
}

/** What a folder has; nothing if this user may not look, or if it has gone. */
function entriesOf(folder: string): readonly fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A file's text; empty: it has gone since somebody saw it, as files of /tmp do. */
function textOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * The files under a folder, by their paths; links are not followed, so nothing outside is read. `always` is among them if it is large or a link, too.
 * What this user may not look at is not among them: a folder like /tmp has such things. A text is read when somebody asks for it.
 */
function filesUnder(folder: string, always?: string): ReadonlyMap<string, SiteFile> {
  const found = new Map<string, SiteFile>();
  const add = (file: string): void => {
    const { mode = 0, size = Infinity } = stat(file) ?? {};
    if ((size > LARGEST && file !== always) || !isReadable(file)) return;
    let read: string | undefined;
    found.set(path.normalize(file), {
      get text() {
        return (read ??= textOf(file));
      },
      isExecutable: (mode & 0o111) !== 0,
    });
  };
  const walk = (inner: string): void => {
    for (const entry of entriesOf(inner)) {
      const file = path.join(inner, entry.name);
      if (found.size >= MOST_FILES) return;
      if (entry.isFile()) add(file);
      else if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") walk(file);
    }
  };
  if (always !== undefined) add(always);
  walk(folder);
  return found;
}
