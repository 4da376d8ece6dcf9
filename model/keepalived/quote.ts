/** One word of keepalived.conf, as keepalived splits lines (lib/parser.c: decomment, read_line, alloc_strvec_r). */

/** Outside quotes white space ends a word, # and ! begin a comment, and a brace is a separate word. */
const needsQuotes = (text: string): boolean => text === "" || /[\s#!{}]/.test(text);

/**
 * Whether a text can be written as one word. A double quote cannot be escaped. Inside quotes a backslash escapes the next
 * character, so an odd number of them at the end would escape the closing quote.
 */
export const writable = (text: string): boolean =>
  !text.includes('"') && (!needsQuotes(text) || (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 0);

/** Writes a text as one word, in quotes if it needs them. The text must be {@link writable}. */
export function quoted(text: string): string {
  if (!writable(text)) throw new Error("keepalived.conf cannot hold this word");
  return needsQuotes(text) ? `"${text}"` : text;
}
