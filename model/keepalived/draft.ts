import type { Written } from "./entry";
import type { Position } from "./finding";
import { type Comment, INDENT } from "./render";

/**
 * A configuration that is made, not read. Its words are said from top to bottom, and each gets the place that it will have in the text of
 * {@link render}.
 */
export class Draft {
  readonly #comments: Comment[] = [];
  #line = 0;
  #depth = 0;

  constructor(readonly file: string) {}

  get comments(): readonly Comment[] {
    return Object.freeze([...this.#comments]);
  }

  #next(): Position {
    // A blank line is between the parts at the top.
    this.#line += this.#depth === 0 && this.#line > 0 ? 2 : 1;
    return Object.freeze({ file: this.file, line: this.#line, column: this.#depth * INDENT + 1 });
  }

  /** A word with its value, in a line of its own. */
  word<T>(value: T): Written<T> {
    return Object.freeze({ value, at: this.#next() });
  }

  comment(text: string): void {
    this.#comments.push(Object.freeze({ text: `# ${text}`, at: this.#next() }));
  }

  /** A block. `say` says the words in it. */
  block<T>(say: (at: Position) => T): Written<T> {
    const at = this.#next();
    this.#depth += 1;
    const value = say(at);
    this.#depth -= 1;
    // The closing brace.
    this.#line += 1;
    return Object.freeze({ value, at });
  }

  /** A block whose lines are values, such as virtual_ipaddress. */
  lines<T>(values: readonly T[]): Written<readonly Written<T>[]> {
    return this.block(() => Object.freeze(values.map((value) => this.word(value))));
  }
}
