/** A document that labs follow, as the core sees it: plain data that is handed in. The core knows no document by name. */
import type { Problem } from "./error";
import type { DirectorVrrp } from "./node";
import type { Topology, VrrpCase } from "./topology";

export type SourceDocument = {
  /** Three digits, as `document:` of a topology file says them. */
  readonly id: string;
  readonly points: Points;
  /** Its mistakes that a lab can be built with (`form: as-printed`). */
  readonly errata: readonly Erratum[];
  /** Whether the keepalived.conf files that it prints have some of these mistakes, so that `import` tries its form. Default: no. */
  readonly mistakesInFiles?: boolean;
  /** Its cases of preemption by the words of `vrrpCase:`. Default: none. */
  readonly vrrpCases?: Readonly<Partial<Record<VrrpCase, PreemptionCase>>>;
};

/** Its numbered points, by the words that `verify` prints. */
export type Points = Readonly<Record<string, Point>>;

export type Point = {
  /** What it sets up or shows. */
  readonly says: string;
  /** Names of the checks that prove it; empty: it is only text. A check proves at most one point of a document. */
  readonly checks: readonly string[];
};

/** A case of preemption. */
export type PreemptionCase = {
  /** What it shows, in one line. */
  readonly shows: string;
  /** What it sets on a node, by whether the node has the highest priority. */
  readonly part: (highest: boolean) => Pick<DirectorVrrp, "state" | "nopreempt">;
};

/** What a rule finds (rules/rule.ts). */
export type Finder = {
  /** Returns every place that breaks the rule; `documents` are those that a lab may follow. */
  readonly find: (topology: Topology, documents: readonly SourceDocument[]) => readonly Problem[];
};

/** A mistake in a document. A lab of the document can be built with it. */
export type Erratum = {
  /** Its name, which starts with the document's number. */
  readonly id: string;
  /** What the document prints. */
  readonly words: string;
  /** What goes wrong visibly. */
  readonly wrong: string;
  /** Why, in one sentence. */
  readonly sentence: string;
  /** The rules that refuse it in the corrected form. Their problems at other paths than `at` remain. */
  readonly breaks: readonly Finder[];
  readonly at?: RegExp;
  /** Checks of verify that fail because of it; empty: the lab does not come up. */
  readonly shownBy: readonly string[];
  /** The message with which keepalived's parser refuses it, so that the running file stays; undefined: the parser accepts it. */
  readonly refused?: string;
};
