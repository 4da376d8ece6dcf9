import * as fs from "node:fs";
import * as path from "node:path";
import type { Card } from "../../model/plan/plan";
import { isFile, isReadable, machineAt, mainsIn, stat } from "../../model/plan/machineFiles";
import type { Machine } from "../../model/plan/site";
import { NOTHING, readAddresses, readSiteFile, type SiteFacts } from "../../model/plan/siteFile";
import { UserError } from "../../model/userError";
import { visible } from "../terminal/terminal";

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

const isFolder = (file: string): boolean => stat(file)?.isDirectory() ?? false;

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
  const [main, deep] = mainsIn(folder);
  if (!isFile(main) && !isFile(deep)) {
    for (const file of [main, deep])
      if (stat(file)) problems.push(`${file}: got something that is not a file, need a keepalived.conf`);
    return undefined;
  }
  const cards = cardsIn(
    ADDRESSES.map((file) => path.join(folder, file)),
    problems,
  );
  const machine = isFile(main) ? sound(name, main, problems) : sound(name, deep, problems, folder);
  return { ...machine, ...cards, folder };
}

/** A file in a folder that other machines may share: only the files that it includes belong to it. */
function single(name: string, main: string, problems: string[]): Machine {
  const cards = cardsIn([path.join(path.dirname(main), `${name}.address.json`)], problems);
  return { ...sound(name, main, problems), ...cards };
}

/** The machine of a keepalived.conf. Reports a problem if that is missing or is not text. */
function sound(name: string, main: string, problems: string[], root?: string): Machine {
  const { machine, wrong } = machineAt(name, main, root);
  if (wrong !== undefined) problems.push(`${main}: got ${wrong}, need a keepalived.conf`);
  return machine;
}

function cardsIn(files: readonly string[], problems: string[]): { cards?: readonly Card[] } {
  const file = files.find(isFile);
  if (file === undefined) return {};
  const cards = readAddresses(fs.readFileSync(file, "utf8"));
  if (cards === undefined) problems.push(`${file}: got other content, need the output of \`ip -json address\``);
  return cards ? { cards } : {};
}
