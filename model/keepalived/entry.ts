import type { Position, Report } from "./finding";
import { MASK } from "./secret";
import type { Statement } from "./tree";
import type { Version } from "./version";

/** A value with the place that it was written in. Without a place nobody wrote it: it is the daemon's default. */
export interface Value<T> {
  readonly value: T;
  readonly at?: Position;
}

export interface Context {
  readonly report: Report;
  /** Words that are newer than this are findings; absent: any 2.x will do. */
  readonly version?: Version | undefined;
}

/** How the values of a word are read. */
export interface Kind<T> {
  /** What it takes, in words: "an integer from 1 to 255". */
  readonly takes: string;
  /** The block that follows: words of a table, or lines that are values themselves. */
  readonly holds?: "keywords" | "lines";
  /** The words of a block of keywords. */
  readonly table?: Table;
  /** No message may show what is written here. */
  readonly isSecret?: true;
  /** What is wrong goes into context.report; undefined where nothing is left to be taken. */
  read(statement: Statement, context: Context): T | undefined;
}

/** How often a word may stand in its block: the last or the first one counts, or all do. */
export type Repeats = "last" | "first" | "all";

/** One line of the table of words. */
export interface Entry<
  T = unknown,
  Shape extends "optional" | "given" | "list" | "alias" = "optional" | "given" | "list" | "alias",
> {
  readonly shape: Shape;
  readonly kind: Kind<T>;
  /** First version of keepalived that knows the word; absent: 2.0.0 did. */
  readonly since?: string;
  /** The version from which on it is an old name for something else. */
  readonly deprecated?: string;
  /** The version from which on the daemon does not know it any more. */
  readonly retired?: string;
  /** What became of a deprecated or retired word. */
  readonly instead?: string;
  /** The daemon answers a deprecated word with a complaint that fails `--config-test`. */
  readonly isRefused?: boolean;
  readonly repeats: Repeats;
  /** The daemon's value where the word is not written. */
  readonly fallback?: T;
  /** The word whose value this one sets too. */
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

/** A word that has a default in the daemon. */
export const given = <T>(kind: Kind<T>, fallback: NoInfer<T>, about: About<T> = {}): Entry<T, "given"> => ({
  repeats: "last",
  ...about,
  shape: "given",
  kind,
  fallback,
});

/** A word of which each one counts. */
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

/** A word that its block collects by itself, in the order in which such words stand. */
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

/** What a table's block comes to. Properties are the daemon's own words, in camel case. */
export type Settings<T extends Table> = {
  readonly [Name in keyof T & string as T[Name] extends Entry<infer _V, "alias">
    ? never
    : Camel<Name>]: T[Name] extends Entry<infer V, "given">
    ? Value<V>
    : T[Name] extends Entry<infer V, "list">
      ? readonly Required<Value<V>>[]
      : T[Name] extends Entry<infer V, "optional">
        ? Required<Value<V>> | undefined
        : never;
};

/** A value as a message may show it. */
export const shown = (kind: Kind<unknown>, text: string): string => (kind.isSecret ? MASK : `\`${text}\``);
