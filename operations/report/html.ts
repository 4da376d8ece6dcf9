/** Pieces of the page. All text that comes from elsewhere is escaped here. */
import { escapeMarkup } from "../../model/markup";
import { visible } from "../terminal/terminal";

/** Plain text as HTML. */
export const text = (plain: string): string => escapeMarkup(visible(plain)).replaceAll("\n", "<br>");

/** A word as the part of a link behind the #. */
export const anchor = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** A verdict that needs no colour. */
export const verdict = (ok: boolean): string =>
  ok ? '<span class="good">✔ ok</span>' : '<span class="bad">✘ FAIL</span>';

/** Rows of HTML cells as a table that scrolls by itself where it is too wide. The first row is the heading. */
export function tableOf(caption: string, [heading = [], ...rows]: readonly (readonly string[])[]): string {
  return [
    `<div class="wide" role="region" tabindex="0" aria-label="${text(caption)}"><table><caption>${text(caption)}</caption>`,
    `<thead><tr>${heading.map((cell) => `<th scope="col">${cell}</th>`).join("")}</tr></thead><tbody>`,
    ...rows.map(
      ([first = "", ...rest]) =>
        `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
    ),
    "</tbody></table></div>",
  ].join("\n");
}

/** The same for rows of plain text. */
export const textTable = (caption: string, rows: readonly (readonly string[])[]): string =>
  tableOf(
    caption,
    rows.map((row) => row.map(text)),
  );

export const section = (title: string, ...parts: readonly string[]): string =>
  `<section id="${anchor(title)}" aria-labelledby="${anchor(title)}-title"><h2 id="${anchor(title)}-title">${text(title)}</h2>\n${parts.join("\n")}\n</section>`;

export const figure = (caption: string, ...drawn: readonly string[]): string =>
  `<figure>\n${drawn.join("\n")}\n<figcaption>${text(caption)}</figcaption></figure>`;
