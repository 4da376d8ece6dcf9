/** Reads the configurations that directors bring: their files, what is wrong with them, and what a lab changes in them. */
import * as path from "node:path";
import type { Position } from "../../keepalived/finding";
import { readConfiguration, type Reading } from "../../keepalived/read";
import { filesOf } from "../../keepalived/files";
import { canonical } from "../../plan/addresses";
import { isFile, machineAt, rootOf, stat } from "../../plan/machineFiles";
import { type Machine, machinePath, readingOf } from "../../plan/site";
import { NOTHING } from "../../plan/siteFile";
import type { Problem } from "../error";
import type { OwnKeepalived, Substitution } from "../node";
import type { WrittenTopology } from "../written";
import { digestEdits } from "./digests";
import { type Edit, edited, Lines, sorted } from "./edit";
import { neededBy } from "./programs";
import { hostEdits, manyHosts } from "./smtpHosts";
import { commentEdits, leftPasswords, Passwords, secretEdits } from "./secrets";

/** What the directors of a topology file bring. */
export interface Brought {
  readonly own: Readonly<Record<string, OwnKeepalived>>;
  /** Why no lab can run the files. What the daemon makes of a mistake in them, the lab shows. */
  readonly problems: readonly Problem[];
}

/** A director with its files. */
interface Director {
  readonly name: string;
  /** As the topology file says it. */
  readonly file: string;
  readonly machine: Machine;
  readonly reading: Reading;
}

const NOTHING_NEEDED = { scripts: [], notifies: [], processes: [], files: [], users: [] } as const;

/**
 * Reads the configurations of all directors that bring one. `folder`: the topology file's, for relative paths. No secret of a file is in what it
 * returns. `isRefused`: whether the schema refuses a node's path.
 */
export function readOwn(
  { nodes = {} }: Partial<WrittenTopology>,
  folder: string,
  isRefused: (node: string) => boolean = () => false,
): Brought {
  const problems: Problem[] = [];
  const own: Record<string, OwnKeepalived> = {};
  const directors = Object.entries(nodes).flatMap(([name, { role, keepalived }]): Director[] => {
    if (role !== "director" || typeof keepalived !== "string") return [];
    own[name] = { file: keepalived, files: {}, substitutions: [], standIns: NOTHING_NEEDED };
    if (isRefused(name)) return [];
    const main = path.isAbsolute(keepalived) ? keepalived : path.join(folder, keepalived);
    const refused = refusalOf(keepalived, main);
    if (refused !== undefined) {
      problems.push({ path: `nodes.${name}.keepalived`, ...refused });
      return [];
    }
    const { machine } = machineAt(name, main, rootOf(main));
    return [{ name, file: keepalived, machine, reading: readingOf(machine, NOTHING) }];
  });
  if (directors.length === 0) return { own, problems };
  const passwords = new Passwords();
  const named = new Map(
    Object.entries(nodes).flatMap(([name, { role, interfaces, ...node }]) =>
      role === "server" || (role === "director" && "serves" in node)
        ? addressesOf(interfaces).map((address) => [address, name] as const)
        : [],
    ),
  );
  const changed = directors.map((director) => {
    const lines = new Lines(director.reading.tree.sources);
    const edits = secretEdits(director.reading.tree, lines, passwords);
    return { ...director, lines, edits };
  });
  for (const { name, file, machine, reading, lines, edits } of changed) {
    const needed = neededBy(reading, machine, lines, passwords);
    const all = sorted([
      ...edits,
      ...commentEdits(reading.tree, passwords),
      ...needed.edits,
      ...digestEdits(reading.config, lines, (address) => named.get(address)),
      ...hostEdits(reading.tree.statements),
      ...brokenBytes(reading),
    ]);
    const texts = textsOf(reading, machine, all);
    const left = leftPasswords(reading.tree, passwords)[0] ?? spoilt(machine, reading, texts);
    if (left !== undefined)
      refuse(name, left, "a password that the lab cannot replace", {
        need: "the password in the line of its auth_pass",
        fix: "write it there, without ~LST and without parts from definitions",
        rule: "passwordSpread",
      });
    for (const at of manyHosts(reading.tree.statements))
      refuse(name, at, "a second host block in one SMTP_CHECK", {
        need: "one check for each host",
        fix: "keepalived 2.3.3 of the lab's machines never ends reading such a block",
        rule: "smtpHosts",
      });
    own[name] = {
      file,
      files: { ...Object.fromEntries(texts), ...needed.scripts },
      substitutions: all
        .filter(({ isPart }) => isPart !== true)
        .map(({ at, what, why }): Substitution => ({ at: saidOf(at), what, why })),
      standIns: needed.standIns,
    };
  }
  return { own, problems };

  /** A place of a director's files for which no lab can run them. */
  function refuse(name: string, at: Position, what: string, more: Pick<Problem, "need" | "fix" | "rule">): void {
    problems.push({ path: `nodes.${name}.keepalived`, got: `${textOf(saidOf(at))}: ${what}`, ...more });
  }

  function ownerOf({ file }: Position): Director {
    const owner = directors.find(({ reading }) => reading.config.files.includes(file)) ?? directors[0];
    if (owner === undefined) throw new Error(`${file} belongs to no director`);
    return owner;
  }

  /** A place with its path as the topology file says it, which is the same wherever that is. */
  function saidOf(at: Position): Position {
    return path.isAbsolute(ownerOf(at).file) ? at : { ...at, file: path.relative(folder || ".", at.file) };
  }
}

