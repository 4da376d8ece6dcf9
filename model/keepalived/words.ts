import type { Position } from "./finding";
import { isLiteral, type Line, positionIn } from "./line";

export interface Word {
  readonly text: string;
  readonly at: Position;
  /** Whether it was in double quotes. */
  readonly isQuoted: boolean;
  /** Whether it is written literally: without quotes, and no part of it from a definition. */
  readonly isLiteral: boolean;
}

const BLANK = /[ \t\f\n\r\v]/;
/** The daemon's only braces. Each is a separate word. */
export const OPEN = "{";
export const CLOSE = "}";

/** The result of `splitWords`. */
export interface Words {
  readonly words: readonly Word[];
  /** The place of a double quote that is never closed. What follows it is not read. */
  readonly unmatchedQuote?: Position;
}

/** Splits a line as the daemon does for most words: at spaces; "…" is one word without its quotes. There are no escapes. */
export function splitWords(line: Line): Words {
  const words: Word[] = [];
  const { text } = line;
  let index = 0;
  for (;;) {
    while (index < text.length && BLANK.test(text[index] ?? "")) index += 1;
    if (index >= text.length) return { words };
    if (text[index] === '"') {
      const end = text.indexOf('"', index + 1);
      if (end < 0) return { words, unmatchedQuote: positionIn(line, index) };
      words.push({ text: text.slice(index + 1, end), at: positionIn(line, index), isQuoted: true, isLiteral: false });
      index = end + 1;
    } else {
      const start = index;
      while (index < text.length && text[index] !== '"' && !BLANK.test(text[index] ?? "")) index += 1;
      words.push({
        text: text.slice(start, index),
        at: positionIn(line, start),
        isQuoted: false,
        isLiteral: isLiteral(line, start, index),
      });
    }
  }
}

const CONTROLS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The character of the escape at the start of `rest` (after its backslash), and the length of the escape. */
function unescape(rest: string): { character: string; length: number } {
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
  if (hex?.[1] !== undefined)
    return { character: String.fromCharCode(Number.parseInt(hex[1], 16)), length: hex[0].length };
  if (rest[0] === "c" && rest[1] !== undefined)
    return { character: String.fromCharCode(rest.charCodeAt(1) & 0x1f), length: 2 };
  const octal = /^[0-7]{1,3}/.exec(rest);
  if (octal) return { character: String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff), length: octal[0].length };
  const character = rest[0] ?? "";
  return { character: CONTROLS[character] ?? character, length: 1 };
}

/**
 * Splits a line as the daemon does for scripts and regular expressions: at spaces, with single and double quotes anywhere in a word.
 * `escapes`: whether \n, \x41 … are decoded. Otherwise the backslash and what follows it stay as they are.
 */
export function splitQuoted(line: Line, escapes: boolean): Words & { readonly endsInBackslash?: true } {
  const words: Word[] = [];
  const { text } = line;
  let index = 0;
  for (;;) {
    while (index < text.length && BLANK.test(text[index] ?? "")) index += 1;
    if (index >= text.length) return { words };
    const start = index;
    let word = "";
    let quote = "";
    let quoteAt = index;
    let isQuoted = false;
    for (; index < text.length; index += 1) {
      const character = text[index] ?? "";
      if (character === "\\") {
        const rest = text.slice(index + 1);
        if (rest === "") return { words, endsInBackslash: true };
        const { character: decoded, length } = escapes
          ? unescape(rest)
          : { character: `\\${rest[0] ?? ""}`, length: 1 };
        word += decoded;
        index += length;
      } else if (quote !== "") {
        if (character === quote) quote = "";
        else word += character;
      } else if (character === '"' || character === "'") {
        quote = character;
        quoteAt = index;
        isQuoted = true;
      } else if (BLANK.test(character)) break;
      else word += character;
    }
    if (quote !== "") return { words, unmatchedQuote: positionIn(line, quoteAt) };
    words.push({
      text: word,
      at: positionIn(line, start),
      isQuoted,
      isLiteral: word === text.slice(start, index) && isLiteral(line, start, index),
    });
  }
}

/** The escape of a character: \x22. */
const hex = (one: string): string => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** A text as one word that {@link splitQuoted} reads with its escapes. No stage of reading takes a part of it for a quote or a definition. */
export const escaped = (text: string): string =>
  `"${text.replace(/["\\]|\p{Cc}|\$(?=[\w{(])|~(?=SEQ|LST)/gu, (one) => (one === "\\" ? "\\\\" : hex(one)))}"`;

/** The same as one of several words that stand in double quotes: in single quotes if it needs them. */
export const escapedInside = (text: string): string => {
  const inside = text.replace(/["'\\]/g, hex);
  return inside === "" || BLANK.test(inside) ? `'${inside}'` : inside;
};
