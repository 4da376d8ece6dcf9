import { table } from "../table";

/** One way in which a lab is not what its topology says. */
export type Difference = {
  /** Where: a resource's property, a file's line on a node, a row of a table. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** The node whose it is, or several; none: it is outside of the guests. */
  readonly nodes: readonly string[];
  /** host: outside of the guests; guest: unreachable; configured: what the node's script writes; running: what its daemons made of it. */
  readonly kind: "host" | "guest" | "configured" | "running";
};

/** What stands for something that is not there. */
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

/** What a verb says of them: a table, or one JSON document. */
export const differencesSaid = (stack: string, all: readonly Difference[], json: boolean): string =>
  json ? JSON.stringify({ stack, differences: all }, null, 2) : differenceText(all);
