import type { Surroundings } from "./definitions";
import type { Block, Entry, Statement, Table } from "./entry";
import type { Files } from "./files";
import { type Position, Report } from "./finding";
import { homesOf, root, shownWord } from "./keywords";
import type { Line } from "./line";
import { MASK } from "./secret";
import { Stream } from "./stream";
import { nearest } from "./suggest";
import type { Tree } from "./tree";
import { CLOSE, OPEN, splitWords, type Word } from "./words";

/** A line and its words, at least one. */
interface Cut {
  readonly line: Line;
  readonly words: readonly [Word, ...Word[]];
}

const wordsOf = ({ words: [keyword, ...values], line }: Cut): Pick<Statement, "keyword" | "values" | "line"> => ({
  keyword,
  values,
  line,
});

/** The daemon's blocks are at most five deep. A much deeper file is not a configuration. */
const DEEPEST_BLOCK = 32;

/** Whether the author may expect that the line continues, because of a quote or backslash. The next line may then be anything, even a password. */
const isUnfinished = ({ text }: Line): boolean => text.endsWith("\\") || text.split('"').length % 2 === 0;

/** Builds the tree from the stream of lines, by the table of words. Reports problems and continues. */
class Parser {
  readonly #stream: Stream;
  readonly #report: Report;
  /** Lines that were read and put back. */
  readonly #back: Cut[] = [];
  /** Number of enclosing blocks of lines. */
  #depth = 0;
  /** Whether too deep blocks were reported. Open blocks at the end are then not reported again. */
  #wasTooDeep = false;
  #isBehindUnfinished = false;
  /** Number of unknown words with a block, inside others: so many of the } that end the blocks around are too many, as was said of the words. */
  #unopenedLevels = 0;

  constructor(stream: Stream, report: Report) {
    this.#stream = stream;
    this.#report = report;
  }