const textOf = ({ file, line }: Position): string => `${file}:${line}`;

const addressesOf = (interfaces: WrittenTopology["nodes"][string]["interfaces"]): string[] =>
  Object.values(interfaces).flatMap(({ address, aliases = [] }) =>
    [address, ...aliases].map((one) => canonical(one.split("/")[0] ?? "")),
  );

/** What is wrong with the path of a configuration; undefined: a keepalived.conf is there. A text that is no path may be a secret. */
function refusalOf(said: string, main: string): Pick<Problem, "got" | "need" | "fix" | "rule"> | undefined {
  const shown = said.endsWith(".conf") ? said : "a path";
  const need = "a keepalived.conf";
  const rule = "ownFile";
  if (!isFile(main)) {
    const got = stat(main) === undefined ? `${shown}, where nothing is` : `${shown}, which is no file`;
    return { got, need, fix: "a path is relative to the topology file", rule };
  }
  const { wrong } = machineAt("", main, rootOf(main));
  return wrong === undefined ? undefined : { got: `${shown}, which is ${wrong}`, need, rule };
}

/** Lines that are not UTF-8: the lab carries texts. */
const brokenBytes = ({ tree }: Reading): Edit[] =>
  tree.sources.flatMap(({ file, lines }) =>
    lines.flatMap(({ number, tokens }) =>
      tokens.some(({ text }) => text.includes("\ufffd"))
        ? [
            {
              at: { file, line: number, column: 1 },
              to: 1,
              text: "",
              what: "bytes that are not UTF-8",
              why: "a lab carries texts",
            },
          ]
        : [],
    ),
  );

/** The texts of a machine's configuration by their paths there. */
const textsOf = (
  { config }: Reading,
  machine: Machine,
  edits: readonly Edit[],
): readonly (readonly [string, string])[] =>
  config.files.map((file) => [machinePath(file, machine), edited(file, machine.files.get(file)?.text ?? "", edits)]);

/** The place where a change made an error that the site does not have; undefined: nowhere. */
function spoilt(
  machine: Machine,
  reading: Reading,
  texts: readonly (readonly [string, string])[],
): Position | undefined {
  const errorsOf = ({ findings }: Pick<Reading, "findings">) => findings.filter(({ severity }) => severity === "error");
  const main = machinePath(machine.main, machine);
  const after = errorsOf(readConfiguration(main, filesOf(new Map(texts)), { configId: machine.name }));
  const [first] = after;
  if (first === undefined || after.length <= errorsOf(reading).length) return undefined;
  const file = reading.config.files.find((one) => machinePath(one, machine) === first.file) ?? machine.main;
  return { file, line: first.line, column: first.column };
}
