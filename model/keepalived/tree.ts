import type { Position } from "./finding";
import type { Entry } from "./entry";
import type { Line } from "./line";
import type { Source } from "./source";
import type { Word } from "./words";

/** A word with its values, and the block that follows it. In a block of lines (virtual_ipaddress …) each line is one. */
export interface Statement {
  readonly keyword: Word;
  readonly values: readonly Word[];
  /** The whole line, comment gone and definitions put in: scripts and regular expressions are cut from it by other rules. */
  readonly line: Line;
  readonly block?: Block;
  /** What the table of words says of it; absent where the word is not understood, and in blocks of lines. */
  readonly entry?: Entry;
}

export interface Block {
  /** Absent where the brace is missing. */
  readonly open?: Position;
  readonly close?: Position;
  readonly statements: readonly Statement[];
}

/** What the daemon reads, across all included files, and the files themselves without loss. */
export interface Tree {
  readonly statements: readonly Statement[];
  /** In the order in which they were read; the first is the file that was asked for. */
  readonly sources: readonly Source[];
}
