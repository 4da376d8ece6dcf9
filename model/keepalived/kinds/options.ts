import type { Context, Statement } from "../entry";
import type { Word } from "../words";

/** Reads a line of `word value word value …` from left to right. Stops at a word whose value is missing. */
export class Options {
  readonly statement: Statement;
  readonly context: Context;
  readonly #words: readonly Word[];
  #index = 0;
  #isBroken = false;

  constructor(
    statement: Statement,
    context: Context,
    words: readonly Word[] = [statement.keyword, ...statement.values],
  ) {
    this.statement = statement;
    this.context = context;
    this.#words = words;
  }

  /** Whether a problem makes the daemon drop the line. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  next(): Word | undefined {
    const word = this.#words[this.#index];
    this.#index += 1;
    return word;
  }

  peek(): Word | undefined {
    return this.#words[this.#index];
  }

  /** The value of the last option. */
  value(option: Word): Word | undefined {
    const word = this.next();
    if (!word) this.drop(option, `${option.text} has no value`);
    return word;
  }

  /** Reports a problem that makes the daemon drop the line. */
  drop(word: Word, message: string, suggestion?: string): undefined {
    this.#isBroken = true;
    this.context.report.add(word.at, {
      severity: "error",
      rule: "bad-value",
      message,
      why: "the daemon drops the line; keepalived.conf(5)",
      suggestion,
    });
    return undefined;
  }

  /** Reports a problem that affects only this option. */
  ignore(word: Word, message: string, suggestion?: string): undefined {
    this.context.report.add(word.at, {
      severity: "error",
      rule: "bad-value",
      message,
      why: "the daemon ignores this part and keeps the rest of the line",
      suggestion,
    });
    return undefined;
  }
}
