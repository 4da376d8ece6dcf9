import { visible } from "./terminal";

/** Any text as one cell of a Markdown table, or as one line. */
export const cell = (text: string): string =>
  visible(text).replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");

/** A text as code in Markdown. A backtick in it would end the code. */
export const code = (text: string): string => `\`${cell(text).replaceAll("`", "'")}\``;

/** Rows of cells as a Markdown table. The first row is the heading. */
export function markdownTable([heading = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(" | ")} |`;
  return [line(heading), line(heading.map(() => "---")), ...rows.map(line)].join("\n");
}
