import type { Severity } from "../../keepalived/finding";
import type { Problem } from "../error";
import type { SourceDocument } from "../sourceDocument";
import type { Topology } from "../topology";

/** A rule about the whole topology that the schema cannot express. */
export type Rule = {
  readonly name: string;
  /** An error stops `up`. */
  readonly severity: Severity;
  /** What it requires, as docs/rules.md says it. */
  readonly summary: string;
  /** The rule runs only if these sections are sound. An optional one may be absent. */
  readonly reads: readonly (keyof Topology)[];
  /** The document, RFC or man page behind it, and what that says. */
  readonly reason: string;
  /** Returns every place that breaks the rule; `documents` are those that a lab may follow. A value that the schema refused is not judged again (refused.ts). */
  readonly find: (topology: Topology, documents: readonly SourceDocument[]) => readonly Problem[];
};

/** The sections that a rule about packet paths reads. */
export const NETWORK = ["segments", "nodes", "client", "vrrp", "virtualServers"] as const;
