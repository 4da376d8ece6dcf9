import { type Family, familyOf } from "./addresses";
import { quoted } from "../quote";
import type { Options } from "./options";
import type { Word } from "../words";

/** The kind of value after a word of a route or rule. */
export type Follows = "nothing" | "address" | "network" | "number" | "lockable" | "word" | "next";

export const ANY = ["default", "any", "all", "default6"];

/** What was read of a line so far. */
export interface Found {
  family: Family | undefined;
  readonly values: Map<string, string>;
}

/** The first address decides the family of the line. An address of the other family is an error. */
export function settleFamily(found: Found, family: Family | undefined, word: Word, options: Options): void {
  if (family === undefined) return;
  if (found.family !== undefined && found.family !== family)
    options.drop(word, `\`${word.text}\`: IPv4 and IPv6 in one line`);
  else found.family = family;
}

export function network(word: Word, options: Options): { text: string; family: Family | undefined } | undefined {
  if (ANY.includes(word.text)) return { text: word.text, family: word.text === "default6" ? "inet6" : undefined };
  const family = familyOf(word.text.replace(/\/\d+$/, ""));
  return family === undefined ? options.drop(word, `\`${word.text}\` is not a network`) : { text: word.text, family };
}

export function follow(kind: Follows, option: Word, options: Options, found: Found): string | undefined {
  if (kind === "nothing" || kind === "next") return "";
  const word = options.value(option);
  if (!word) return undefined;
  if (kind === "lockable" && word.text === "lock") {
    const locked = options.value(option)?.text;
    return locked === undefined ? undefined : `lock ${locked}`;
  }
  if (kind === "number" && !/^[ \t]*\+?(0x[0-9a-f]+|\d+)$/i.test(word.text))
    return options.drop(word, `${option.text} \`${word.text}\` is not a number`);
  if (kind === "address" || kind === "network") {
    const read = kind === "network" ? network(word, options) : { text: word.text, family: familyOf(word.text) };
    if (!read?.family && kind === "address")
      return options.drop(word, `${option.text} \`${word.text}\` is not an address`);
    settleFamily(found, read?.family, word, options);
    return read?.text;
  }
  return word.text;
}

/** `via [inet|inet6] ADDRESS` */
export function via(option: Word, options: Options, found: Found): string | undefined {
  let word = options.value(option);
  if (word && (word.text === "inet" || word.text === "inet6")) {
    settleFamily(found, word.text, word, options);
    word = options.value(option);
  }
  if (!word) return undefined;
  const family = familyOf(word.text);
  if (family === undefined) return options.drop(word, `${option.text} \`${word.text}\` is not an address`);
  settleFamily(found, family, word, options);
  return word.text;
}

/** `WORD VALUE` of an option. One that needs no value has an empty one, and a locked one two words. */
export const optionText = (word: string, value: string): string =>
  value === "" ? word : `${word} ${value.startsWith("lock ") ? value : quoted(value)}`;

/** The word for a line's family, unless one of its networks says it. */
export const familyText = (family: Family | undefined, networks: readonly (string | undefined)[]): readonly string[] =>
  family === undefined ||
  networks.some((one = "") => one === "default6" || familyOf(one.replace(/\/\d+$/, "")) !== undefined)
    ? []
    : [family];

/** Removes undefined properties, and freezes. */
export const compact = <T extends object>(value: { [Key in keyof T]: T[Key] | undefined }): T =>
  Object.freeze(Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined))) as T;
