import type { Position, Report } from "./finding";
import type { Line } from "./line";
import { MASK } from "./secret";
import type { Version } from "./version";
import type { Word } from "./words";

/** A value with its place in a file. A value without a place is the daemon's default. */
export interface Value<T> {
  readonly value: T;
  readonly at?: Position;
  /** The word in the file, if it is another name of this one (nb_get_retry for retry). */
  readonly alias?: string;
}

/** A value that is written in a file. */
export interface Written<T> extends Value<T> {
  readonly at: Position;
}

/** A line to write: a word with its values, and the lines of its block. */
export interface Row {
  readonly text: string;
  readonly at: Position;
  readonly rows?: readonly Row[];
  /** Whether its rows are in order already: lines of one definition have the places of that definition. */
  readonly isOrdered?: true;
}

/** A word with its values and its block. In a block of lines (virtual_ipaddress …) each line is a statement. */
export interface Statement {
  readonly keyword: Word;
  readonly values: readonly Word[];
  /** The whole line without its comment, with definitions replaced. Scripts and regular expressions are split from it by other rules. */
  readonly line: Line;
  readonly block?: Block;
  /** Its row in the table of words; absent for an unknown word, and in blocks of lines. */
  readonly entry?: Entry;
}

export interface Block {
  /** Absent if the brace is missing. */
  readonly open?: Position;
  readonly close?: Position;
  readonly statements: readonly Statement[];
}

export interface Context {
  readonly report: Report;
  /** Words newer than this version are findings; absent: any 2.x. */
  readonly version?: Version | undefined;
}

/** Reads the values of a word. */
export interface Kind<T> {
  /** The accepted values, in words: "an integer from 1 to 255". */
  readonly takes: string;
  /** The block that follows: words of a table, or lines that are values. */
  readonly holds?: "keywords" | "lines";
  /** The words of a block of keywords. */
  readonly table?: Table;
  /** Whether the value is a secret, which no message may show. */
  readonly isSecret?: true;
  /** Problems go into context.report; undefined: no value is left. */
  read(statement: Statement, context: Context): T | undefined;
  /** What follows the word in a file, so that `read` gives the same value; absent: nothing writes it yet. */
  write?(value: T): Pick<Row, "text" | "rows" | "isOrdered">;
}

/** If a word occurs several times in its block: the last or the first one counts, or all do. */
export type Repeats = "last" | "first" | "all";

/** One row of the table of words. */
export interface Entry<
  T = unknown,
  Shape extends "optional" | "given" | "list" | "alias" = "optional" | "given" | "list" | "alias",
> {
  readonly shape: Shape;
  readonly kind: Kind<T>;
  /** First version of keepalived that knows the word; absent: 2.0.0 or earlier. */
  readonly since?: string;
  /** The version since which it is an old name for something else. */
  readonly deprecated?: string;
  /** The version since which the daemon does not know it. */
  readonly retired?: string;
  /** What replaces a deprecated or retired word. */
  readonly instead?: string;
  /** Whether a deprecated word makes `--config-test` fail. */
  readonly isRefused?: boolean;
  readonly repeats: Repeats;
  /** The daemon's default. */
  readonly fallback?: T;
  /** The word whose value this word also sets. */
  readonly of?: string;
}

export type Table = Readonly<Record<string, Entry>>;

export type About<T> = Partial<Pick<Entry<T>, "since" | "deprecated" | "retired" | "instead" | "isRefused">> & {
  repeats?: "last" | "first";
};

/** A word that may be absent. */
export const one = <T>(kind: Kind<T>, about: About<T> = {}): Entry<T, "optional"> => ({
  repeats: "last",
  ...about,
  shape: "optional",
  kind,
});

/** A word with a default in the daemon. */
export const given = <T>(kind: Kind<T>, fallback: NoInfer<T>, about: About<T> = {}): Entry<T, "given"> => ({
  repeats: "last",
  ...about,
  shape: "given",
  kind,
  fallback,
});

/** A word whose every occurrence counts. */
export const many = <T>(kind: Kind<T>, about: About<T> = {}): Entry<T, "list"> => ({
  ...about,
  repeats: "all",
  shape: "list",
  kind,
});

/** Another name of a word of the same table. */
export const alias = (of: string, kind: Kind<unknown>, about: About<unknown> = {}): Entry<unknown, "alias"> => ({
  repeats: "last",
  ...about,
  shape: "alias",
  kind,
  of,
});

/** A word that its block collects, in the order of the file. */
export const elsewhere = <T>(kind: Kind<T>, about: About<T> = {}): Entry<T, "alias"> => ({
  ...about,
  repeats: "all",
  shape: "alias",
  kind,
  of: "",
});

/** A word that no keepalived of 2.x knows. */
export const retired = (version: string, instead: string): Entry<undefined, "alias"> => ({
  shape: "alias",
  repeats: "last",
  retired: version,
  instead,
  of: "",
  kind: { takes: "nothing", read: () => undefined },
});

/** garp_master_delay becomes garpMasterDelay, sh-port shPort. */
export type Camel<Name extends string> = Name extends `${infer Head}${"_" | "-"}${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

export const camel = (name: string): string => name.replace(/[_-](.)/g, (_, letter: string) => letter.toUpperCase());

/** The value of a table's block. Its properties are the daemon's words in camel case. */
export type Settings<T extends Table> = {
  readonly [Name in keyof T & string as T[Name] extends Entry<infer _V, "alias">
    ? never
    : Camel<Name>]: T[Name] extends Entry<infer V, "given">
    ? Value<V>
    : T[Name] extends Entry<infer V, "list">
      ? readonly Written<V>[]
      : T[Name] extends Entry<infer V, "optional">
        ? Written<V> | undefined
        : never;
};

/** A value in a form that a message may show. */
export const shown = (kind: Kind<unknown>, text: string): string => (kind.isSecret ? MASK : `\`${text}\``);
