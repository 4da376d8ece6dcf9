import type { Context, Statement } from "../entry";
import { quoted } from "../quote";
import { integerOf } from "./numbers";
import { Options } from "./options";

/** A line of a track_… block. */
export interface Tracked {
  readonly name: string;
  /** Absent: the weight of the script, process or file itself. */
  readonly weight?: number;
  readonly isReversed?: boolean;
}

/** The line of a tracked item. */
export const trackedText = ({ name, weight, isReversed }: Tracked): string =>
  [
    quoted(name),
    ...(weight === undefined ? [] : ["weight", weight]),
    ...(isReversed === undefined ? [] : [isReversed ? "reverse" : "noreverse"]),
  ].join(" ");

/** `NAME [weight N [reverse|noreverse]]`. If `most` is 253, 254 and -254 become 253 and -253. */
export const trackedLine =
  (most: 253 | 254, hasNoreverse = true) =>
  (line: Statement, context: Context): Tracked | undefined => {
    const options = new Options(line, context);
    const name = options.next()?.text ?? "";
    const word = options.next();
    if (!word) return Object.freeze({ name });
    if (word.text !== "weight")
      return options.drop(word, `\`${word.text}\` is not an option of a tracked item`, "weight N");
    const number = options.value(word);
    if (!number) return undefined;
    const value = integerOf(number.text);
    const reverse = options.next();
    const isKnown =
      reverse === undefined || reverse.text === "reverse" || (hasNoreverse && reverse.text === "noreverse");
    if (!isKnown) options.ignore(reverse, `weight does not accept \`${reverse.text}\``, "reverse");
    const direction = reverse && isKnown ? { isReversed: reverse.text === "reverse" } : {};
    if (value === undefined || Math.abs(value) > 254) {
      options.ignore(number, `weight \`${number.text}\` is not an integer from -${most} to ${most}`);
      return Object.freeze({ name, ...direction });
    }
    const weight = Math.sign(value) * Math.min(Math.abs(value), most);
    if (weight !== value)
      context.report.add(number.at, {
        severity: "warning",
        rule: "clamped-value",
        message: `weight ${value} is beyond ${weight}`,
        why: `the daemon uses ${weight}`,
        suggestion: `weight ${weight}`,
        refused: true,
      });
    return Object.freeze({ name, weight, ...direction });
  };
