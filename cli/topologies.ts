import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, type Problem, problemText } from "../infra/config/error";
import { loadTopology } from "../infra/config/load";
import type { Topology } from "../infra/model/topology";
import { inRoot } from "./paths";
import { UserError } from "./run";

/** The labs that come with the checkout, by name. */
export const shippedLabs = (): Topology[] =>
  fs
    .readdirSync(inRoot("labs"))
    .sort()
    .map((file) => loadTopology(inRoot("labs", file)));

/** A lab as a row of `lab list`. */
export function labRow({ name, document, nodes, description }: Topology): string[] {
  const memory = Object.values(nodes).reduce((sum, node) => sum + node.memory, 0);
  return [name, document ?? "-", String(Object.keys(nodes).length), `${memory} MiB`, description];
}

/** What is wrong with a topology file; empty: nothing. A file that cannot be read is an error. */
export function problemsOf(file: string): readonly Problem[] {
  if (!fs.existsSync(file)) throw new UserError(`check: got ${file}, need the path of a topology file`);
  try {
    loadTopology(path.resolve(file));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The findings of one file as lines for people. */
export const findingText = (file: string, problems: readonly Problem[]): string =>
  [
    `${file}: ${problems.length === 0 ? "ok" : `${problems.length} to mend`}`,
    ...problems.map((problem) => `  ${problemText(problem)}`),
  ].join("\n");
