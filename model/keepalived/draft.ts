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
  /** Where the words of each line come from, by the line. */
  readonly #origins = new Map<number, string>();
  /** The same for the block that is being said. */
  #origin = "";

  constructor(readonly file: string) {}

  get comments(): readonly Comment[] {
    return Object.freeze([...this.#comments]);
  }

  /** What a line was made from, as its author names it (`from`); empty: nothing in particular. */
  originOf({ line }: Pick<Position, "line">): string {
    return this.#origins.get(line) ?? "";
  }

  #next(from: string): Position {
    // A blank line is between the parts at the top.
    this.#line += this.#depth === 0 && this.#line > 0 ? 2 : 1;
    this.#origins.set(this.#line, from);
    return Object.freeze({ file: this.file, line: this.#line, column: this.#depth * INDENT + 1 });
  }

  /** A word with its value, in a line of its own. `from`: what it is made from; default: what its block is made from. */
  word<T>(value: T, from = this.#origin): Written<T> {
    return Object.freeze({ value, at: this.#next(from) });
  }

  comment(text: string): void {
    this.#comments.push(Object.freeze({ text: `# ${text}`, at: this.#next(this.#origin) }));
  }

  /** A block. `say` says the words in it. */
  block<T>(say: (at: Position) => T, from = this.#origin): Written<T> {
    const at = this.#next(from);
    const around = this.#origin;
    this.#origin = from;
    this.#depth += 1;
    const value = say(at);
    this.#depth -= 1;
    this.#origin = around;
    // The closing brace.
    this.#line += 1;
    return Object.freeze({ value, at });
  }

  /** A block whose lines are values, such as virtual_ipaddress. */
  lines<T>(values: readonly T[], from = this.#origin): Written<readonly Written<T>[]> {
    return this.block(() => Object.freeze(values.map((value) => this.word(value))), from);
  }
}
