import type { Config } from "../keepalived/config/config";
import type { Finding, Position } from "../keepalived/finding";
import type { Cidr } from "./addresses";
import type { Host } from "./host/host";

/** A network card of a machine with the machine's own addresses. A VIP that it held at the time of the look is left out. */
export interface Card {
  readonly name: string;
  readonly addresses: readonly Cidr[];
}

/** A program that a configuration starts. */
export interface Program {
  /** As written, without its parameters. */
  readonly path: string;
  /** The keyword of the line: "script", "notify_master" … */
  readonly word: string;
  readonly at: Position;
  /** Whether the line, the block or script_user names the user that runs it. */
  readonly hasUser: boolean;
  /** Absent: unknown. false: its folder is available, but the file is missing. */
  readonly file?: { readonly isExecutable: boolean; readonly hasInterpreter: boolean } | false;
}

/** An accepted finding. */
export interface Accepted {
  readonly rule: string;
  readonly because: string;
  /** Its place; absent in site.yaml. */
  readonly at?: Position;
  /** The lines of `at`'s file to which it applies; absent: all. */
  readonly lines?: { readonly first: number; readonly last: number };
  /** site.yaml: the machine to which it applies; absent: all. */
  readonly node?: string;
}

/** A machine that runs keepalived. */
export interface Node {
  readonly name: string;
  readonly config: Config;
  /** The findings of the keepalived reader in its files. */
  readonly findings: readonly Finding[];
  /** Empty: unknown. */
  readonly cards: readonly Card[];
  readonly programs: readonly Program[];
  /** What else its folder has: kernel settings, rulesets, ipvsadm, proxies, routes. */
  readonly host: Host;
  readonly accepted: readonly Accepted[];
}

/** A segment that site.yaml names. */
export interface Segment {
  readonly name: string;
  readonly cidr: Cidr;
  readonly hasMulticast: boolean;
}

/** What shall run on which machine: frozen plain data. */
export interface Plan {
  readonly nodes: readonly Node[];
  readonly segments: readonly Segment[];
  /** Accepted findings of site.yaml. */
  readonly accepted: readonly Accepted[];
  /** Assumptions, each a sentence. */
  readonly assumed: readonly string[];
}
