import type { Context, Kind, Statement } from "../entry";
import { isKnownOlder } from "../version";
import type { Word } from "../words";
import { single } from "./plain";
import { type Answer, missing, refuse, surplus } from "./problem";

export const INT_MAX = 2_147_483_647;
export const UINT_MAX = 4_294_967_295;
/** The longest time that fits into 32 bits of microseconds. */
export const LONGEST_SECONDS = 4294;

/** An integer as strtol(3) reads it; undefined if it is not one. An empty text is 0, as for the daemon. */
export function integerOf(text: string): number | undefined {
  if (text === "") return 0;
  return /^[ \t\n\v\f\r]*[+-]?\d+$/.test(text) ? Number(text.trim()) : undefined;
}

/** The range of a number, and what the daemon does outside it. `taken` is the value that it then uses. */
export interface Range extends Answer {
  readonly min: number;
  readonly max: number;
  readonly taken?: number;
  /** Numbers outside the range become this limit. */
  readonly clamps?: boolean;
  /** 0 is below the minimum. It is reported, and becomes this value. */
  readonly zero?: number;
}

const spanOf = ({ min, max }: Range): string =>
  max >= INT_MAX || max === LONGEST_SECONDS ? `of at least ${min}` : `from ${min} to ${max}`;

/** Checks a number. */
function judge(
  value: number | undefined,
  word: Word,
  statement: Statement,
  context: Context,
  kind: Kind<number>,
  range: Range,
): number | undefined {
  const { min, max, taken, clamps, zero, ...answer } = range;
  const keyword = statement.keyword.text;
  if (value !== undefined && value >= min && value <= max) return value;
  if (value === 0 && zero !== undefined) {
    refuse(context, kind, keyword, word, {
      severity: "warning",
      rule: "clamped-value",
      refused: true,
      ...answer,
      then: `the daemon uses ${zero}`,
    });
    return zero;
  }
  if (value !== undefined && clamps) {
    const limit = value < min ? min : max;
    refuse(context, kind, keyword, word, {
      severity: "warning",
      rule: "clamped-value",
      refused: true,
      then: `the daemon uses ${limit}`,
      ...answer,
    });
    return limit;
  }
  refuse(context, kind, keyword, word, {
    ...(taken === undefined ? {} : { then: `the daemon uses ${taken}` }),
    ...answer,
  });
  return taken;
}

export const integer = (range: Range): Kind<number> =>
  single(`an integer ${spanOf(range)}`, (word, statement, context, kind) =>
    judge(integerOf(word.text), word, statement, context, kind, range),
  );

/** An integer, or no value, which means `otherwise`. */
export const optionalInteger = (range: Range, otherwise: number): Kind<number> => {
  const kind = integer(range);
  return {
    ...kind,
    takes: `${kind.takes}, or no value, which means ${otherwise}`,
    read: (statement, context) => (statement.values.length === 0 ? otherwise : kind.read(statement, context)),
  };
};

/** Times in seconds with decimals. */
export interface Seconds extends Range {
  /** Decimal places that the daemon reads. More are rounded and reported. */
  readonly decimals: number;
  /** Before this version only whole seconds were accepted. */
  readonly wholeBefore?: string;
}

/** A decimal number as the daemon reads it, and whether it has too many decimal places. */
export function decimalOf(text: string, decimals: number): { value: number; isTooFine: boolean } | undefined {
  if (!/^[ \t\n\v\f\r]*\+?\d*\.?\d*$/.test(text) || (!/\d/.test(text) && text !== "" && text !== ".")) return undefined;
  const [, fraction = ""] = text.split(".");
  const scale = 10 ** decimals;
  return {
    value: Math.round(Number(text.trim() === "." ? "0" : text.trim()) * scale) / scale,
    isTooFine: fraction.length > decimals,
  };
}

export const seconds = (range: Seconds): Kind<number> =>
  single(
    `seconds ${spanOf(range)}${range.decimals === 0 ? "" : `, with up to ${range.decimals} decimals`}`,
    (word, statement, context, kind) => {
      const { decimals, wholeBefore, ...limits } = range;
      if (wholeBefore !== undefined && word.text.includes(".") && isKnownOlder(context.version, wholeBefore))
        return refuse(context, kind, statement.keyword.text, word, {
          then: `keepalived before ${wholeBefore} accepts only whole seconds here, and ignores the line`,
          suggestion: "whole seconds",
        });
      const read = decimalOf(word.text, decimals);
      if (read?.isTooFine)
        refuse(context, kind, statement.keyword.text, word, {
          severity: "warning",
          rule: "clamped-value",
          then: `the daemon rounds it to ${read.value}`,
          suggestion: String(read.value),
          refused: true,
        });
      return judge(read?.value, word, statement, context, kind, limits);
    },
  );

/** A weight and the word after it. */
export interface Weight {
  readonly weight: number;
  readonly isReversed: boolean;
}

/** `weight N [reverse]`. */
export const weight = (range: Range, options: readonly string[] = ["reverse"]): Kind<Weight> => {
  const number = integer(range);
  const kind: Kind<Weight> = {
    takes: `${number.takes}, then ${options.join(" or ")} or nothing`,
    read(statement, context) {
      const [first, option] = statement.values;
      if (!first) return missing(context, kind, statement);
      surplus(context, statement, 2);
      const value = judge(integerOf(first.text), first, statement, context, number, range);
      if (option && !options.includes(option.text)) refuse(context, kind, statement.keyword.text, option);
      return value === undefined ? undefined : Object.freeze({ weight: value, isReversed: option?.text === "reverse" });
    },
    write: (value) => ({ text: `${value.weight}${value.isReversed ? " reverse" : ""}` }),
  };
  return kind;
};

/** Several integers, each in the range. */
export const integers = (range: Range): Kind<readonly number[]> => {
  const each = integer(range);
  const kind: Kind<readonly number[]> = {
    takes: `integers ${spanOf(range)}`,
    read(statement, context) {
      if (statement.values.length === 0) return missing(context, kind, statement);
      const values = statement.values.map((word) => judge(integerOf(word.text), word, statement, context, each, range));
      return Object.freeze(values.filter((value) => value !== undefined));
    },
    write: (values) => ({ text: values.join(" ") }),
  };
  return kind;
};
