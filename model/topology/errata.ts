/** Labs as printed: a lab of a document may be built with the document's mistakes. */
import type { Problem } from "./error";
import type { Erratum, Finder, SourceDocument } from "./sourceDocument";
import type { Topology } from "./topology";

/** A mistake with the number of its document. */
export type PrintedErratum = Erratum & { readonly document: string };

/** The mistakes of a document. */
export const mistakesOf = (documents: readonly SourceDocument[], document: string | undefined): PrintedErratum[] =>
  documents
    .filter(({ id }) => id === document)
    .flatMap(({ id, errata }) => errata.map((one) => ({ document: id, ...one })));

/** The mistakes that an as-printed lab of the document may have. */
const allowed = ({ form, document }: Partial<Topology>, documents: readonly SourceDocument[]): PrintedErratum[] =>
  form === "as-printed" ? mistakesOf(documents, document) : [];

const covers = ({ breaks, at }: Erratum, rule: Finder, { path }: Problem): boolean =>
  breaks.includes(rule) && (at === undefined || at.test(path));

/** Whether a rule's problem is a mistake that an as-printed lab may have. */
export const isPrinted = (
  topology: Partial<Topology>,
  documents: readonly SourceDocument[],
  rule: Finder,
  problem: Problem,
): boolean => allowed(topology, documents).some((one) => covers(one, rule, problem));

/** The mistakes of an as-printed topology; empty for a corrected one. */
export const errataOf = (topology: Topology, documents: readonly SourceDocument[]): readonly PrintedErratum[] =>
  allowed(topology, documents).filter((one) =>
    one.breaks.some((rule) => rule.find(topology, documents).some((problem) => covers(one, rule, problem))),
  );

/** An erratum in one line: what the document prints, what goes wrong, why. */
export const erratumText = ({ document, words, wrong, sentence }: PrintedErratum): string =>
  `document ${document} as printed: ${words}: ${wrong}. ${sentence}`;
