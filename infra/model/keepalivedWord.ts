/** One word of keepalived.conf, as its reader splits lines (keepalived's lib/parser.c: decomment, read_line, alloc_strvec_r). */

/** Outside of quotes white space ends a word, # and ! begin a comment, and braces are words of their own. */
const needsQuotes = (text: string): boolean => /[\s#!{}]/.test(text);

/**
 * Whether a text can be written as one word. Nothing can stand for a double quote; and inside of quotes a backslash takes
 * the character behind it along, so that an odd number of them at the end would take the closing quote.
 */
export const writable = (text: string): boolean =>
  !text.includes('"') && (!needsQuotes(text) || (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 0);

/** Writes a text as one word, in quotes where it needs them. The text must be {@link writable}. */
export function keepalivedWord(text: string): string {
  if (!writable(text)) throw new Error("keepalived.conf has no way to write such a word");
  return needsQuotes(text) ? `"${text}"` : text;
}
