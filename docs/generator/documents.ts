import { shippedLabs } from "../../operations/topologies";
import { checkId, checksFor } from "../../operations/verify/checks";
import type { SourceDocument } from "../../model/topology/sourceDocument";
import { markdownTable, plain } from "./block";

/** Each point of a document, with the checks that prove it and the document's labs that have them. */
function points({ id, points: all }: SourceDocument): string {
  const labs = shippedLabs().filter((lab) => lab.document === id && lab.form !== "as-printed");
  const rows = Object.entries(all).map(([point, { says }]) => {
    const proofs = labs.flatMap((lab) =>
      checksFor(lab)
        .filter((check) => checkId(check, lab) === point)
        .map(({ name }) => ({ name, lab: lab.name })),
    );
    const checks = [...new Set(proofs.map(({ name }) => `\`${name}\``))];
    const where = [...new Set(proofs.map(({ lab }) => lab))];
    const everywhere = where.length === labs.length && labs.length > 1;
    return [
      point,
      plain(says),
      checks.join(", ") || "none: it is only text",
      everywhere ? "all" : where.map((lab) => `[${lab}](../labs/${lab}.md)`).join(", "),
    ];
  });
  return markdownTable([["point", "what the document sets up or shows", "checks", "labs"], ...rows]);
}

/** The mistakes of a document that a lab can be built with. */
const errata = ({ errata: mistakes }: SourceDocument): string =>
  markdownTable([
    ["the document prints", "what goes wrong", "why"],
    ...mistakes.map(({ words, wrong, sentence }) => [
      `\`${words}\``.replaceAll("<", "&lt;"),
      plain(wrong),
      plain(sentence),
    ]),
  ]);

/** The generated parts of a document's page. */
export const documentBlocks = (document: SourceDocument): Record<string, string> => ({
  points: points(document),
  ...(document.errata.length > 0 ? { errata: errata(document) } : {}),
});
