/** Generated parts of a page that people write: what stands between two comments, which a reader does not see. */

const open = (name: string): string => `<!-- generated: ${name} (npm run docs) -->`;
const close = "<!-- end of generated -->";

/** A part as it stands in a page. */
export const block = (name: string, text: string): string => `${open(name)}\n\n${text.trim()}\n\n${close}`;

/** A page with its generated parts renewed. A part that the page does not have is an error that names both. */
export function withBlocks(file: string, page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, content]) => {
    const begin = text.indexOf(open(name));
    const end = text.indexOf(close, begin);
    if (begin < 0 || end < 0) throw new Error(`${file}: has no part ${open(name)} … ${close}`);
    return text.slice(0, begin) + block(name, content) + text.slice(end + close.length);
  }, page);
}

/** A table; what would end a cell is escaped. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const [head = [], ...others] = rows;
  return [line(head), line(head.map(() => "---")), ...others.map(line)].join("\n");
}

/** Text that is no markup, as Markdown: a `<` begins no tag, for the site takes pages for Vue templates. */
export const plain = (text: string): string => text.replaceAll("<", "&lt;");
