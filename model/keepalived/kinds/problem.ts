import type { Complaint, Position } from "../finding";
import { type Context, type Kind, shown } from "../entry";
import type { Statement } from "../tree";
import type { Word } from "../words";

/** How the daemon answers a value that it does not take. */
export interface Answer {
  /** "the line is ignored", "100 is taken" … */
  readonly then?: string;
  readonly severity?: Complaint["severity"];
  readonly suggestion?: string | undefined;
  readonly refused?: boolean;
  readonly rule?: Complaint["rule"];
}

const IGNORED = "the daemon ignores it";

/** A value that the daemon does not take. */
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

/** The word has no value, and needs one. The daemon ends the process that reads it. */
export function missing(context: Context, kind: Kind<unknown>, statement: Statement): undefined {
  const keyword = statement.keyword.text;
  context.report.add(statement.keyword.at, {
    severity: "error",
    rule: "missing-value",
    message: `${keyword} has no value: it takes ${kind.takes}`,
    why: "the daemon's process ends where it meets a word without the value that it needs",
    suggestion: `${keyword} VALUE`,
  });
  return undefined;
}

/** Values that the daemon never looks at. */
export function surplus(context: Context, statement: Statement, from: number, kind?: Kind<unknown>): void {
  const word = statement.values[from];
  if (!word) return;
  context.report.add(word.at, {
    severity: "warning",
    rule: "extra-value",
    message: `${statement.keyword.text} does not read ${kind?.isSecret ? "what follows its value" : `\`${word.text}\``}`,
    why: "the daemon ignores words behind the last value that it knows",
    suggestion: "take it away, or put it on a line of its own",
    refused: false,
  });
}

/** Something else that is wrong with a line. */
export const complain = (context: Context, at: Position, complaint: Complaint): void =>
  context.report.add(at, complaint);
