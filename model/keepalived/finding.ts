import { discreet } from "./secret";

/** error: the daemon drops it, or it cannot work; warning: it works differently than written, or is an old form; note: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** A place in a file. Line and column count from 1, as in editors. A tab is one column. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const isSamePosition = (a: Position, b: Position): boolean =>
  a.file === b.file && a.line === b.line && a.column === b.column;

/** The order of two places in one file, for a sort. */
export const byPosition = (a: Omit<Position, "file">, b: Omit<Position, "file">): number =>
  a.line - b.line || a.column - b.column;

export type Rule =
  | "unknown-word"
  | "misplaced-word"
  | "retired-word"
  | "deprecated-word"
  | "newer-word"
  | "missing-value"
  | "extra-value"
  | "bad-value"
  | "clamped-value"
  | "written-twice"
  | "unknown-name"
  | "incomplete-block"
  | "conflict"
  | "unbalanced-braces"
  | "unmatched-quote"
  | "long-line"
  | "bad-include"
  | "bad-definition"
  | "cut-by-comment";

export interface Finding extends Position {
  readonly severity: Severity;
  readonly rule: Rule;
  /** What is wrong. Never contains a secret. */
  readonly message: string;
  /** What the daemon does with it, and the source for that. */
  readonly why: string;
  /** What to write instead, if known. */
  readonly suggestion?: string;
  /** Whether `keepalived --config-test` fails, although the running daemon mostly continues. */
  readonly refused: boolean;
}

/** A finding as whoever makes it writes it; the place comes from the report. */
export type NewFinding = Pick<Finding, "severity" | "rule" | "message" | "why"> & {
  suggestion?: string | undefined;
  refused?: boolean;
};

/** Collects findings in the order in which they are found. */
export class Report {
  readonly #findings: Finding[] = [];
  readonly #told = new Set<string>();

  /** The same finding at the same place counts once. */
  add(at: Position, { suggestion, refused, message, ...more }: NewFinding): void {
    const { file, line, column } = at;
    const rest = { ...more, message: discreet(message) };
    const key = `${file}:${line}:${column} ${rest.rule} ${rest.message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#findings.push(
      Object.freeze({
        ...rest,
        file,
        line,
        column,
        refused: refused ?? rest.severity === "error",
        ...(suggestion === undefined ? {} : { suggestion: discreet(suggestion) }),
      }),
    );
  }

  /** All findings, file by file in reading order, from top to bottom. */
  sorted(files: readonly string[]): readonly Finding[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = (finding: Finding): number => order.get(finding.file) ?? files.length;
    return Object.freeze([...this.#findings].sort((a, b) => rank(a) - rank(b) || byPosition(a, b)));
  }
}
