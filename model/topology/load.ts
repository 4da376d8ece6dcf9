import { dirname } from "node:path";
import type { Topology } from "./topology";
import { derive } from "./derive";
import type { WrittenTopology } from "./written";
import { type Read, readYamlFile, type Wanted } from "./yamlFile";
import { ConfigError, type Problem, type Warning } from "./error";
import { groupProblems } from "./groups";
import { readOwn } from "./own/read";
import { makeUnreadable } from "./refused";
import { judged } from "./rules";
import schema from "./schema.json";
import type { SourceDocument } from "./sourceDocument";
import { validateTopology } from "./validate";

/** Settings of a stack that override the topology file. */
export type Overrides = {
  /** Number of machines in the group of web servers (`lvs-lab:webs`). */
  readonly webs?: number | undefined;
};

/**
 * Reads a topology file: parses YAML, checks schema and rules, fills in defaults and derived values. `documents` are those
 * that it may follow. The result is complete, correct and frozen. Throws one ConfigError with every problem of the file.
 */
export function loadTopology(path: string, documents: readonly SourceDocument[], overrides: Overrides = {}): Topology {
  const { data, lineOf } = readYamlFile(path, TOPOLOGY_FILE);
  return parseTopology(overridden(data, overrides), path, documents, { lineOf, folder: dirname(path) });
}

const TOPOLOGY_FILE: Wanted = {
  what: "a topology file",
  // Other kinds of files have a name and a description too.
  keys: Object.keys(schema.properties).filter((key) => !["$schema", "name", "description"].includes(key)),
  example: "labs/dr-keepalived.yaml",
};

/** The file's data with the stack's overrides. */
function overridden(data: unknown, { webs }: Overrides): unknown {
  const { nodes } = (data ?? {}) as { nodes?: Record<string, { count?: unknown } | null> | null };
  // A file without nodes is the schema's problem.
  if (webs === undefined || typeof nodes !== "object" || nodes === null) return data;
  const groups = Object.entries(nodes).filter(([, node]) => node?.count !== undefined);
  if (groups.length !== 1) {
    const need = "a topology with one group of web servers (a node with a count)";
    throw new ConfigError("configuration of the stack", [{ path: "lvs-lab:webs", got: String(webs), need }]);
  }
  const changed = groups.map(([name, node]) => [name, { ...node, count: webs }]);
  return { ...(data as object), nodes: { ...nodes, ...Object.fromEntries(changed) } };
}

/** Where plain data comes from. */
export type Origin = {
  /** Finds lines of the file; undefined: there is no file. */
  readonly lineOf?: Read["lineOf"] | undefined;
  /** The folder to which the paths in it are relative; default: the current one. */
  readonly folder?: string | undefined;
};

/** The same for plain data. `source` names its origin in errors. */
export function parseTopology(
  input: unknown,
  source: string,
  documents: readonly SourceDocument[],
  origin: Origin = {},
): Topology {
  const { topology, problems } = examine(input, documents, origin);
  if (problems.length > 0) throw new ConfigError(source, problems);
  return deepFreeze(topology as Topology);
}

/** Reads a topology file without its unsound sections, and lists every problem. Throws if it is not YAML. */
export function examineTopology(path: string, documents: readonly SourceDocument[]): Examined {
  const { data, lineOf } = readYamlFile(path, TOPOLOGY_FILE);
  return examine(data, documents, { lineOf, folder: dirname(path) });
}

export type Examined = {
  /** If there are problems, read it only with {@link unlessRefused}. */
  readonly topology: Partial<Topology>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
};

function examine(input: unknown, documents: readonly SourceDocument[], { lineOf, folder = "" }: Origin): Examined {
  const { data, problems, refused, ...validated } = validateTopology(input, lineOf);
  const unsound = new Set(validated.unsound);
  // The whole file is unsound, so nothing can be computed.
  if (unsound.has("")) return { topology: {}, problems: problems.map(asFile).map(ofSchema), warnings: [] };
  const sound = Object.fromEntries(
    Object.entries(data as object).filter(([section]) => !unsound.has(section)),
  ) as Partial<WrittenTopology>;
  const isRefused = (name: string): boolean =>
    refused.some((place) => place.join("\0") === ["nodes", name, "keepalived"].join("\0"));
  const brought = readOwn(sound, folder, isRefused);
  const topology = derive(sound, documents, brought.own);
  // The place of a group's value is gone: the group became several machines.
  for (const [section = ""] of makeUnreadable(topology, refused)) {
    unsound.add(section);
    Reflect.deleteProperty(topology, section);
  }
  const told = new Set(problems.map(({ path }) => path));
  const ofGroups = groupProblems(sound);
  const isWhole = problems.length === 0 && ofGroups.length === 0 && brought.problems.length === 0;
  const found = judged(topology, documents, { unsound, isWhole });
  return {
    topology,
    problems: [
      ...problems.map(ofSchema),
      ...[...ofGroups, ...brought.problems, ...found.problems].filter(({ path }) => !told.has(path)),
    ],
    warnings: found.warnings,
  };
}

/** The warnings and notes of a topology that was loaded, accepted or not. */
export const warningsOf = (topology: Topology, documents: readonly SourceDocument[]): readonly Warning[] =>
  judged(topology, documents).warnings;

const ofSchema = (problem: Problem): Problem => ({ ...problem, rule: "schema" });

const asFile = (problem: Problem): Problem =>
  problem.path === "" ? { ...problem, path: "file", need: "a topology" } : problem;

/** Freezes plain data with everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
