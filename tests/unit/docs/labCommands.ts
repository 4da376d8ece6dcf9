/** `lab` commands in texts that people copy, and what the table of verbs says of them. */
import type { Answer, Request } from "../../../cli/command";

const { parse } = require("../../../cli/front/parse.cjs") as {
  parse: (words: readonly string[]) => Request | Answer;
};

/** The words after each call of `scripts/lab`, or of `"$lab"` in a script, if a shell splits them simply. `${NAME:-default}` is its default. */
export const labCommandsIn = (text: string): string[] =>
  [...text.matchAll(/(?:\/scripts\/lab"?|"\$lab")(?= )([^|;&)#>\n]*)/gm)].map(([, words = ""]) =>
    words.replaceAll(/"\$\{\w+:-(\w+)\}"/g, "$1").trim(),
  );

/** What the table of verbs reports for a command. */
export function refused(words: string): string[] {
  const parsed = parse(words.split(/\s+/).filter(Boolean));
  return "code" in parsed && parsed.code !== 0 ? [parsed.text.trim()] : [];
}
