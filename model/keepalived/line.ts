import type { Position } from "./finding";

/** The text of one line, perhaps after replacements, and the original place of each character. */
export interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  /** The column of each character; absent if they are consecutive. Text of a definition has the column of its `$`. */
  readonly columns?: readonly number[];
  /** The column of the first character. */
  readonly start: number;
}

export const lineOf = (file: string, number: number, text: string): Line => ({ file, number, text, start: 1 });

/** The column of a character, also of the position after the last one. */
const columnAt = ({ columns, start, text }: Line, index: number): number => {
  if (!columns) return start + index;
  return columns[index] ?? (columns.at(-1) ?? start - 1) + 1 + index - text.length;
};

export function slice(line: Line, from: number, to = line.text.length): Line {
  const { file, number, text, columns } = line;
  const start = columnAt(line, from);
  return { file, number, text: text.slice(from, to), start, ...(columns ? { columns: columns.slice(from, to) } : {}) };
}

/** The line with text[from, to) replaced. The replacement keeps the column of the old text. */
export function splice(line: Line, from: number, to: number, replacement: string): Line {
  const { text, start } = line;
  const columns = line.columns ?? Array.from({ length: text.length }, (_, index) => start + index);
  return {
    ...line,
    text: text.slice(0, from) + replacement + text.slice(to),
    columns: [
      ...columns.slice(0, from),
      ...Array<number>(replacement.length).fill(columnAt(line, from)),
      ...columns.slice(to),
    ],
  };
}

/** The original place of character `index`. */
export const positionIn = (line: Line, index: number): Position => ({
  file: line.file,
  line: line.number,
  column: columnAt(line, index),
});

/** Whether text[from, to) is written literally: no part of it comes from a definition. */
export const isLiteral = (line: Line, from: number, to: number): boolean =>
  columnAt(line, to - 1) - columnAt(line, from) === to - 1 - from;

/** The line without spaces at both ends. */
export function trim(line: Line): Line {
  const { text } = line;
  let from = 0;
  let to = text.length;
  while (from < to && (text[from] === " " || text[from] === "\t")) from += 1;
  while (to > from && (text[to - 1] === " " || text[to - 1] === "\t")) to -= 1;
  return from === 0 && to === text.length ? line : slice(line, from, to);
}

export interface Uncommented {
  readonly line: Line;
  /** Whether a comment was cut off. */
  readonly hasComment: boolean;
  /** Whether a double quote was opened and never closed. */
  readonly openQuote: boolean;
  /** Whether the line ends in a backslash, so a definition continues on the next line. */
  readonly continued: boolean;
}

/**
 * The line without its comment, outer spaces, and the backslashes before `#` and `!`.
 * `#` and `!` begin a comment anywhere outside double quotes, even inside a word.
 */
export function uncomment(raw: Line): Uncommented {
  if (!/[!#"\\]/.test(raw.text)) return { line: trim(raw), hasComment: false, openQuote: false, continued: false };
  let line = raw;
  let isQuoted = false;
  for (let index = 0; index < line.text.length; index += 1) {
    const character = line.text[index];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\\") {
      const next = line.text[index + 1];
      if (next === undefined)
        return { line: trim(slice(line, 0, index)), hasComment: false, openQuote: isQuoted, continued: true };
      if (!isQuoted && (next === "#" || next === "!")) line = splice(line, index, index + 1, "");
      else index += 1;
    } else if (!isQuoted && (character === "#" || character === "!"))
      return { line: trim(slice(line, 0, index)), hasComment: true, openQuote: false, continued: false };
  }
  return { line: trim(line), hasComment: false, openQuote: isQuoted, continued: false };
}
