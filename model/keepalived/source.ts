/** A piece of a line, as written. All pieces of a file together are its bytes. */
export interface Token {
  readonly kind: "blank" | "word" | "quoted" | "open" | "close" | "comment" | "end";
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

export interface SourceLine {
  /** From 1. */
  readonly number: number;
  readonly tokens: readonly Token[];
}

/** One file, lossless: `printSource(readSource(file, text)) === text`. */
export interface Source {
  readonly file: string;
  readonly lines: readonly SourceLine[];
}

const PIECE = /[ \t\f\v\r]+|"[^"]*"?|[{}]|[^ \t\f\v\r"{}]+/g;

function kindOf(text: string): Token["kind"] {
  if (text === "{") return "open";
  if (text === "}") return "close";
  if (text.startsWith('"')) return "quoted";
  return /^[ \t\f\v\r]/.test(text) ? "blank" : "word";
}

function tokensOf(text: string, end: string): readonly Token[] {
  const comment = commentStart(text);
  const tokens: Token[] = [];
  for (const match of text.slice(0, comment).matchAll(PIECE))
    tokens.push({ kind: kindOf(match[0]), text: match[0], column: match.index + 1 });
  if (comment !== undefined) tokens.push({ kind: "comment", text: text.slice(comment), column: comment + 1 });
  if (end !== "") tokens.push({ kind: "end", text: end, column: text.length + 1 });
  return tokens;
}

/** The index where the comment of a line begins. */
function commentStart(text: string): number | undefined {
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "\\") index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === "#" || character === "!")) return index;
  }
  return undefined;
}

/** The file's lines with their line ends. The last line may have none. */
export function splitLines(text: string): readonly { text: string; end: string }[] {
  const lines: { text: string; end: string }[] = [];
  let from = 0;
  while (from < text.length) {
    const newline = text.indexOf("\n", from);
    const raw = newline < 0 ? text.slice(from) : text.slice(from, newline + 1);
    const end = /\r*\n?$/.exec(raw)?.[0] ?? "";
    lines.push({ text: raw.slice(0, raw.length - end.length), end });
    from += raw.length;
  }
  return lines;
}

export const readSource = (file: string, text: string): Source => ({
  file,
  lines: splitLines(text).map((line, index) => ({
    number: index + 1,
    tokens: tokensOf(line.text, line.end),
  })),
});

/** The bytes of the source. */
export const printSource = (source: Source): string =>
  source.lines.map((line) => line.tokens.map((token) => token.text).join("")).join("");
