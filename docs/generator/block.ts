/** Generated parts of a handwritten page, between two invisible comments. */

const open = (name: string): string => `<!-- generated: ${name} (npm run docs) -->`;
const close = "<!-- end of generated -->";

/** A part with its two comments. */
export const block = (name: string, text: string): string => `${open(name)}\n\n${text.trim()}\n\n${close}`;

/** Renews the generated parts of a page. A missing part is an error that names page and part. */
export function withBlocks(file: string, page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, content]) => {
    const begin = text.indexOf(open(name));
    const end = text.indexOf(close, begin);
    if (begin < 0 || end < 0) throw new Error(`${file}: has no part ${open(name)} … ${close}`);
    return text.slice(0, begin) + block(name, content) + text.slice(end + close.length);
  }, page);
}

/** A table. Characters that would end a cell are escaped. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const [head = [], ...others] = rows;
  return [line(head), line(head.map(() => "---")), ...others.map(line)].join("\n");
}

/** Escapes plain text for Markdown: the site reads pages as Vue templates, so a `<` must not begin a tag. */
export const plain = (text: string): string => text.replaceAll("<", "&lt;");
