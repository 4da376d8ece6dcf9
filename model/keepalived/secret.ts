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

/** A text of a message with what looks like a password in it masked: `--token=…`, `password:…`, and the one in a URL. */
export const discreet = (text: string): string =>
  text
    .replace(/([\w-]*(?:passw|passphrase|pwd|secret|token|credential|api[_-]?key)[\w-]*[=:])[^\s"'`]+/gi, `$1${MASK}`)
    .replace(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${MASK}@`);
