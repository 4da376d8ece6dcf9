import { Definitions, list, LONGEST_LINE, type Repetition, sequence, type Surroundings } from "./definitions";
import { type Files, hasWildcard, resolveFrom } from "./files";
import type { Position, Report } from "./finding";
import { type Line, lineOf, positionIn, slice, splice, trim, uncomment } from "./line";
import { type Source, readSource, splitLines } from "./source";

/** How strict an `include…` is: which problems are failures. `a` checks all. */
const INCLUDE = /^include([rmwba]?)[ \t\f\v]+(.*)$/s;
/** A limit for nested includes. The daemon would follow them until it runs out of file descriptors. */
const DEEPEST_INCLUDE = 32;
/** A limit for definitions that name themselves. */
const MOST_REPLACEMENTS = 64;

/** The lines of a file that is being read; `next` is the next one. */
interface Open {
  readonly file: string;
  readonly lines: readonly { text: string }[];
  next: number;
}

/**
 * The lines from which the daemon takes its words: comments removed, conditions decided, definitions replaced, includes followed,
 * and each brace outside double quotes on a separate line.
 */
export class Stream {
  readonly sources: Source[] = [];
  readonly #files: Files;
  readonly #report: Report;
  readonly #configId: string | undefined;
  readonly #definitions: Definitions;
  readonly #open: Open[] = [];
  /** Lines to read before the files continue. The last one comes next. */
  readonly #waiting: (Line | Repetition)[] = [];
  /** Whether the line of #ready begins with `include` in its file. */
  #isPlain = false;

  constructor(file: string, files: Files, report: Report, surroundings: Surroundings) {
    this.#files = files;
    this.#report = report;
    this.#configId = surroundings.configId;
    this.#definitions = new Definitions(surroundings);
    const first = this.#openFile(file);
    if (first) this.#open.push(first);
    else
      report.add(
        { file, line: 1, column: 1 },
        {
          severity: "error",
          rule: "bad-include",
          message: "the file cannot be read",
          why: "the daemon has no configuration",
        },
      );
  }

  /** Files in the order in which they were read. */
  get fileNames(): readonly string[] {
    return this.sources.map((source) => source.file);
  }

