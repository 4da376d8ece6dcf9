import type { Statement } from "./entry";
import type { Source } from "./source";

/** What the daemon reads from all files, and the files themselves without loss. */
export interface Tree {
  readonly statements: readonly Statement[];
  /** In reading order; the first is the main file. */
  readonly sources: readonly Source[];
}
