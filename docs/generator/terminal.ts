/**
 * A picture of a terminal, from what script(1) recorded: what the screen shows at the end, with all that has scrolled by.
 *
 *     script --quiet --log-out RECORDING --command './scripts/lab up'
 *     node --require tsx/cjs docs/generator/terminal.ts RECORDING COLUMNS [FROM-TO…] >picture.svg
 *
 * FROM-TO are lines of the screen, counted from 1; what is left out between them is an ellipsis.
 */
import * as fs from "node:fs";
import { Terminal } from "@xterm/headless";
import { escapeMarkup } from "../../model/markup";

/** Lines that a terminal shows, the first and the last. */
type Range = readonly [from: number, to: number];

/** A piece of a line that looks the same all along. */
type Piece = { readonly column: number; readonly width: number; readonly text: string; readonly look: string };

/** The foreground colours that the command line uses, by their number, for light pages and dark ones. */
const COLOURS: Readonly<Record<number, readonly [light: string, dark: string]>> = {
  1: ["#b91c1c", "#ff7b72"],
  2: ["#15803d", "#3fb950"],
  3: ["#a16207", "#d29922"],
  4: ["#1d4ed8", "#58a6ff"],
  5: ["#7e22ce", "#bc8cff"],
  6: ["#0e7490", "#39c5cf"],
  8: ["#64748b", "#8b949e"],
};

const CELL = { width: 8, height: 18 };
const EDGE = 16;

/** Every line of the screen, with those that have scrolled by. */
async function screen(recording: string, columns: number): Promise<Piece[][]> {
  const terminal = new Terminal({ cols: columns, rows: 50, scrollback: 10_000, allowProposedApi: true });
  // script(1) writes a line of its own before and after.
  const said = recording.replace(/^Script started on .*\n/, "").replace(/\n?Script done on .*\n$/, "");
  await new Promise<void>((resolve) => terminal.write(said, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => {
    const line = active.getLine(row);
    const pieces: { column: number; width: number; text: string; look: string }[] = [];
    let blanks = 0;
    for (let column = 0; line !== undefined && column < columns; column++) {
      const cell = line.getCell(column);
      const width = cell?.getWidth() ?? 0;
      if (cell === undefined || width === 0) continue; // the second half of a wide character
      const text = cell.getChars();
      if (text.trim() === "") {
        blanks++;
        continue;
      }
      const look = [
        cell.isFgPalette() ? `c${cell.getFgColor()}` : "",
        cell.isBold() ? "b" : "",
        cell.isDim() ? "d" : "",
      ]
        .filter(Boolean)
        .join(" ");
      const last = pieces.at(-1);
      // A picture's reader keeps one space, and no more.
      if (last?.look === look && blanks <= 1)
        Object.assign(last, { text: last.text + " ".repeat(blanks) + text, width: last.width + blanks + width });
      else pieces.push({ column, width, text, look });
      blanks = 0;
    }
    return pieces;
  });
  terminal.dispose();
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

/** The picture of these lines; without any of all. A range that the screen does not have is an error. */
export async function terminalPicture(
  recording: string,
  columns: number,
  ranges: readonly Range[] = [],
): Promise<string> {
  const lines = await screen(recording, columns);
  const wanted = ranges.length === 0 ? [[1, lines.length] as const] : ranges;
  for (const [from, to] of wanted)
    if (!(from >= 1 && from <= to && to <= lines.length))
      throw new Error(`got the lines ${from}-${to}, need a range of 1 to ${lines.length}`);
  const gap: Piece[] = [{ column: 0, width: 1, text: "⋮", look: "d" }];
  const shown = wanted.flatMap(([from, to], index) => [...(index === 0 ? [] : [gap]), ...lines.slice(from - 1, to)]);
  const [width, height] = [columns * CELL.width + 2 * EDGE, shown.length * CELL.height + 2 * EDGE];
  const texts = shown.flatMap((pieces, row) =>
    pieces.map(({ column, width: cells, text, look }) => {
      const [x, y] = [EDGE + column * CELL.width, EDGE + (row + 0.75) * CELL.height];
      const name = look === "" ? "" : ` class="${look}"`;
      return `<text x="${x}" y="${y}" textLength="${cells * CELL.width}"${name}>${escapeMarkup(text)}</text>`;
    }),
  );
  const colours = (dark: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([number, pair]) => `.c${number}{fill:${pair[dark]}}`)
      .join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<style>rect{fill:#f6f8fa;stroke:#d0d7de}text{fill:#1f2328;font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}.b{font-weight:700}.d{opacity:.65}${colours(0)}
@media(prefers-color-scheme:dark){rect{fill:#0d1117;stroke:#30363d}text{fill:#e6edf3}${colours(1)}}</style>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${texts.join("\n")}
</svg>
`;
}

if (require.main === module) {
  const [file = "", columns = "", ...ranges] = process.argv.slice(2);
  const parsed = ranges.map((range): Range => {
    const [from = Number.NaN, to = Number.NaN] = range.split("-").map(Number);
    return [from, to];
  });
  void terminalPicture(fs.readFileSync(file, "utf8"), Number(columns), parsed).then((picture) =>
    process.stdout.write(picture),
  );
}
