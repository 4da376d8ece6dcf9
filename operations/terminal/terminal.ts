import { styleText } from "node:util";
import stringWidth from "string-width";

/** The part of an output stream's interface that decides about colours. */
export type Surface = Pick<NodeJS.WriteStream, "isTTY" | "hasColors">;

/** Colours and weights, by their meaning. */
const STYLES = { good: "green", bad: ["red", "bold"], weak: "dim", head: "bold", busy: "cyan" } as const;

/** Paints a text by its meaning. */
export type Paint = (meaning: keyof typeof STYLES, text: string) => string;

/** Leaves every text as it is. */
export const plain: Paint = (_, text) => text;

/** Paints by escape sequences. */
export const coloured: Paint = (meaning, text) =>
  // paintFor has asked the stream already. Node 20.12 does not know this option, and does not ask the stream.
  styleText([STYLES[meaning]].flat(), text, { validateStream: false });

/** Whether a stream is a terminal with colours. NO_COLOR, FORCE_COLOR and TERM=dumb count (tty.WriteStream.getColorDepth). */
export const paintFor = (surface: Surface, env: NodeJS.ProcessEnv = process.env): Paint =>
  surface.isTTY === true && surface.hasColors(env) ? coloured : plain;

/** Cells that a text takes on a terminal: Chinese, Japanese and Korean characters take two, escape sequences none. */
export const widthOf = (text: string): number => stringWidth(text);

/** A text, filled up with blanks to so many cells. */
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
