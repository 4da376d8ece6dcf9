import type { Config } from "../keepalived/config/config";
import type { Finding, Position } from "../keepalived/finding";
import type { Cidr } from "./addresses";

/** A network card of a machine with the addresses that are the machine's own: a VIP that it held when somebody looked is none. */
export interface Card {
  readonly name: string;
  readonly addresses: readonly Cidr[];
}

/** A program that a configuration starts. */
export interface Program {
  /** As it is written, without its parameters. */
  readonly path: string;
  /** The word that names it: "script", "notify_master" … */
  readonly word: string;
  readonly at: Position;
  /** Whether the line, the block or script_user says who runs it. */
  readonly hasUser: boolean;
  /** Absent: nobody can tell from here. false: the folder that would have it is here, and it is not there. */
  readonly file?: { readonly isExecutable: boolean; readonly hasInterpreter: boolean } | false;
}

/** An accepted finding. */
export interface Accepted {
  readonly rule: string;
  readonly because: string;
  /** Where it is written; absent in site.yaml. */
  readonly at?: Position;
  /** The lines of `at`'s file that it is about; absent: all. */
  readonly lines?: { readonly first: number; readonly last: number };
  /** site.yaml: the machine that it is about; absent: all. */
  readonly node?: string;
}

/** A machine that runs keepalived. */
export interface Node {
  readonly name: string;
  readonly config: Config;
  /** What the reader of the language says of its files. */
  readonly findings: readonly Finding[];
  /** Empty where nobody said. */
  readonly cards: readonly Card[];
  readonly programs: readonly Program[];
  readonly accepted: readonly Accepted[];
}

/** A segment that site.yaml names. */
export interface Segment {
  readonly name: string;
  readonly cidr: Cidr;
  readonly hasMulticast: boolean;
}

/** What shall run, and where, whoever wrote it: frozen plain data. */
export interface Plan {
  readonly nodes: readonly Node[];
  readonly segments: readonly Segment[];
  /** Accepted findings of site.yaml. */
  readonly accepted: readonly Accepted[];
  /** What nobody said and is taken for granted, each a sentence. */
  readonly assumed: readonly string[];
}
