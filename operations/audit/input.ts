import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import type { Card } from "../../model/plan/plan";
import type { Machine, SiteFile } from "../../model/plan/site";
import { NOTHING, readAddresses, readSiteFile, type SiteFacts } from "../../model/plan/siteFile";
import { fileKind, KEEPALIVED, TOPOLOGY } from "../../model/topology/fileKind";
import { UserError } from "../../model/userError";
import { visible } from "../terminal/terminal";

const MIB = 1024 * 1024;
/** Larger files beside a configuration are taken for neither a part of it nor a script. */
const LARGEST = MIB;
/** A keepalived.conf itself may be larger: people generate them. */
const LARGEST_MAIN = 4 * MIB;
const MOST_FILES = 5000;
/** How UTF-16 text looks when it is read as UTF-8: a byte order mark, then every second byte is zero. */
const UTF16 = /^(?:\ufffd\ufffd)?(?:(?:[^\0]\0){2}|(?:\0[^\0]){2})/;
const FLAT = ".keepalived.conf";
const ADDRESSES = ["address.json", "addresses.json", "ip-address.json"];

/** The verb that asks, for its error about a word that names nothing. */
export interface Asker {
  readonly verb: string;
  /** What the word may be. */
  readonly wanted: string;
}

/** What was read from the disk. */
export interface Input {
  readonly machines: readonly Machine[];
  readonly facts: SiteFacts;
}

/** What SITE may be. */
export const WANTED =
  "a folder with one folder per machine (lb1/keepalived.conf), a folder of NAME.keepalived.conf files, one keepalived.conf, or lb1=FILE lb2=FILE";

/** The file or folder at a path; undefined: nothing is there, or this user may not look at it. */
function stat(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file);
  } catch {
    return undefined;
  }
}

const isFile = (file: string): boolean => stat(file)?.isFile() ?? false;
const isFolder = (file: string): boolean => stat(file)?.isDirectory() ?? false;

function isReadable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** Reads the SITE of a verb. Throws one error that lists everything that cannot be read. */
export function readInput(
  words: readonly string[],
  { verb, wanted }: Asker = { verb: "audit", wanted: WANTED },
): Input {
  const problems: string[] = [];
  const found = words.flatMap((word) => machinesOf(word, { verb, wanted }, problems));
  const twice = found.filter(({ name }, index) => found.findIndex((other) => other.name === name) !== index);
  for (const { name, main } of twice)
    problems.push(`${main}: got the machine ${name} twice, need a different name for each`);
  const folder = words.length === 1 && words[0] !== undefined && isFolder(words[0]) ? words[0] : undefined;
  const siteFile = folder === undefined ? undefined : path.join(folder, "site.yaml");
  let facts = NOTHING;
  if (siteFile !== undefined && isFile(siteFile)) {
    const read = readSiteFile(fs.readFileSync(siteFile, "utf8"));
    facts = read.facts;
    problems.push(...read.problems.map((problem) => `${siteFile}: ${problem}`));
    const names = new Set(found.map(({ name }) => name));
    for (const name of [...facts.cards.keys(), ...facts.accepted.flatMap(({ node }) => node ?? [])])
      if (!names.has(name)) problems.push(`${siteFile}: got the machine ${name}, need one of ${[...names].join(", ")}`);
  }
  if (problems.length > 0) throw new UserError(problems.map(visible).join("\nlab: "));
  return { machines: found, facts };
}

function machinesOf(word: string, { verb, wanted }: Asker, problems: string[]): Machine[] {
  const [, name, file] = /^([^=/]+)=(.+)$/.exec(word) ?? [];
  if (name !== undefined && file !== undefined) {
    if (isFile(file)) return [single(name, file, problems)];
    problems.push(`${verb}: got ${shownOf(file)} for ${name}, need the path of a keepalived.conf`);
    return [];
  }
  if (isFile(word)) return [single(nameOf(word), word, problems)];
  const known = problems.length;
  const machines = isFolder(word) ? inFolder(word, problems) : [];
  if (machines.length === 0 && problems.length === known)
    problems.push(`${verb}: got ${shownOf(word)}, need ${wanted}`);
  return machines;
}

