import type { Config } from "./config/config";
import type { Row, Settings, Written } from "./entry";
import { byPosition, type Position } from "./finding";
import { vocabulary } from "./keywords";
import { globalDefs } from "./keywords/global";
import { type Placed, rowsOf } from "./settings";

/** Columns by which the lines of a block are indented. */
export const INDENT = 4;

/** A comment, with the place that it has in the text. Its column says in which block it stands. */
export interface Comment {
  readonly text: string;
  readonly at: Position;
}

/**
 * The text of a configuration: every written word, block by block, in the order of their places. The daemon's defaults have no place and
 * no line. The text is one file without includes and definitions, and the words that nobody understands are not in it.
 */
export function render(config: Config, comments: readonly Comment[] = []): string {
  const inOrder = (a: Row, b: Row): number =>
    config.files.indexOf(a.at.file) - config.files.indexOf(b.at.file) || byPosition(a.at, b.at);
  const rows = commented([...globals(config), ...rowsOf(vocabulary, wordsOf(config))].sort(inOrder), comments, 1);

  function linesOf({ text, rows: inside, isOrdered }: Row, indent = ""): readonly string[] {
    if (inside === undefined) return [`${indent}${text}`];
    const deeper = indent + " ".repeat(INDENT);
    const ordered = isOrdered === true ? inside : [...inside].sort(inOrder);
    return [`${indent}${text} {`, ...ordered.flatMap((row) => linesOf(row, deeper)), `${indent}}`];
  }
  return rows.map((row) => `${linesOf(row).join("\n")}\n`).join("\n");
}

/** The block global_defs, unless it is empty. The model has one, whose place is that of its first word. */
function globals({ global }: Config): readonly Row[] {
  const rows = [...rowsOf(globalDefs, global)].sort((a, b) => byPosition(a.at, b.at));
  return rows[0] === undefined ? [] : [{ text: "global_defs", at: rows[0].at, rows }];
}

/** The words at the top of a file, as a reader finds them. */
function wordsOf(config: Config): Settings<typeof vocabulary> {
  const blocks = <T extends Placed<object>>(all: readonly T[]): readonly Written<T>[] =>
    all.map((value) => ({ value, at: value.at }));
  /** The lines of several blocks become one block. */
  const lines = <T>(all: readonly Written<T>[]): readonly Written<readonly Written<T>[]>[] =>
    all[0] === undefined ? [] : [{ value: all, at: all[0].at }];
  return {
    ...config.top,
    staticIpaddress: lines(config.staticAddresses),
    staticRoutes: lines(config.staticRoutes),
    staticRules: lines(config.staticRules),
    trackGroup: blocks(config.trackGroups),
    linkbeatInterfaces: lines(config.linkbeatInterfaces),
    interfaceUpDownDelays: lines(config.interfaceUpDownDelays),
    garpGroup: blocks(config.garpGroups),
    vrrpScript: blocks(config.scripts),
    vrrpTrackProcess: blocks(config.trackProcesses),
    trackFile: blocks(config.trackFiles),
    vrrpSyncGroup: blocks(config.syncGroups),
    vrrpInstance: blocks(config.instances.map(({ written }) => written)),
    bfdInstance: blocks(config.bfdInstances),
    SSL: config.ssl && { value: config.ssl, at: config.ssl.at },
    virtualServerGroup: blocks(config.virtualServerGroups),
    virtualServer: blocks(config.virtualServers.map(({ written }) => written)),
  };
}

/** Adds comments to the rows of a block that begins in a column: its own in their places, all others to the block before them. */
function commented(rows: readonly Row[], comments: readonly Comment[], column: number): readonly Row[] {
  const isBefore = (a: Position, b: Position): boolean => byPosition(a, b) < 0;
  const own = comments.filter(({ at }) => at.column <= column);
  const others = comments.filter(({ at }) => at.column > column);
  const blocks = rows.filter((row) => row.rows !== undefined);
  const homeOf = ({ at }: Comment): Row | undefined =>
    blocks.filter((block) => isBefore(block.at, at)).at(-1) ?? blocks[0];
  const withOwn = rows.map((row) => {
    const inside = others.filter((comment) => homeOf(comment) === row);
    return row.rows === undefined || inside.length === 0
      ? row
      : { ...row, rows: commented(row.rows, inside, column + INDENT) };
  });
  return [...withOwn, ...own].sort((a, b) => byPosition(a.at, b.at));
}
