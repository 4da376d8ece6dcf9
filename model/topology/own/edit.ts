/** Changes of single words in the texts of a site. Everything else stays byte for byte. */
import { byPosition, type Position } from "../../keepalived/finding";
import { type Source, splitLines } from "../../keepalived/source";

/** One change: the characters from a place up to a column are replaced. */
export interface Edit {
  readonly at: Position;
  /** The column after the last one that is replaced. */
  readonly to: number;
  readonly text: string;
  /** What is replaced, and why; neither contains the old text. */
  readonly what: string;
  readonly why: string;
  /** Whether it belongs to another change, which is told for both. */
  readonly isPart?: boolean;
}

/** The lines of files that were read, without their ends. */
export class Lines {
  readonly #lines: ReadonlyMap<string, readonly string[]>;

  constructor(sources: readonly Source[]) {
    this.#lines = new Map(
      sources.map(({ file, lines }) => [
        file,
        lines.map(({ tokens }) => tokens.flatMap(({ kind, text }) => (kind === "end" ? [] : [text])).join("")),
      ]),
    );
  }

  at({ file, line }: Pick<Position, "file" | "line">): string {
    return this.#lines.get(file)?.[line - 1] ?? "";
  }

  /** The word that begins at a place, with its quotes: its text, and the column after it. */
  wordAt(at: Position): { readonly text: string; readonly to: number } {
    const [text = ""] = /^(?:"[^"]*"?|(?:\$\{[^}]*\}|[^\s"{}])+)/.exec(this.at(at).slice(at.column - 1)) ?? [];
    return { text, to: at.column + text.length };
  }

  /** The place of the word after the one at a place; undefined: it is the last one of its line. */
  next(at: Position): Position | undefined {
    const { to } = this.wordAt(at);
    const [blank] = /^\s+(?=\S)/.exec(this.at(at).slice(to - 1)) ?? [];
    return blank === undefined ? undefined : { ...at, column: to + blank.length };
  }
}

/** Edits file by file from top to bottom, each place once: the first one that was made counts. */
export function sorted(edits: readonly Edit[]): readonly Edit[] {
  const kept: Edit[] = [];
  for (const edit of edits)
    if (
      !kept.some(
        ({ at, to }) =>
          at.file === edit.at.file && at.line === edit.at.line && at.column < edit.to && edit.at.column < to,
      )
    )
      kept.push(edit);
  return kept.sort((a, b) => (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : byPosition(a.at, b.at)));
}

/** A file's text with its edits, which {@link sorted} returned. */
export function edited(file: string, text: string, edits: readonly Edit[]): string {
  const lines = splitLines(text).map(({ text: line, end }) => ({ line, end }));
  for (const { at, to, text: by } of [...edits].reverse()) {
    const old = at.file === file ? lines[at.line - 1] : undefined;
    if (old) old.line = old.line.slice(0, at.column - 1) + by + old.line.slice(to - 1);
  }
  return lines.map(({ line, end }) => line + end).join("");
}
