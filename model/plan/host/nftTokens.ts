/** A word of a ruleset, or a set in braces. */
export interface Word {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The statements in braces; absent: a word. */
  readonly inner?: readonly Statement[];
}

/** Words up to a line end, a semicolon, or the brace that closes. */
export type Statement = readonly Word[];

const PIECE = /"[^"\n]*"|[{};,]|\\\n|\n|#[^\n]*|[^\s{};,"#]+/g;

/** The statements of a ruleset as nft(8) reads it, blocks inside each other. Unbalanced braces end where the text ends. */
export function nftStatements(text: string): readonly Statement[] {
  const pieces = [...text.matchAll(PIECE)];
  let index = 0;
  let line = 1;
  let begin = 0;
  const DEEPEST = 8;
  const statements = (depth: number): readonly Statement[] => {
    const all: Statement[] = [];
    let words: Word[] = [];
    const end = (): void => {
      if (words.length > 0) all.push(words);
      words = [];
    };
    while (index < pieces.length) {
      const piece = pieces[index++];
      const [said = ""] = piece ?? [];
      const column = (piece?.index ?? 0) - begin + 1;
      if (said.endsWith("\n")) {
        line += 1;
        begin = (piece?.index ?? 0) + said.length;
        // A line may end behind a comma.
        if (said === "\n" && words.at(-1)?.text !== ",") end();
      } else if (said === ";") end();
      else if (said === "}") break;
      else if (said === "{")
        words.push({ text: "{", line, column, inner: depth < DEEPEST ? statements(depth + 1) : [] });
      else if (!said.startsWith("#")) words.push({ text: said.replace(/^"(.*)"$/, "$1"), line, column });
    }
    end();
    return all;
  };
  const all: Statement[] = [];
  // A brace too many must not hide what follows.
  while (index < pieces.length) all.push(...statements(0));
  return all;
}

/** The elements of a set: `{ a, b : accept }` as [["a"], ["b", ":", "accept"]]. */
export function elementsOf({ inner = [] }: Word): readonly (readonly string[])[] {
  const elements: string[][] = [];
  let current: string[] = [];
  for (const { text } of inner.flat()) {
    if (text === ",") {
      elements.push(current);
      current = [];
    } else current.push(text);
  }
  return [...elements, current].filter((words) => words.length > 0);
}
