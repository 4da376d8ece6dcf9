import { discreet } from "./secret";

/** error: the daemon drops what is written, or it cannot work; warning: it works otherwise than written, or only by an old habit; note: worth knowing. */
export type Severity = "error" | "warning" | "note";

/** A place in a file; line and column count from 1, as editors do. A tab is one column. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

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
  /** What is wrong; never shows a secret. */
  readonly message: string;
  /** What the daemon does with it, and where that is said. */
  readonly why: string;
  /** What to write instead, if that is known. */
  readonly suggestion?: string;
  /** `keepalived --config-test` answers this with a failure, though the running daemon mostly goes on. */
  readonly refused: boolean;
}

export type Complaint = Pick<Finding, "severity" | "rule" | "message" | "why"> & {
  suggestion?: string | undefined;
  refused?: boolean;
};

/** Collects findings in the order of their discovery. */
export class Report {
  readonly #findings: Finding[] = [];
  readonly #told = new Set<string>();

  /** What two readers of one place find alike counts once. */
  add(at: Position, { suggestion, refused, message, ...more }: Complaint): void {
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

  /** All findings, file by file and from top to bottom; the files in the order in which the reader met them. */
  sorted(files: readonly string[]): readonly Finding[] {
    const order = new Map(files.map((file, index) => [file, index]));
    const rank = (finding: Finding): number => order.get(finding.file) ?? files.length;
    return Object.freeze(
      [...this.#findings].sort((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column),
    );
  }
}
