/** The part of a terminal that is drawn again and again, below everything that stays. */
import { stripVTControlCharacters } from "node:util";
import { widthOf } from "./terminal";

const ESC = "\u001b[";
/** Escape sequences of ECMA-48, and the one private mode of every terminal: the cursor's. */
const codes = {
  up: (lines: number) => (lines === 0 ? "" : `${ESC}${lines}A`),
  clearLine: `${ESC}K`,
  clearBelow: `${ESC}J`,
  hideCursor: `${ESC}?25l`,
  showCursor: `${ESC}?25h`,
};

/** Lines of the terminal that a text takes which may be longer than one. */
const rowsOf = (text: string, columns: number): number => Math.max(1, Math.ceil(widthOf(text) / columns));

/**
 * What is written to get from one frame to the next, and whatever stays above it: one write, line over line, so that nothing is blank in
 * between. The cursor stands below the last line before and after. Lines of a frame are shorter than the terminal's.
 */
export function redraw(
  before: readonly string[],
  after: readonly string[],
  { columns, above = "" }: { readonly columns: number; readonly above?: string },
): string {
  // The terminal may have become narrower since then.
  const rows = before.reduce((sum, line) => sum + rowsOf(line, columns), 0);
  // What stays may fill its lines to the end, where a terminal would clear the last character.
  const begin = `${codes.up(rows)}\r${above === "" ? "" : `${codes.clearBelow}${above}`}`;
  return `${begin}${after.map((line) => `${line}${codes.clearLine}\n`).join("")}${codes.clearBelow}`;
}

/** A text in so many cells at most; what is cut off is marked, and takes the colours along. */
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

/** A terminal, as far as frames on it are concerned. */
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

  /** Cells of a line. */
  get columns(): number {
    return this.terminal.columns || 80;
  }

  /** Lines that a frame may have: one is the cursor's. */
  get rows(): number {
    return Math.max(2, (this.terminal.rows || 24) - 1);
  }

  /** Draws a frame in the place of the last one; none takes it away. */
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
      // However the process ends, unless by force.
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
