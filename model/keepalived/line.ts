import type { Position } from "./finding";

/** Text of one line, or what became of it, with the column that each character came from. */
export interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  /** As long as text. What came out of a definition has the column of its `$`. */
  readonly columns: readonly number[];
}

export const lineOf = (file: string, number: number, text: string): Line => ({
  file,
  number,
  text,
  columns: Array.from({ length: text.length }, (_, index) => index + 1),
});

export const slice = (line: Line, from: number, to?: number): Line => ({
  ...line,
  text: line.text.slice(from, to),
  columns: line.columns.slice(from, to),
});

/** The line with text[from, to) replaced; the replacement stands in the column of what it replaces. */
export function splice(line: Line, from: number, to: number, replacement: string): Line {
  const column = line.columns[from] ?? line.text.length + 1;
  return {
    ...line,
    text: line.text.slice(0, from) + replacement + line.text.slice(to),
    columns: [
      ...line.columns.slice(0, from),
      ...Array<number>(replacement.length).fill(column),
      ...line.columns.slice(to),
    ],
  };
}

/** Where character `index` of the line was written. */
export const positionIn = (line: Line, index: number): Position => ({
  file: line.file,
  line: line.number,
  column: line.columns[index] ?? (line.columns.at(-1) ?? 0) + 1,
});

/** Without blanks at either end. */
export function trim(line: Line): Line {
  const from = line.text.search(/[^ \t]/);
  if (from < 0) return slice(line, 0, 0);
  return slice(line, from, line.text.replace(/[ \t]+$/, "").length);
}

export interface Uncommented {
  readonly line: Line;
  /** The index in the text that came in at which the comment begins. */
  readonly comment?: number;
  /** A double quote was opened and never closed. */
  readonly openQuote: boolean;
  /** The line ends in a backslash: a definition goes on with the next line. */
  readonly continued: boolean;
}

/**
 * The line without its comment, its blanks at either end and the backslashes before `#` and `!`.
 * `#` and `!` begin a comment wherever they stand outside double quotes, in the middle of a word too.
 */
export function uncomment(raw: Line): Uncommented {
  let line = raw;
  let isQuoted = false;
  let index = 0;
  let comment: number | undefined;
  let continued = false;
  while (index < line.text.length) {
    const character = line.text[index];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\\") {
      const next = line.text[index + 1];
      if (next === undefined) {
        line = slice(line, 0, index);
        continued = true;
        break;
      }
      if (!isQuoted && (next === "#" || next === "!")) line = splice(line, index, index + 1, "");
      else index += 1;
    } else if (!isQuoted && (character === "#" || character === "!")) {
      comment = index;
      line = slice(line, 0, index);
      break;
    }
    index += 1;
  }
  return { line: trim(line), ...(comment === undefined ? {} : { comment }), openQuote: isQuoted, continued };
}
