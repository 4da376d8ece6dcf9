import { TEXT, textWidth } from "../draw/fonts";
import { visible } from "../terminal/terminal";
import { instancesText, type Piece, type States } from "./states";

/** A longer diagram is not drawn by every code host, and nobody reads it. */
const MOST_ROWS = 40;
/** The width of the bars in a comment of a pull request, in pixels, approximately. */
const BARS = 450;

/** A text without the characters that mean something in a Gantt diagram. They cannot be escaped there. */
const plain = (text: string): string =>
  visible(text)
    .replaceAll(/[^\p{L}\p{N}_.,+() -]/gu, " ")
    .trim();

/** What stands in a bar, if there is room. It never begins with a machine's name, which could be a word of Mermaid. */
function textOf({ from, to, masters }: Piece, perSecond: number): string {
  const texts = masters.length === 0 ? ["nobody"] : [`on ${plain(masters.join(" and "))}`];
  if (masters.length > 1) texts.push(masters.length === 2 ? "two" : "several");
  return texts.find((text) => textWidth(text, "fine") <= (to - from) * perSecond) ?? "·";
}

/** grey: who is MASTER before the failure; blue: another machine; red: nobody, or two at once. */
function styleOf({ masters }: Piece, first: Piece | undefined): string {
  if (masters.length !== 1) return "crit";
  return masters.join() === first?.masters.join() ? "done" : "active";
}

/** Who is MASTER over time as a Gantt diagram of Mermaid, which code hosts draw in comments. It begins at 0. */
export function statesMermaid({ machines, begin, over, end, rows }: States): string {
  const ms = (time: number): string => String(Math.round((time - begin) * 1000));
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((row) => ({ ...row, name: plain(`${row.failure}, ${instancesText(row)}`) }));
  const left = rows.length - shown.length;
  const seconds = (time: number): string => `${Number((time - begin).toFixed(3))} s`;
  return [
    "---",
    "displayMode: compact",
    "config:",
    "  gantt:",
    `    leftPadding: ${Math.max(75, ...shown.map(({ name }) => textWidth(name, "fine") + TEXT.fine.size))}`,
    "---",
    "gantt",
    `  title ${plain(machines.join(", "))} - failure at ${seconds(0)}, over at ${seconds(over)}`,
    "  dateFormat x",
    "  axisFormat %s s",
    "  todayMarker off",
    ...shown.flatMap(({ name, pieces }) => [
      `  section ${name}`,
      ...pieces.map(
        (piece) =>
          `  ${textOf(piece, BARS / (end - begin))} :${styleOf(piece, pieces[0])}, ${ms(piece.from)}, ${ms(piece.to)}`,
      ),
    ]),
    ...(left > 0 ? [`  section and ${left} more`, `  · :done, 0, ${ms(end)}`] : []),
    "",
  ].join("\n");
}
