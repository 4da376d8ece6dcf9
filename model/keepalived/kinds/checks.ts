import type { Kind, Settings, Table } from "../entry";
import { joined, type Placed, readSettings, rowsOf } from "../settings";
import { isKnownOlder } from "../version";
import { escaped, splitQuoted } from "../words";
import { single } from "./plain";
import { missing, refuse } from "./problem";

/** A check block. `method` names its kind. */
export const check = <const Method extends string, T extends Table>(
  method: Method,
  table: T,
): Kind<Placed<Settings<T>> & { readonly method: Method }> => ({
  takes: "a block",
  holds: "keywords",
  table,
  read: (statement, context) =>
    joined(readSettings(table, statement.block?.statements ?? [], context), { method, at: statement.keyword.at }),
  write: (value) => ({ text: "", rows: rowsOf(table, value) }),
});

/** An MD5 sum, as `genhash` prints it. Another value is not shown, because it may be a password. */
export const digest = (): Kind<string> =>
  single(
    "32 hexadecimal digits",
    (word, statement, context, kind) =>
      /^[0-9a-fA-F]{32}$/.test(word.text)
        ? word.text.toLowerCase()
        : refuse(context, kind, statement.keyword.text, word, { suggestion: "genhash prints the MD5 sum of a page" }),
    { isSecret: true },
  );

/** Status codes of HTTP, from and to. */
export interface StatusRange {
  readonly min: number;
  readonly max: number;
}

/** `status_code 200 301-308 …` */
export const statusCodes = (): Kind<readonly StatusRange[]> => {
  const kind: Kind<readonly StatusRange[]> = {
    takes: "status codes from 100 to 999, or ranges such as 200-299",
    read(statement, context) {
      if (statement.values.length === 0) return Object.freeze([]);
      const ranges = statement.values.flatMap((word) => {
        const match = /^(\d+)(?:-(\d+))?$/.exec(word.text);
        const [min, max] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
        if (min >= 100 && max <= 999 && min <= max) return Object.freeze({ min, max });
        refuse(context, kind, statement.keyword.text, word);
        return [];
      });
      return Object.freeze(ranges);
    },
    write: (ranges) => ({ text: ranges.map(({ min, max }) => (min === max ? `${min}` : `${min}-${max}`)).join(" ") }),
  };
  return kind;
};

/** One word by the rules for quotes and escapes. It is not compiled, because pcre2 differs from JavaScript. */
export const regex = (): Kind<string> => {
  const kind: Kind<string> = {
    takes: "one regular expression, in quotes if it contains spaces",
    read(statement, context) {
      const { words, unmatchedQuote } = splitQuoted(statement.line, true);
      const [, pattern, further] = words;
      if (pattern && !further && !unmatchedQuote) return pattern.text;
      if (statement.values.length === 0) return missing(context, kind, statement);
      const wrong = further ?? statement.values[0];
      return (
        wrong &&
        refuse(context, kind, statement.keyword.text, wrong, { refused: !isKnownOlder(context.version, "2.2.8") })
      );
    },
    write: (value) => ({ text: escaped(value) }),
  };
  return kind;
};

/** Bytes in hexadecimal digits, with or without spaces. With `hasWildcards` x stands for any digit. */
export const hexString = (hasWildcards: boolean): Kind<string> => {
  const kind: Kind<string> = {
    takes: `bytes in hexadecimal digits${hasWildcards ? ", x for any digit, or no value" : ""}`,
    read(statement, context) {
      const [first] = statement.values;
      if (!first) return hasWildcards ? "" : missing(context, kind, statement);
      const joined = statement.values.map((word) => word.text).join(" ");
      return (hasWildcards ? /^[0-9a-fA-FxX \t]+$/ : /^[0-9a-fA-F \t]+$/).test(joined)
        ? joined
        : refuse(context, kind, statement.keyword.text, first);
    },
    write: (value) => ({ text: value }),
  };
  return kind;
};

/** A DNS name without empty labels. */
export const dnsName = (): Kind<string> =>
  single("a DNS name", (word, statement, context, kind) =>
    (word.text.startsWith(".") && word.text !== ".") || word.text.includes("..")
      ? refuse(context, kind, statement.keyword.text, word)
      : word.text,
  );
