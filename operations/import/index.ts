import * as path from "node:path";
import { parseTopology, warningsOf } from "../../documents/load";
import { planOf, readingOf } from "../../model/plan/site";
import { ConfigError, problemText } from "../../model/topology/error";
import { ownDirectorsOf } from "../../model/topology/own/config";
import type { Topology } from "../../model/topology/topology";
import type { Input } from "../audit/input";
import type { Imported } from "./imported";
import { labOf } from "./lab";
import { listed, namesInComments } from "./names";
import { Notes } from "./notes";
import { topologyText } from "./text";
import { noteUnrehearsed } from "./unrehearsed";

export interface ImportOptions {
  /** The lab's name. */
  readonly name: string;
  /** The folder of the topology file, from which paths in it start; empty: the current one. */
  readonly folder: string;
}

/** Makes a topology whose directors run a site's own files. */
export function importSite({ machines, facts }: Input, { name, folder }: ImportOptions): Imported {
  const plan = planOf(machines, facts);
  const called = new Map(machines.flatMap((machine) => [...namesInComments(readingOf(machine, facts).tree.sources)]));
  const notes = new Notes();
  const made = labOf(
    {
      name,
      plan,
      machines,
      siteMarks: facts.marks,
      called,
      pathOf: (file) => path.relative(path.resolve(folder), path.resolve(file)),
    },
    notes,
  );
  noteUnrehearsed(plan, machines, made, notes);
  const text = topologyText(made, notes);
  const nodes = Object.values(made.data.nodes);
  const { topology, problems } = loaded(made.data, folder);
  return {
    verdict: problems.length > 0 ? "none" : notes.unrehearsed.length === 0 ? "whole" : "partial",
    made,
    ...(topology ? { topology } : {}),
    text,
    substitutions: topology ? ownDirectorsOf(topology).flatMap(({ keepalived }) => keepalived.substitutions) : [],
    standIns: [...notes.standIns, ...(topology ? programsOf(topology) : [])],
    assumed: notes.assumed,
    unrehearsed: notes.unrehearsed,
    errors: topology ? errorsOf(topology) : [],
    problems,
    guests: nodes.length,
    memory: nodes.reduce((sum, node) => sum + (node.memory ?? DEFAULT_MEMORY), 0),
  };
}

/** What the lab makes because a configuration needs it, each once with the machines that get it. */
function programsOf(topology: Topology): readonly string[] {
  const hosts = new Map<string, string[]>();
  for (const { name, keepalived } of ownDirectorsOf(topology)) {
    const { scripts, notifies, processes, files, users } = keepalived.standIns;
    const isNotify = new Set(notifies);
    const all = [
      ...scripts.map((one) => `${one}, a program that succeeds${isNotify.has(one) ? " and notes its calls" : ""}`),
      ...processes.map((one) => `${one}, a process that sleeps`),
      ...files.map((one) => `${one}, a file with 0`),
      ...users.map((one) => `the user ${one}`),
    ];
    for (const text of all) hosts.set(text, [...(hosts.get(text) ?? []), name]);
  }
  return [...hosts].map(([text, names]) => `${listed(names)}: ${text}`);
}

/** The memory of a guest whose topology does not say it, in MiB. */
const DEFAULT_MEMORY = 512;

/** The topology, or the problems for which it is refused. */
function loaded(data: unknown, folder: string): { readonly topology?: Topology; readonly problems: readonly string[] } {
  try {
    return { topology: parseTopology(data, "the topology", { folder }), problems: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.map(problemText) };
  }
}

/** The errors of the site's files, each with its place. */
const errorsOf = (topology: Topology): readonly string[] =>
  warningsOf(topology)
    .filter(({ severity, accepted }) => severity === "error" && accepted === undefined)
    .map(({ message, fix }) => (fix === undefined ? message : `${message} (${fix})`));
