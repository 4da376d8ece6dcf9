import {
  camel,
  type Context,
  type Entry,
  type Kind,
  type Row,
  type Settings,
  type Statement,
  type Table,
  type Value,
  type Written,
} from "./entry";
import type { Position } from "./finding";
import { quoted } from "./quote";
import { isOlder, versionOf } from "./version";

/** Reports words that are too new for the version, deprecated, or unknown to every 2.x. Returns whether the word is read. */
function isRead(statement: Statement, entry: Entry, context: Context): boolean {
  const { text: name, at } = statement.keyword;
  const since = versionOf(entry.since ?? "2.0.0");
  if (context.version && since && isOlder(context.version, since)) {
    context.report.add(at, {
      severity: "error",
      rule: "newer-word",
      message: `${name} needs keepalived ${entry.since ?? "2.0.0"} or newer; this is ${context.version.join(".")}`,
      why: "the daemon calls it an unknown keyword and ignores the line",
    });
    return false;
  }
  const suggestion = entry.instead;
  if (entry.retired !== undefined)
    context.report.add(at, {
      severity: "warning",
      rule: "retired-word",
      message: `${name} was removed in keepalived ${entry.retired}`,
      why: "the daemon calls it an unknown keyword and ignores the line",
      suggestion,
      refused: true,
    });
  else if (entry.deprecated !== undefined)
    context.report.add(at, {
      severity: "warning",
      rule: "deprecated-word",
      message: `${name} is deprecated since keepalived ${entry.deprecated}`,
      why: entry.isRefused
        ? "the daemon complains but accepts it; --config-test fails"
        : "the daemon accepts it, with a line in its log",
      suggestion,
      refused: entry.isRefused ?? false,
    });
  return entry.retired === undefined;
}

/** Reports a word that occurs twice in its block. */
function isAgain(statement: Statement, entry: Entry, first: Position, context: Context): void {
  const { text: name, at } = statement.keyword;
  context.report.add(at, {
    severity: "warning",
    rule: "written-twice",
    message: `${name} is written twice: also in line ${first.line}`,
    why:
      entry.repeats === "first"
        ? "the daemon keeps the first and complains about the second"
        : "the daemon uses the last one",
    suggestion: "remove one of them",
    refused: entry.repeats === "first",
  });
}

const unwritten = new WeakMap<Table, Readonly<Record<string, Value<unknown> | readonly Value<unknown>[]>>>();

/** The values of a block without words: the defaults of its table. */
function unwrittenOf(table: Table): Readonly<Record<string, Value<unknown> | readonly Value<unknown>[]>> {
  const known = unwritten.get(table);
  if (known) return known;
  const values = Object.entries(table).flatMap(
    ([name, { shape, fallback }]): [string, Value<unknown> | readonly Value<unknown>[]][] => {
      if (shape === "given") return [[camel(name), Object.freeze({ value: fallback })]];
      return shape === "list" ? [[camel(name), Object.freeze([])]] : [];
    },
  );
  const all = Object.freeze(Object.fromEntries(values));
  unwritten.set(table, all);
  return all;
}

/** The values of a block's words. Missing words have the daemon's defaults. */
export function readSettings<T extends Table>(
  table: T,
  statements: readonly Statement[],
  context: Context,
): Settings<T> {
  const values: Record<string, Value<unknown> | readonly Value<unknown>[]> = { ...unwrittenOf(table) };
  const written = new Map<string, Position>();
  for (const statement of statements) {
    const { entry, keyword } = statement;
    if (!entry || !isRead(statement, entry, context) || entry.of === "") continue;
    const value = entry.kind.read(statement, context);
    const name = entry.of ?? keyword.text;
    const first = written.get(name);
    if (first && entry.repeats !== "all") isAgain(statement, entry, first, context);
    if (value === undefined) continue;
    const place = Object.freeze({ value, at: keyword.at, ...(entry.of === undefined ? {} : { alias: keyword.text }) });
    const property = camel(name);
    const list = values[property];
    if (Array.isArray(list)) values[property] = Object.freeze([...list, place]);
    else if (!first || entry.repeats === "last") values[property] = place;
    if (!first) written.set(name, keyword.at);
  }
  return Object.freeze(values) as Settings<T>;
}

/** Settings that are made, not read. Missing words have the daemon's defaults. */
export function settingsOf<T extends Table>(table: T, written: Partial<Settings<T>>): Settings<T> {
  const values: object = { ...unwrittenOf(table), ...written };
  return Object.freeze(values) as Settings<T>;
}

/** The line of a word. */
export function rowOf(word: string, { kind }: Entry, value: unknown, at: Position): Row {
  const written = kind.write?.(value);
  if (written === undefined) throw new Error(`nothing writes ${word} into a keepalived.conf yet`);
  return { ...written, text: [word, written.text].filter(Boolean).join(" "), at };
}

