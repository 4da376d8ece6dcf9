import { styleText } from "node:util";
import stringWidth from "string-width";

/** Where text is shown: a process's stream, as far as its looks are concerned. */
export type Surface = Pick<NodeJS.WriteStream, "isTTY" | "hasColors">;

/** Colours and weights that are used, by what they mean. */
const STYLES = { good: "green", bad: ["red", "bold"], weak: "dim", head: "bold", busy: "cyan" } as const;

/** Gives a text the looks of what it means. */
export type Paint = (meaning: keyof typeof STYLES, text: string) => string;

/** Leaves every text as it is. */
export const plain: Paint = (_, text) => text;

/** Paints by escape sequences. */
export const coloured: Paint = (meaning, text) =>
  // The stream was asked before; Node 20.12 has no such option yet and does not ask.
  styleText([STYLES[meaning]].flat(), text, { validateStream: false });

/** Whether a stream takes colours: a terminal that has some. NO_COLOR, FORCE_COLOR and TERM=dumb are heard (tty.WriteStream.getColorDepth). */
export const paintFor = (surface: Surface, env: NodeJS.ProcessEnv = process.env): Paint =>
  surface.isTTY === true && surface.hasColors(env) ? coloured : plain;

/** Cells that a text takes on a terminal: Chinese, Japanese and Korean characters take two, escape sequences none. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text with blanks behind it, up to so many cells. */
export const padTo = (text: string, cells: number): string => text + " ".repeat(Math.max(0, cells - widthOf(text)));

/** A text with the characters that a terminal would obey or not show made visible, but for line ends: what stands in a file is anybody's. */
export const visible = (text: string): string =>
  text.replace(/(?!\n)[\p{Cc}\p{Cf}]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);

/** A document of JSON. The control characters that JSON lets through, DEL and C1, are escaped too: a terminal may obey them. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
