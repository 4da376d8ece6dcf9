import { table } from "../terminal/table";

/** One difference between a lab and its topology. */
export type Difference = {
  /** The place: a resource's property, a file's line on a node, or a row of a table. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** The nodes that it concerns; none: it is outside the guests. */
  readonly nodes: readonly string[];
  /** host: outside the guests; guest: unreachable; configured: what the node's script writes; running: what its daemons made of that. */
  readonly kind: "host" | "guest" | "configured" | "running";
};

/** Shown in the place of something that is missing. */
export const NOTHING = "nothing";

/** The differences of one node. */
export const onNode =
  (node: string, kind: Difference["kind"]) =>
  (path: string, expected: string, found: string | undefined): Difference[] =>
    found === expected
      ? []
      : [{ path: path === "" ? node : `${node}:${path}`, expected, found: found || NOTHING, nodes: [node], kind }];

/** All of them as a table for people. */
export const differenceText = (all: readonly Difference[]): string =>
  all.length === 0
    ? "no drift"
    : table([["PATH", "EXPECTED", "FOUND"], ...all.map(({ path, expected, found }) => [path, expected, found])]);

/** The differences as a verb prints them: a table, or one JSON document. */
export const differencesSaid = (stack: string, all: readonly Difference[], json: boolean): string =>
  json ? JSON.stringify({ stack, differences: all }, null, 2) : differenceText(all);
