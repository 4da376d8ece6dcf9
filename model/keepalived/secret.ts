import { inspect } from "node:util";

export const MASK = "********";

/** A password. It can be compared and rendered into a configuration, but no print, JSON or inspection of it shows the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    Object.freeze(this);
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  /** Length in bytes, as the daemon counts it. */
  get length(): number {
    return Buffer.byteLength(this.#text);
  }

  /** The text itself: for a renderer of configurations alone. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