/** What is at a path if it is not a file: pipes and devices are never read. */
const shownOf = (file: string): string => {
  const found = stat(file);
  return found && !found.isDirectory() ? `${file} (a pipe, socket or device)` : file;
};

/** lb1.keepalived.conf and lb1.conf belong to lb1. keepalived.conf belongs to the machine that its folder is named after. */
function nameOf(file: string): string {
  const base = path.basename(file);
  if (base === "keepalived.conf") return path.basename(path.dirname(path.resolve(file)));
  return base.endsWith(FLAT) ? base.slice(0, -FLAT.length) : base.replace(/\.conf$/, "");
}

function inFolder(folder: string, problems: string[]): Machine[] {
  if (!isReadable(folder)) {
    problems.push(`${folder}: got a folder that you may not read, need ${WANTED}`);
    return [];
  }
  const entries = fs.readdirSync(folder).sort();
  const flat = entries.filter((entry) => entry.endsWith(FLAT) && entry !== FLAT);
  if (flat.length > 0)
    return flat.map((entry) => single(entry.slice(0, -FLAT.length), path.join(folder, entry), problems));
  const own = ownFolder(path.basename(path.resolve(folder)), folder, problems);
  if (own) return [own];
  return entries.flatMap((entry) => {
    const inner = path.join(folder, entry);
    return isFolder(inner) ? (ownFolder(entry, inner, problems) ?? []) : [];
  });
}

/** A machine's folder stands for its /etc/keepalived, or for its `/` where that is inside. */
function ownFolder(name: string, folder: string, problems: string[]): Machine | undefined {
  const deep = path.join(folder, "etc", "keepalived", "keepalived.conf");
  const main = path.join(folder, "keepalived.conf");
  if (!isFile(main) && !isFile(deep)) {
    for (const file of [main, deep])
      if (stat(file)) problems.push(`${file}: got something that is not a file, need a keepalived.conf`);
    return undefined;
  }
  const cards = cardsIn(
    ADDRESSES.map((file) => path.join(folder, file)),
    problems,
  );
  const isDeep = !isFile(main);
  const files = filesUnder(folder, isDeep ? deep : main);
  demandMain(isDeep ? deep : main, files, problems);
  return isDeep ? { name, main: deep, root: folder, files, ...cards } : { name, main, files, ...cards };
}

/** A file in a folder that other machines may share: only the files that it includes belong to it. */
function single(name: string, main: string, problems: string[]): Machine {
  const folder = path.dirname(main);
  const cards = cardsIn([path.join(folder, `${name}.address.json`)], problems);
  const files = filesUnder(folder, main);
  demandMain(main, files, problems);
  return { name, main: path.normalize(main), files, ...cards };
}

/** Reports a problem if a machine's main configuration is missing or is not text. */
function demandMain(main: string, files: ReadonlyMap<string, SiteFile>, problems: string[]): void {
  const got = wrongOf(main, files.get(path.normalize(main)));
  if (got !== undefined) problems.push(`${main}: got ${got}, need a keepalived.conf`);
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

function cardsIn(files: readonly string[], problems: string[]): { cards?: readonly Card[] } {
  const file = files.find(isFile);
  if (file === undefined) return {};
  const cards = readAddresses(fs.readFileSync(file, "utf8"));
  if (cards === undefined) problems.push(`${file}: got other content, need the output of \`ip -json address\``);
  return cards ? { cards } : {};
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
        return (read ??= fs.readFileSync(file, "utf8"));
      },
      isExecutable: (mode & 0o111) !== 0,
    });
  };
  const walk = (inner: string): void => {
    if (!isReadable(inner)) return;
    for (const entry of fs.readdirSync(inner, { withFileTypes: true })) {
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
