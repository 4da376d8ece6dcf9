import type { Entry, Table } from "../../model/keepalived/entry";
import { type Position, Report } from "../../model/keepalived/finding";
import { root } from "../../model/keepalived/keywords";
import { Secret } from "../../model/keepalived/secret";
import type { Statement } from "../../model/keepalived/tree";

/** One thing that a configuration says: a word with its values, or a block of words. */
export interface Said {
  readonly at: Position;
  /** The heads of the blocks around it, the outermost first. */
  readonly blocks: readonly string[];
  /** The word by which the daemon knows it. */
  readonly word: string;
  /** As the daemon reads it; compare with {@link isSame}. */
  readonly value: unknown;
  readonly kind: "word" | "block" | "line" | "unknown";
  readonly entry?: Entry;
}

/** How the head of a block is called, so that blocks of two configurations are found to be the same. */
export type HeadOf = (statement: Statement, blocks: readonly string[]) => string;

/** A block that has a name has it behind its word; of another one what stands there is nothing. */
export const headText: HeadOf = ({ keyword, values, entry }) =>
  [keyword, ...(entry?.kind.takes === "a block" ? [] : values)].map(({ text }) => text).join(" ");

/** Everything that a configuration says, from top to bottom; each block before what is in it. */
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

/** Whether two values are the same to the daemon. Where they were written does not matter; passwords are compared, and shown by nobody. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Secret || b instanceof Secret) return a instanceof Secret && b instanceof Secret && a.equals(b);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = (of: object): readonly string[] => Object.keys(of).filter((key) => key !== "at");
  const all = new Set([...keys(a), ...keys(b)]);
  return [...all].every((key) => isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