  #next(): Cut | undefined {
    const back = this.#back.pop();
    if (back) return back;
    for (;;) {
      const line = this.#stream.next();
      if (line === undefined) return undefined;
      const [first, ...rest] = splitWords(line).words;
      if (first) return { line, words: [first, ...rest] };
    }
  }

  #isNext(text: string): boolean {
    const next = this.#next();
    if (!next) return false;
    this.#back.push(next);
    return next.words[0].text === text && !next.words[0].isQuoted;
  }

  /** All statements up to the end of the block. `home` is the word that opened it; absent at the top. */
  keywords(table: Table, home?: Word): { statements: readonly Statement[]; close?: Position } {
    const statements: Statement[] = [];
    for (;;) {
      const cut = this.#next();
      if (!cut) {
        if (home) this.#unclosed(home);
        return { statements };
      }
      const [first] = cut.words;
      if (first.text === CLOSE && !first.isQuoted) {
        if (home) return { statements, close: first.at };
        if (this.#unopenedLevels > 0) {
          this.#unopenedLevels -= 1;
          continue;
        }
        this.#brace(
          first.at,
          "there is one } too many",
          "the daemon ignores it, and the lines around it may be in the wrong block",
        );
      } else if (first.text === OPEN && !first.isQuoted) {
        this.#brace(
          first.at,
          "there is a { where no block begins",
          "the daemon ignores it, and its } closes the enclosing block",
        );
        this.#skip();
      } else if (home && this.#isStranded(table, first)) {
        this.#unclosed(home, `${first.text} in line ${first.at.line}`);
        this.#back.push(cut);
        return { statements };
      } else statements.push(this.#statement(cut, table, home));
    }
  }

  /** Whether a top-level word is inside a block that does not know it, so the block's } is missing. */
  #isStranded(table: Table, word: Word): boolean {
    return (
      !Object.hasOwn(table, word.text) && Object.hasOwn(root, word.text) && root[word.text]?.kind.holds !== undefined
    );
  }

  #statement(cut: Cut, table: Table, home: Word | undefined): Statement {
    const [keyword] = cut.words;
    const entry = Object.hasOwn(table, keyword.text) ? table[keyword.text] : undefined;
    const statement = wordsOf(cut);
    const shown = this.#isBehindUnfinished ? MASK : shownWord(keyword.text, table);
    this.#isBehindUnfinished = isUnfinished(cut.line);
    if (!entry) {
      const hasBlock = this.#isNext(OPEN);
      this.#unknown(keyword, shown, { table, home, hasBlock });
      if (!hasBlock) return statement;
      // At the top no block is open that the } could close.
      if (home === undefined) return { ...statement, block: this.#lines({ ...keyword, text: shown }) };
      // lib/parser.c, process_stream: the word opens no level. What it encloses are words of the block around, which its } closes.
      this.#next();
      this.#unopenedLevels += 1;
      return statement;
    }
    if (entry.kind.holds === undefined) return { ...statement, entry };
    return { ...statement, entry, block: this.#block(keyword, entry, table) };
  }

  #block(keyword: Word, entry: Entry, around: Table): Block {
    if (entry.kind.holds === "lines")
      return this.#isNext(OPEN) ? this.#lines(keyword) : this.#unopened(keyword, entry, around);
    if (!this.#isNext(OPEN)) return this.#unopened(keyword, entry, around);
    const open = this.#next()?.words[0].at;
    return { ...(open ? { open } : {}), ...this.keywords(entry.kind.table ?? {}, keyword) };
  }

  /** A block without its {. What follows is read as its content if possible. */
  #unopened(keyword: Word, entry: Entry, around: Table): Block {
    const { line } = keyword.at;
    this.#report.add(keyword.at, {
      severity: "error",
      rule: "unbalanced-braces",
      message: `the block of ${keyword.text} has no {`,
      why: "the daemon reads what follows as the block, up to the next }",
      suggestion: `put a { at the end of line ${line}`,
    });
    const next = this.#next();
    if (!next) return { statements: [] };
    this.#back.push(next);
    const [{ text }] = next.words;
    const isInside =
      Object.hasOwn(entry.kind.table ?? {}, text) ||
      (entry.kind.holds === "lines" && !Object.hasOwn(around, text) && !Object.hasOwn(root, text));
    if (!isInside || text === CLOSE) return { statements: [] };
    return entry.kind.holds === "lines"
      ? this.#linesUntilClose(keyword)
      : this.keywords(entry.kind.table ?? {}, keyword);
  }

  /** The lines of a block that begins here, with inner blocks. */
  #lines(home: Word): Block {
    const open = this.#next()?.words[0].at;
    if (this.#depth >= DEEPEST_BLOCK) {
      this.#tooDeep(home);
      return { statements: [] };
    }
    this.#depth += 1;
    const block = { ...(open ? { open } : {}), ...this.#linesUntilClose(home) };
    this.#depth -= 1;
    return block;
  }

  #tooDeep(home: Word): void {
    this.#wasTooDeep = true;
    this.#report.add(home.at, {
      severity: "error",
      rule: "unbalanced-braces",
      message: `more than ${DEEPEST_BLOCK} blocks are open here, so what follows is not read`,
      why: "blocks of keepalived.conf are never so deep; keepalived.conf(5)",
      suggestion: "close the blocks with }",
    });
    this.#skip();
  }

  #linesUntilClose(home: Word): { statements: readonly Statement[]; close?: Position } {
    const statements: Statement[] = [];
    for (;;) {
      const cut = this.#next();
      if (!cut) {
        this.#unclosed(home);
        return { statements };
      }
      const [first] = cut.words;
      if (first.text === CLOSE && !first.isQuoted) return { statements, close: first.at };
      if (first.text === OPEN && !first.isQuoted) {
        this.#brace(first.at, `there is a { inside ${home.text}`, "the daemon reads it as a value");
        this.#skip();
      } else if (cut.words.length > 1 && this.#isStranded({}, first)) {
        this.#unclosed(home, `${first.text} in line ${first.at.line}`);
        this.#back.push(cut);
        return { statements };
      } else
        statements.push({
          ...wordsOf(cut),
          ...(this.#isNext(OPEN) ? { block: this.#lines({ ...first, text: home.text }) } : {}),
        });
    }
  }

  /** Skips everything up to the } of a { that was read. */
  #skip(): void {
    let depth = 1;
    while (depth > 0) {
      const cut = this.#next();
      if (!cut) return;
      if (cut.words[0].text === OPEN) depth += 1;
      if (cut.words[0].text === CLOSE) depth -= 1;
    }
  }

  #brace(at: Position, message: string, why: string): void {
    this.#report.add(at, {
      severity: "error",
      rule: "unbalanced-braces",
      message,
      why,
      suggestion: "remove it, or add the word that it belongs to",
    });
  }

  #unclosed(home: Word, before = "the end of the file"): void {
    if (this.#wasTooDeep) return;
    this.#report.add(home.at, {
      severity: "error",
      rule: "unbalanced-braces",
      message: `the block of ${home.text} that begins here has no } before ${before}`,
      why: "the daemon reads what follows as words of this block",
      suggestion: `close the block with }`,
    });
  }

  #unknown(
    word: Word,
    shown: string,
    { table, home, hasBlock }: { readonly table: Table; readonly home: Word | undefined; readonly hasBlock: boolean },
  ): void {
    const known = Object.keys(table);
    const near = nearest(word.text, known);
    const homes = homesOf(word.text);
    const place = home ? `in ${home.text}` : "at the top of a configuration";
    this.#report.add(word.at, {
      severity: "error",
      rule: homes.length > 0 ? "misplaced-word" : "unknown-word",
      message:
        homes.length > 0
          ? `${shown} is not valid ${place}: it belongs in ${homes.join(", ")}`
          : `${shown} is not understood ${place}`,
      // lib/parser.c, process_stream: an unknown word opens no level, so its } ends the one around.
      why:
        home !== undefined && hasBlock
          ? `the daemon ignores the word alone: its } closes the block of ${home.text}, and what follows there is read as if outside`
          : "the daemon calls it an unknown keyword and ignores the line",
      suggestion:
        near === undefined
          ? undefined
          : (table[near]?.retired !== undefined && table[near].instead) || `did you mean ${near}?`,
    });
  }
}

/** Reads a configuration with its includes into a tree. Findings go into the report. */
export function parse(file: string, files: Files, report: Report, surroundings: Surroundings = {}): Tree {
  const stream = new Stream(file, files, report, surroundings);
  const { statements } = new Parser(stream, report).keywords(root);
  return { statements, sources: stream.sources };
}
