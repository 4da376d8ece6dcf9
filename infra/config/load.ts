import type { Topology } from "../model/topology";
import { derive, type WrittenTopology } from "./derive";
import { readDocument } from "./document";
import { ConfigError, type Problem } from "./error";
import { broken } from "./rules";
import { shape } from "./shape";

/**
 * Reads a topology file: YAML, the schema and its defaults, the rules, and what follows from the rest. The answer is
 * complete, correct and frozen. Throws one ConfigError with every problem of the file.
 */
export function loadTopology(path: string): Topology {
  return parseTopology(readDocument(path, "a topology file"), path);
}

/** The same from plain data; `source` says in the error where it came from. */
export function parseTopology(input: unknown, source: string): Topology {
  const { data, problems, unsound } = shape(input);
  // The file itself is no section: nothing can be computed.
  if (unsound.has("")) throw new ConfigError(source, problems.map(asFile));
  const sound = Object.entries(data as object).filter(([section]) => !unsound.has(section));
  const topology = derive(Object.fromEntries(sound) as Partial<WrittenTopology>);
  const refused = new Set(problems.map(({ path }) => path));
  const all = [...problems, ...broken(topology, unsound).filter(({ path }) => !refused.has(path))];
  if (all.length > 0) throw new ConfigError(source, all);
  return deepFreeze(topology as Topology);
}

const asFile = (problem: Problem): Problem =>
  problem.path === "" ? { ...problem, path: "file", need: "a topology" } : problem;

export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
