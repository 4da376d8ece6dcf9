import type { Context, Kind, Statement } from "../entry";
import { quoted } from "../quote";
import { Secret } from "../secret";
import { nearest } from "../suggest";
import type { Word } from "../words";
import { type Answer, missing, refuse, surplus } from "./problem";

/** A kind that reads one value. `parse` reports a problem and then returns undefined. */
export const single = <T>(
  takes: string,
  parse: (word: Word, statement: Statement, context: Context, kind: Kind<T>) => T | undefined,
  more: Pick<Kind<T>, "isSecret"> = {},
): Kind<T> => {
  const kind: Kind<T> = {
    takes,
    ...more,
    read(statement, context) {
      const word = statement.values[0];
      if (!word) return missing(context, kind, statement);
      surplus(context, statement, 1, kind);
      return parse(word, statement, context, kind);
    },
    write: (value) => ({ text: quoted(value instanceof Secret ? value.reveal() : String(value)) }),
  };
  return kind;
};

/** A word whose presence is its value. */
export const flag = (): Kind<true> => ({
  takes: "no value",
  read(statement, context) {
    surplus(context, statement, 0);
    return true;
  },
  write: () => ({ text: "" }),
});

const YES = new Set(["true", "on", "yes"]);
const NO = new Set(["false", "off", "no"]);

/** on, off and their synonyms. No value means on. */
export const onOff = (): Kind<boolean> => {
  const kind: Kind<boolean> = {
    takes: "on, off, true, false, yes or no, or no value, which means on",
    read(statement, context) {
      const word = statement.values[0];
      surplus(context, statement, 1);
      if (!word || YES.has(word.text)) return true;
      if (NO.has(word.text)) return false;
      const lower = word.text.toLowerCase();
      return refuse(context, kind, statement.keyword.text, word, {
        suggestion: YES.has(lower) || NO.has(lower) ? lower : undefined,
      });
    },
    write: (value) => ({ text: String(value) }),
  };
  return kind;
};

/** Any one word or quoted text. */
export const text = (takes = "one word"): Kind<string> => single(takes, (word) => word.text);

/** Exactly one word. With more the daemon ignores the line. */
export const exactText = (takes: string): Kind<string> => {
  const kind: Kind<string> = {
    takes: `${takes}, and nothing after it`,
    read(statement, context) {
      const [word, further] = statement.values;
      if (!word) return missing(context, kind, statement);
      return further ? refuse(context, kind, statement.keyword.text, further, { rule: "extra-value" }) : word.text;
    },
    write: (value) => ({ text: quoted(value) }),
  };
  return kind;
};

/** One word, or nothing, which means `otherwise`. */
export const optionalText = (takes: string, otherwise: string): Kind<string> => ({
  takes,
  read(statement, context) {
    surplus(context, statement, 1);
    return statement.values[0]?.text ?? otherwise;
  },
  write: (value) => ({ text: value === otherwise ? "" : quoted(value) }),
});

/** One word of at most `longest` bytes. A longer one is ignored, or cut if `isCut`. */
export const shortText = (takes: string, longest: number, isCut = false): Kind<string> =>
  single(`${takes} of at most ${longest} bytes`, (word, statement, context, kind) => {
    if (Buffer.byteLength(word.text) <= longest) return word.text;
    const cut = Buffer.from(word.text).subarray(0, longest).toString();
    refuse(
      context,
      kind,
      statement.keyword.text,
      word,
      isCut
        ? { rule: "clamped-value", severity: "warning", then: `the daemon cuts it to \`${cut}\``, refused: true }
        : {},
    );
    return isCut ? cut : undefined;
  });

/** The name of an interface: at most 15 bytes, the kernel's limit. */
export const card = (): Kind<string> => shortText("the name of an interface", 15);

/** A password of which the daemon keeps `kept` bytes. */
export const secret = (kept?: number): Kind<Secret> =>
  single(
    kept === undefined ? "a password" : `a password of at most ${kept} bytes`,
    (word, statement, context, kind) => {
      const bytes = Buffer.from(word.text);
      if (kept === undefined || bytes.length <= kept) return new Secret(word.text);
      refuse(context, kind, statement.keyword.text, word, {
        rule: "clamped-value",
        severity: "warning",
        then: `the daemon keeps only the first ${kept} of ${bytes.length} bytes: passwords that differ after them are equal`,
        suggestion: `a password of at most ${kept} bytes`,
        refused: true,
      });
      return new Secret(bytes.subarray(0, kept).toString());
    },
    { isSecret: true },
  );

/** All values; at least `least`. */
export const words = (takes: string, least = 1): Kind<readonly string[]> => {
  const kind: Kind<readonly string[]> = {
    takes,
    read: (statement, context) =>
      statement.values.length < least
        ? missing(context, kind, statement)
        : Object.freeze(statement.values.map((word) => word.text)),
    write: (all) => ({ text: all.map(quoted).join(" ") }),
  };
  return kind;
};

/** One of a few words. */
export const choice = <const T extends string>(
  allowed: readonly T[],
  answer: Answer & { readonly taken?: NoInfer<T>; readonly anyCase?: boolean } = {},
  more: Pick<Kind<T>, "isSecret"> = {},
): Kind<T> =>
  single(
    allowed.length === 1 ? (allowed[0] ?? "") : `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1) ?? ""}`,
    (word, statement, context, kind) => {
      const found = allowed.find(
        (value) => value === word.text || (answer.anyCase === true && value.toLowerCase() === word.text.toLowerCase()),
      );
      if (found !== undefined) return found;
      const near = nearest(word.text, allowed);
      refuse(context, kind, statement.keyword.text, word, { suggestion: near ?? kind.takes, ...answer });
      return answer.taken;
    },
    more,
  );

/** One of a few words, or no value, which means `otherwise`. */
export const optionalChoice = <const T extends string, const Otherwise extends string>(
  allowed: readonly T[],
  otherwise: Otherwise,
): Kind<T | Otherwise> => {
  const kind = choice(allowed);
  return {
    ...kind,
    takes: `${kind.takes}, or no value`,
    read: (statement, context) => (statement.values.length === 0 ? otherwise : kind.read(statement, context)),
    write: (value) => ({ text: value === otherwise ? "" : value }),
  };
};
