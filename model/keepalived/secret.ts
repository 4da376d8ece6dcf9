import { inspect } from "node:util";

export const MASK = "********";

/** A password. It can be compared and rendered into a configuration, but printing, JSON and inspection do not show it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    Object.freeze(this);
  }

  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  /** Length in bytes, as the daemon counts. */
  get length(): number {
    return Buffer.byteLength(this.#text);
  }

  /** The text. Only a renderer of configurations may use it. */
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

/** Masks everything in a message that looks like a password: `--token=…`, `password:…`, and the password in a URL. */
export const discreet = (text: string): string =>
  text
    .replace(/([\w-]*(?:passw|passphrase|pwd|secret|token|credential|api[_-]?key)[\w-]*[=:])[^\s"'`]+/gi, `$1${MASK}`)
    .replace(/(:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${MASK}@`);
