import type { Entry, Statement, Table } from "../../../model/keepalived/entry";
import { type Position, Report } from "../../../model/keepalived/finding";
import { root } from "../../../model/keepalived/keywords";
import { Secret } from "../../../model/keepalived/secret";

/** One statement of a configuration: a word with its values, or a block of words. */
export interface Said {
  readonly at: Position;
  /** The heads of the blocks around it, the outermost first. */
  readonly blocks: readonly string[];
  /** The daemon's word for it. */
  readonly word: string;
  /** The value as the daemon reads it; compare it with {@link isSame}. */
  readonly value: unknown;
  readonly kind: "word" | "block" | "line" | "unknown";
  readonly entry?: Entry;
}

/** The name of a block's head, by which the same block is found in two configurations. */
export type HeadOf = (statement: Statement, blocks: readonly string[]) => string;

/** The head of a block: its word, and its name if the kind of block has one. */
export const headText: HeadOf = ({ keyword, values, entry }) =>
  [keyword, ...(entry?.kind.takes === "a block" ? [] : values)].map(({ text }) => text).join(" ");

/** All statements of a configuration, from top to bottom. Each block comes before its content. */
export function saidIn(
  statements: readonly Statement[],
  headOf: HeadOf = headText,
  table: Table = root,
  blocks: readonly string[] = [],
): readonly Said[] {
  return statements.flatMap((statement): readonly Said[] => {
    const { entry, keyword, block } = statement;
    const at = keyword.at;
    if (!entry) return [{ at, blocks, word: keyword.text, value: undefined, kind: "unknown" }];
    const word = entry.of === undefined || entry.of === "" ? keyword.text : entry.of;
    if (entry.kind.holds === "keywords") {
      const head = headOf(statement, blocks);
      const inner = saidIn(block?.statements ?? [], headOf, entry.kind.table ?? table, [...blocks, head]);
      return [{ at, blocks, word: head, value: undefined, kind: "block", entry }, ...inner];
    }
    const value = entry.retired === undefined ? entry.kind.read(statement, { report: new Report() }) : undefined;
    if (entry.kind.holds === "lines" && Array.isArray(value))
      return (value as readonly { readonly value: unknown; readonly at: Position }[]).map((line) => ({
        at: line.at,
        blocks,
        word,
        value: line.value,
        kind: "line",
        entry,
      }));
    return [{ at, blocks, word, value, kind: entry.retired === undefined ? "word" : "unknown", entry }];
  });
}

/** Whether two values are the same for the daemon, wherever they were written. Passwords are compared but never shown. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.equals(b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = (of: object): readonly string[] => Object.keys(of).filter((key) => key !== "at");
  const all = new Set([...keys(a), ...keys(b)]);
  return [...all].every((key) => isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