/** The lines of a block's written words. The daemon's defaults have none. */
export function rowsOf<T extends Table>(table: T, settings: Settings<T>): readonly Row[] {
  const values = settings as Readonly<Record<string, Value<unknown> | readonly Value<unknown>[] | undefined>>;
  return Object.entries<Entry>(table).flatMap(([word, entry]) =>
    entry.of === undefined
      ? [values[camel(word)] ?? []]
          .flat()
          .flatMap(({ value, at, alias = word }) => (at === undefined ? [] : rowOf(alias, entry, value, at)))
      : [],
  );
}

/** The settings with additional properties. */
export const joined = <S extends object, More extends object>(settings: S, more: More): S & More =>
  Object.freeze({ ...settings, ...more });

/** A block of words: its values, and its start. */
export type Placed<T> = T & { readonly at: Position };

/** `WORD { … }`: a block of words without a name. */
export const block = <T extends Table>(table: T): Kind<Placed<Settings<T>>> => ({
  takes: "a block",
  holds: "keywords",
  table,
  read: (statement, context) =>
    joined(readSettings(table, statement.block?.statements ?? [], context), { at: statement.keyword.at }),
  write: (value) => ({ text: "", rows: rowsOf(table, value) }),
});

export type Named<T> = Placed<T> & { readonly name: string };

/** `WORD NAME { … }`: a block of words with a name. Without exactly one name the daemon skips the block. */
export const named = <T extends Table>(table: T): Kind<Named<Settings<T>>> => ({
  takes: "a name and a block",
  holds: "keywords",
  table,
  read(statement, context) {
    const { keyword, values } = statement;
    const settings = readSettings(table, statement.block?.statements ?? [], context);
    const [name, further] = values;
    if (name && !further) return joined(settings, { name: name.text, at: keyword.at });
    context.report.add(further?.at ?? keyword.at, {
      severity: "error",
      rule: name ? "extra-value" : "missing-value",
      message: name ? `${keyword.text} has more than one name` : `${keyword.text} has no name`,
      why: "the daemon skips the whole block; keepalived.conf(5)",
      suggestion: name ? `${keyword.text} ${values.map((word) => word.text).join("_")} {` : `${keyword.text} NAME {`,
    });
    return name ? joined(settings, { name: name.text, at: keyword.at }) : undefined;
  },
  write: (value) => ({ text: quoted(value.name), rows: rowsOf(table, value) }),
});

/** `WORD { LINE … }`: a block whose lines are values. `read` reports a wrong line and then returns undefined. */
export const lines = <T>(
  takes: string,
  read: (line: Statement, context: Context) => T | undefined,
  write?: (value: T) => string,
): Kind<readonly Written<T>[]> => ({
  takes: `a block of ${takes}`,
  holds: "lines",
  read: (statement, context) =>
    Object.freeze(
      (statement.block?.statements ?? []).flatMap((line) => {
        const value = read(line, context);
        return value === undefined ? [] : Object.freeze({ value, at: line.keyword.at });
      }),
    ),
  ...(write && {
    write: (all) => ({ text: "", rows: all.map(({ value, at }) => ({ text: write(value), at })), isOrdered: true }),
  }),
});

/** `WORD { NAME NAME … }`: a block of words, on one line or several. */
export const names = (takes: string): Kind<readonly Written<string>[]> => ({
  takes: `a block of ${takes}`,
  holds: "lines",
  read: (statement) =>
    Object.freeze(
      (statement.block?.statements ?? []).flatMap((line) =>
        [line.keyword, ...line.values].map((word) => Object.freeze({ value: word.text, at: word.at })),
      ),
    ),
  write: (all) => ({ text: "", rows: all.map(({ value, at }) => ({ text: quoted(value), at })), isOrdered: true }),
});

/** `WORD NAME { LINE … }` */
export const namedLines = <T>(
  takes: string,
  read: (line: Statement, context: Context) => T | undefined,
  write: (value: T) => string,
): Kind<Placed<{ readonly name: string; readonly entries: readonly Written<T>[] }>> => {
  const entries = lines(takes, read);
  return {
    takes: `a name and ${entries.takes}`,
    holds: "lines",
    read(statement, context) {
      const [name] = statement.values;
      const values = entries.read(statement, context) ?? [];
      if (name) return Object.freeze({ name: name.text, entries: values, at: statement.keyword.at });
      context.report.add(statement.keyword.at, {
        severity: "error",
        rule: "missing-value",
        message: `${statement.keyword.text} has no name`,
        why: "the daemon's process ends when it reads a word without its value",
        suggestion: `${statement.keyword.text} NAME {`,
      });
      return undefined;
    },
    write: (value) => ({
      text: quoted(value.name),
      rows: value.entries.map((entry) => ({ text: write(entry.value), at: entry.at })),
      isOrdered: true,
    }),
  };
};
