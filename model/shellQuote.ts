/** Quotes any text as one word of a POSIX shell. A NUL is an error, because shells cannot hold it. */
export function shellQuote(text: string): string {
  if (text.includes("\0")) throw new Error("a shell word cannot hold a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
