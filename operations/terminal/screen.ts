/** The part of a terminal that is redrawn, below all text that stays. */
import { stripVTControlCharacters } from "node:util";
import { widthOf } from "./terminal";

const ESC = "\u001b[";
/** Escape sequences of ECMA-48, and one private mode that every terminal knows: the cursor's. */
const codes = {
  up: (lines: number) => (lines === 0 ? "" : `${ESC}${lines}A`),
  clearLine: `${ESC}K`,
  clearBelow: `${ESC}J`,
  hideCursor: `${ESC}?25l`,
  showCursor: `${ESC}?25h`,
};

/** How many lines of the terminal a text takes, which may be wider than one line. */
const rowsOf = (text: string, columns: number): number => Math.max(1, Math.ceil(widthOf(text) / columns));

/**
 * The text that turns one frame into the next, with lines that stay above it. It is one write, line over line, so that nothing flickers.
 * The cursor stands below the last line before and after. Lines of a frame are shorter than the terminal's.
 */
export function redraw(
  before: readonly string[],
  after: readonly string[],
  { columns, above = "" }: { readonly columns: number; readonly above?: string },
): string {
  // The terminal may have become narrower meanwhile.
  const rows = before.reduce((sum, line) => sum + rowsOf(line, columns), 0);
  // Lines that stay may be full; clearing to the end of such a line would erase its last character.
  const begin = `${codes.up(rows)}\r${above === "" ? "" : `${codes.clearBelow}${above}`}`;
  return `${begin}${after.map((line) => `${line}${codes.clearLine}\n`).join("")}${codes.clearBelow}`;
}

/** Cuts a text to so many cells. A cut is marked, and drops the text's colours. */
export function fit(coloured: string, cells: number): string {
  if (widthOf(coloured) <= cells) return coloured;
  const text = stripVTControlCharacters(coloured);
  let kept = "";
  let width = 0;
  for (const character of text) {
    const wide = widthOf(character);
    if (width + wide > cells - 1) break;
    kept += character;
    width += wide;
  }
  return `${kept}…`;
}

/** The part of a terminal's interface that frames need. */
export type Terminal = Pick<NodeJS.WriteStream, "write" | "columns" | "rows">;

/** Draws frames on a terminal. */
export class Screen {
  private frame: readonly string[] = [];
  private hidden = false;
  private readonly showCursor = (): void => {
    if (this.hidden) this.terminal.write(codes.showCursor);
    this.hidden = false;
  };

  constructor(private readonly terminal: Terminal) {}

  /** Cells in a line. */
  get columns(): number {
    return this.terminal.columns || 80;
  }

  /** Lines that a frame may have. One line is for the cursor. */
  get rows(): number {
    return Math.max(2, (this.terminal.rows || 24) - 1);
  }

  /** Draws a frame in the place of the last one; an empty frame removes it. */
  draw(frame: readonly string[]): void {
    if (frame.length === this.frame.length && frame.every((line, index) => line === this.frame[index])) return;
    this.put(frame, "");
  }

  /** Writes whole lines that stay, above the frame. */
  above(text: string): void {
    this.put(this.frame, text);
  }

  private put(frame: readonly string[], above: string): void {
    const hide = frame.length > 0 && !this.hidden;
    if (hide) {
      this.hidden = true;
      // Runs however the process ends, unless it is killed.
      process.once("exit", this.showCursor);
    }
    this.terminal.write(
      `${hide ? codes.hideCursor : ""}${redraw(this.frame, frame, { columns: this.columns, above })}`,
    );
    this.frame = frame;
    if (frame.length > 0) return;
    process.off("exit", this.showCursor);
    this.showCursor();
  }
}