  /** Opens the file at its first line; undefined if it cannot be read. */
  #openFile(file: string): Open | undefined {
    const text = this.#files.read(file);
    if (text === undefined) return undefined;
    if (!this.sources.some((source) => source.file === file)) this.sources.push(readSource(file, text));
    return { file, lines: splitLines(text), next: 0 };
  }

  /** The next line with words; undefined at the end of all files. */
  next(): Line | undefined {
    for (;;) {
      const line = this.#ready();
      if (line === undefined) return undefined;
      if (line.text === "") continue;
      const include = INCLUDE.exec(line.text);
      if (!include) return this.#splitAtBrace(line);
      this.#include(line, include[1] ?? "", (include[2] ?? "").trim());
    }
  }

  /** A brace outside double quotes ends the line. The daemon reads the rest as the next line. */
  #splitAtBrace(line: Line): Line {
    const index = braceIn(line.text);
    if (index === undefined) return trim(line);
    const cut = index === 0 ? 1 : index;
    const rest = trim(slice(line, cut));
    if (rest.text !== "") this.#waiting.push(rest);
    return trim(slice(line, 0, cut));
  }

  /** A line after conditions and definitions. It is empty if nothing is left. */
  #ready(): Line | undefined {
    const waiting = this.#waiting.pop();
    this.#isPlain = false;
    if (waiting === undefined) {
      const raw = this.#read();
      this.#isPlain = raw !== undefined && INCLUDE.test(raw.line.text);
      return raw === undefined ? undefined : this.#settle(raw.line, raw.continued);
    }
    if (!("rounds" in waiting)) return this.#settle(waiting, false);
    const [round, ...rounds] = waiting.rounds;
    if (rounds.length > 0) this.#waiting.push({ line: waiting.line, rounds });
    for (const [name, value] of round ?? []) this.#definitions.set(name, waiting.line, value);
    return this.#settle(waiting.line, false);
  }

  /** The next line of the files without its comment. Reads multi-line definitions on the way. */
  #read(): { line: Line; continued: boolean } | undefined {
    for (;;) {
      const open = this.#open.at(-1);
      if (!open) return undefined;
      const raw = open.lines[open.next];
      if (!raw) {
        this.#open.pop();
        continue;
      }
      open.next += 1;
      const line = lineOf(open.file, open.next, raw.text);
      if (Buffer.byteLength(raw.text) > LONGEST_LINE) {
        this.#report.add(positionIn(line, 0), {
          severity: "error",
          rule: "long-line",
          message: `the line has ${Buffer.byteLength(raw.text)} bytes, but only ${LONGEST_LINE} are read`,
          why: "the daemon's line buffer has 1024 bytes: a longer line is ignored (2.3) or split in two (before)",
          suggestion: "write each value on its own line, or shorten them with a definition",
        });
        continue;
      }
      const { line: code, openQuote, continued } = uncomment(line);
      if (openQuote)
        this.#report.add(positionIn(line, raw.text.lastIndexOf('"')), {
          severity: "error",
          rule: "unmatched-quote",
          message: "a quote is opened but not closed",
          why: "a quoted text must end on its line; the daemon drops what follows the open quote",
          suggestion: 'close it with "',
        });
      if (code.text === "" && !continued) continue;
      return { line: code, continued };
    }
  }

  /** Decides a condition, reads definitions and repetitions, and replaces names by values. */
  #settle(raw: Line, continued: boolean): Line {
    let line = raw;
    for (let round = 0; round < MOST_REPLACEMENTS; round += 1) {
      if (line.text.startsWith("@")) {
        const kept = this.#condition(line);
        if (!kept) return slice(line, 0, 0);
        line = kept;
      }
      if (line.text.startsWith("$") && this.#define(line, continued)) return slice(line, 0, 0);
      // Outside a definition a final backslash is part of the last word.
      if (continued && round === 0) line = splice(line, line.text.length, line.text.length, "\\");
      if (line.text.startsWith("~SEQ") || line.text.startsWith("~LST")) {
        this.#repeat(line);
        return slice(line, 0, 0);
      }
      if (line.text.startsWith("~") || !line.text.includes("$")) break;
      const { line: replaced, wasReplaced, following, isEndless } = this.#definitions.replace(line);
      if (isEndless) {
        this.#report.add(positionIn(line, line.text.indexOf("$")), {
          severity: "error",
          rule: "bad-definition",
          message: "a definition names itself",
          why: "the daemon replaces it for ever and never starts",
        });
        break;
      }
      if (!wasReplaced) {
        this.#tellUndefined(line);
        break;
      }
      this.#waiting.push(...[...following].reverse());
      line = uncomment(replaced).line;
      if (!line.text.startsWith("@") && !line.text.includes("$") && !line.text.startsWith("~")) break;
    }
    return line;
  }

  /** Reports an undefined name, which stays in the text. Quoted text is not checked, because shells use the same form. */
  #tellUndefined(line: Line): void {
    const name = /\$(?:\{[A-Z_]\w*\}|[A-Z_]\w*(?=[ \t,)]|$))/.exec(
      line.text.replace(/"[^"]*"?/g, (quoted) => "x".repeat(quoted.length)),
    );
    if (!name || /^(?:script|misc_path|notify\w*|quorum_\w+|\w+_script|regex)[ \t]/.test(line.text)) return;
    this.#report.add(positionIn(line, name.index), {
      severity: "warning",
      rule: "bad-definition",
      message: `${name[0]} is not defined before this line`,
      why: "the daemon keeps the text as it is; keepalived.conf(5), DEFINITIONS",
      suggestion: `${name[0].replace(/[{}]/g, "")}=VALUE on a line above`,
      refused: false,
    });
  }

  /** The rest of the line after `@ID ` or `@^ID `, if the condition is met. */
  #condition(line: Line): Line | undefined {
    const match = /^@(\^?)([^ \t]*)[ \t]+/.exec(line.text);
    if (!match) return undefined;
    const isThis = this.#configId !== undefined && match[2] === this.#configId;
    return isThis === (match[1] === "") ? slice(line, match[0].length) : undefined;
  }

  #define(line: Line, continued: boolean): boolean {
    const assigned = this.#definitions.assignment(line, continued);
    if (!assigned) return false;
    let goesOn = continued;
    while (goesOn) {
      const open = this.#open.at(-1);
      const raw = open?.lines[open.next];
      if (!open || !raw) break;
      open.next += 1;
      if (raw.text === "") break;
      const next = uncomment(lineOf(open.file, open.next, raw.text));
      // The daemon's children get a copy in which a comment is an empty line, so the definition ends there.
      if (next.line.text === "" && !next.continued) break;
      this.#definitions.extend(assigned.name, next.line);
      goesOn = next.continued;
    }
    return true;
  }

  #repeat(line: Line): void {
    const repetition = line.text.startsWith("~SEQ") ? sequence(line) : list(line);
    if (typeof repetition !== "string") {
      if (repetition.rounds.length > 0) this.#waiting.push(repetition);
      return;
    }
    this.#report.add(positionIn(line, 0), {
      severity: "error",
      rule: "bad-definition",
      message: `${line.text.slice(0, 4)} is not understood: ${repetition}`,
      why: "the daemon drops the line; keepalived.conf(5), CONFIGURATION PARSER",
    });
  }

  #include(line: Line, kind: string, pattern: string): void {
    const file = line.file;
    const at = positionIn(line, line.text.length - pattern.length);
    const paths = this.#files.glob(resolveFrom(file, pattern));
    const isStrict = kind !== "";
    const complain = (message: string, isFailure: boolean): void =>
      this.#report.add(at, {
        severity: isFailure ? "error" : "warning",
        rule: "bad-include",
        message,
        why: isFailure
          ? `include${kind} makes this a failure; keepalived.conf(5)`
          : "the daemon logs it and continues without the file; keepalived.conf(5)",
        suggestion: "check the path: it is relative to the folder of the including file",
      });
    if (paths.length === 0)
      complain(`no file matches ${pattern}`, /[mwa]/.test(kind) && (kind !== "m" || !hasWildcard(pattern)));
    if (
      this.#open.length + paths.length > DEEPEST_INCLUDE ||
      paths.some((path) => this.#open.some((open) => open.file === path))
    ) {
      complain(`${pattern} includes itself`, true);
      return;
    }
    const opened = paths.flatMap((path) => {
      const file = this.#openFile(path);
      if (file && !this.#isPlain) this.#tellTwice(at, file);
      if (!file) complain(`${path} cannot be read`, isStrict);
      return file ?? [];
    });
    this.#open.push(...opened.reverse());
  }

  /**
   * The daemon's first process gives its children a copy of what it read. If `include` does not begin its line, the copy has
   * both the line and the file's text, and the children read the file twice.
   */
  #tellTwice(at: Position, { file, lines }: Open): void {
    const isNamed = lines.some((line) => NAMED.test(line.text));
    this.#report.add(at, {
      severity: isNamed ? "error" : "warning",
      rule: "bad-include",
      message: `${file} is read twice, because include does not begin its line`,
      why: `the daemon's children read both its text and the include again${isNamed ? ", and call its blocks already defined" : ""}`,
      suggestion: "put the include on a separate line, and conditions into the file",
    });
  }
}

/** Blocks that may occur only once. */
const NAMED = /^\s*(?:vrrp_instance|vrrp_sync_group|track_group|bfd_instance)\b/;

/** The index of the first brace outside double quotes. An open quote hides the rest of the line. */
function braceIn(text: string): number | undefined {
  let index = 0;
  for (;;) {
    const found = text.slice(index).search(/[{}"]/);
    if (found < 0) return undefined;
    index += found;
    if (text[index] !== '"') return index;
    const end = text.indexOf('"', index + 1);
    if (end < 0) return undefined;
    index = end + 1;
  }
}
