import type { Position } from "./finding";
import type { Entry } from "./entry";
import type { Line } from "./line";
import type { Source } from "./source";
import type { Word } from "./words";

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

/** What the daemon reads from all files, and the files themselves without loss. */
export interface Tree {
  readonly statements: readonly Statement[];
  /** In reading order; the first is the main file. */
  readonly sources: readonly Source[];
}
