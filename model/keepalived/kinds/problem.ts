import type { NewFinding, Position } from "../finding";
import { type Context, type Kind, shown, type Statement } from "../entry";
import type { Word } from "../words";

/** What the daemon does with a value that it does not accept. */
export interface Answer {
  /** "the line is ignored", "100 is taken" … */
  readonly then?: string;
  readonly severity?: NewFinding["severity"];
  readonly suggestion?: string | undefined;
  readonly refused?: boolean;
  readonly rule?: NewFinding["rule"];
}

const IGNORED = "the daemon ignores it";

/** Reports a value that the daemon does not accept. */
export function refuse(
  context: Context,
  kind: Kind<unknown>,
  keyword: string,
  word: Word,
  answer: Answer = {},
): undefined {
  context.report.add(word.at, {
    severity: answer.severity ?? "error",
    rule: answer.rule ?? "bad-value",
    message: `${keyword} ${shown(kind, word.text)}: ${keyword} takes ${kind.takes}`,
    why: `${answer.then ?? IGNORED}; keepalived.conf(5), ${keyword}`,
    suggestion: answer.suggestion,
    ...(answer.refused === undefined ? {} : { refused: answer.refused }),
  });
  return undefined;
}

/** Reports a word without its value. The daemon ends the process that reads it. */
export function missing(context: Context, kind: Kind<unknown>, statement: Statement): undefined {
  const keyword = statement.keyword.text;
  context.report.add(statement.keyword.at, {
    severity: "error",
    rule: "missing-value",
    message: `${keyword} has no value: it needs ${kind.takes}`,
    why: "the daemon's process ends when it reads a word without its value",
    suggestion: `${keyword} VALUE`,
  });
  return undefined;
}

/** Reports values that the daemon never reads. */
export function surplus(context: Context, statement: Statement, from: number, kind?: Kind<unknown>): void {
  const word = statement.values[from];
  if (!word) return;
  context.report.add(word.at, {
    severity: "warning",
    rule: "extra-value",
    message: `${statement.keyword.text} does not use ${kind?.isSecret ? "what follows its value" : `\`${word.text}\``}`,
    why: "the daemon ignores words after the last value that it knows",
    suggestion: "remove it, or put it on a separate line",
    refused: false,
  });
}

/** Reports any other problem of a line. */
export const complain = (context: Context, at: Position, complaint: NewFinding): void =>
  context.report.add(at, complaint);
