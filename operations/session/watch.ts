import { canDraw } from "../terminal/progress";
import { fit, Screen, type Terminal } from "../terminal/screen";
import type { Surface } from "../terminal/terminal";
import { pause } from "../wait";

/** Seconds between the end of a look and the next one. */
export const period = 2;

/**
 * Looks again and again until the process is ended. On a terminal each look replaces the last one; elsewhere it is printed below it.
 */
export async function watch(
  look: () => Promise<string>,
  out: Terminal & Pick<Surface, "isTTY"> = process.stdout,
  {
    looks = Number.POSITIVE_INFINITY,
    pauses = pause,
  }: { readonly looks?: number; readonly pauses?: typeof pause } = {},
): Promise<void> {
  const screen = canDraw(out, process.env) ? new Screen(out) : undefined;
  for (let count = 0; count < looks; count++) {
    if (count > 0) await pauses(period);
    const text = await look();
    if (screen === undefined) out.write(`${text}\n`);
    else screen.draw(framed(text.split("\n"), screen));
  }
}

/** As many lines as fit. The last one says how many are left out. */
function framed(lines: readonly string[], { columns, rows }: Pick<Screen, "columns" | "rows">): string[] {
  const left = lines.length - rows;
  const shown = left > 0 ? [...lines.slice(0, rows - 1), `… and ${left + 1} more lines`] : lines;
  return shown.map((line) => fit(line, columns - 1));
}
