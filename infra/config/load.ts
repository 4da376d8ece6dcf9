import type { Topology } from "../model/topology";
import { derive, type WrittenTopology } from "./derive";
import { type Read, readDocument, type Wanted } from "./document";
import { ConfigError, type Problem } from "./error";
import { groupProblems } from "./groups";
import { makeUnreadable } from "./refused";
import { broken } from "./rules";
import schema from "./schema.json";
import { shape } from "./shape";

/** What a stack says of its topology beside the file. */
export type Overrides = {
  /** Number of machines in the group of web servers (`lvs-lab:webs`). */
  readonly webs?: number | undefined;
};

/**
 * Reads a topology file: YAML, the schema and its defaults, the rules, and what follows from the rest. The answer is
 * complete, correct and frozen. Throws one ConfigError with every problem of the file.
 */
export function loadTopology(path: string, overrides: Overrides = {}): Topology {
  const { data, lineOf } = readDocument(path, TOPOLOGY_FILE);
  return parseTopology(overridden(data, overrides), path, lineOf);
}

const TOPOLOGY_FILE: Wanted = {
  what: "a topology file",
  // A name and a description are in other files too.
  keys: Object.keys(schema.properties).filter((key) => !["$schema", "name", "description"].includes(key)),
  example: "labs/dr-keepalived.yaml",
};

/** The file's data with what the stack says instead. */
function overridden(data: unknown, { webs }: Overrides): unknown {
  const { nodes } = (data ?? {}) as { nodes?: Record<string, { count?: unknown } | null> | null };
  // The schema says what is wrong with a file that has no nodes.
  if (webs === undefined || typeof nodes !== "object" || nodes === null) return data;
  const groups = Object.entries(nodes).filter(([, node]) => node?.count !== undefined);
  if (groups.length !== 1) {
    const need = "a topology with one group of web servers (a node with a count)";
    throw new ConfigError("configuration of the stack", [{ path: "lvs-lab:webs", got: String(webs), need }]);
  }
  const changed = groups.map(([name, node]) => [name, { ...node, count: webs }]);
  return { ...(data as object), nodes: { ...nodes, ...Object.fromEntries(changed) } };
}

/** The same from plain data; `source` says in the error where it came from, `lineOf` where the file has it. */
export function parseTopology(input: unknown, source: string, lineOf?: Read["lineOf"]): Topology {
  const { topology, problems } = examine(input, lineOf);
  if (problems.length > 0) throw new ConfigError(source, problems);
  return deepFreeze(topology as Topology);
}

/** What a topology file says, without the sections that are unsound, and every problem of it; one that is no YAML throws. */
export function examineTopology(path: string): Examined {
  const { data, lineOf } = readDocument(path, TOPOLOGY_FILE);
  return examine(data, lineOf);
}

export type Examined = {
  /** To be read by {@link unlessRefused} where there are problems. */
  readonly topology: Partial<Topology>;
  readonly problems: readonly Problem[];
};

function examine(input: unknown, lineOf?: Read["lineOf"]): Examined {
  const { data, problems, refused, ...shaped } = shape(input, lineOf);
  const unsound = new Set(shaped.unsound);
  // The file itself is no section: nothing can be computed.
  if (unsound.has("")) return { topology: {}, problems: problems.map(asFile).map(ofSchema) };
  const sound = Object.fromEntries(
    Object.entries(data as object).filter(([section]) => !unsound.has(section)),
  ) as Partial<WrittenTopology>;
  const topology = derive(sound);
  // A place that is another one now: of a group there are many.
  for (const [section = ""] of makeUnreadable(topology, refused)) {
    unsound.add(section);
    Reflect.deleteProperty(topology, section);
  }
  const told = new Set(problems.map(({ path }) => path));
  const found = [...groupProblems(sound), ...broken(topology, unsound)].filter(({ path }) => !told.has(path));
  return { topology, problems: [...problems.map(ofSchema), ...found] };
}

const ofSchema = (problem: Problem): Problem => ({ ...problem, rule: "schema" });

const asFile = (problem: Problem): Problem =>
  problem.path === "" ? { ...problem, path: "file", need: "a topology" } : problem;

/** Freezes plain data with everything in it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
