import * as fs from "node:fs";
import * as path from "node:path";
import { errataOf, erratumText } from "../infra/config/errata";
import { ConfigError, type Problem, problemLines } from "../infra/config/error";
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
export const problemsOf = (file: string): readonly Problem[] => findingOf(file).problems;

/** What `check` has to say of a topology file. */
export type FileFinding = {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** The mistakes of its document that a lab as printed is built with. */
  readonly asPrinted: readonly string[];
};

/** Checks a topology file; one that cannot be read is an error. */
export function findingOf(file: string): FileFinding {
  if (!fs.existsSync(file)) throw new UserError(`check: got ${file}, need the path of a topology file`);
  try {
    return { file, problems: [], asPrinted: errataOf(loadTopology(path.resolve(file))).map(erratumText) };
  } catch (error) {
    if (error instanceof ConfigError) return { file, problems: error.problems, asPrinted: [] };
    throw error;
  }
}

/** The findings of one file as lines for people. */
export const findingText = ({ file, problems, asPrinted }: FileFinding): string =>
  [
    `${file}: ${problems.length === 0 ? "ok" : `${problems.length} to mend`}`,
    ...problems.flatMap(problemLines),
    ...asPrinted.map((text) => `  ${text}`),
  ].join("\n");
