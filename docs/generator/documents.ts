import { shippedLabs } from "../../operations/topologies";
import { checkId, checksFor } from "../../operations/verify/checks";
import { ERRATA } from "../../model/topology/errata";
import { markdownTable, plain } from "./block";
import { POINTS } from "./points";

/** Each point of a document, with the checks that prove it and the document's labs that have them. */
function points(document: string): string {
  const labs = shippedLabs().filter((lab) => lab.document === document && lab.form !== "as-printed");
  const rows = Object.entries(POINTS[document] ?? {}).map(([point, says]) => {
    const proofs = labs.flatMap((lab) =>
      checksFor(lab)
        .filter((check) => checkId(check, lab) === point)
        .map(({ name }) => ({ name, lab: lab.name })),
    );
    const checks = [...new Set(proofs.map(({ name }) => `\`${name}\``))];
    const where = [...new Set(proofs.map(({ lab }) => lab))];
    const all = where.length === labs.length && labs.length > 1;
    return [
      point,
      plain(says),
      checks.join(", ") || "none: it is only text",
      all ? "all" : where.map((lab) => `[${lab}](../labs/${lab}.md)`).join(", "),
    ];
  });
  return markdownTable([["point", "what the document sets up or shows", "checks", "labs"], ...rows]);
}

/** The mistakes of a document that a lab can be built with. */
const errata = (document: string): string =>
  markdownTable([
    ["the document prints", "what goes wrong", "why"],
    ...ERRATA.filter((one) => one.document === document).map(({ words, wrong, sentence }) => [
      `\`${words}\``.replaceAll("<", "&lt;"),
      plain(wrong),
      plain(sentence),
    ]),
  ]);

/** The generated parts of a document's page. */
export const documentBlocks = (document: string): Record<string, string> => ({
  points: points(document),
  ...(ERRATA.some((one) => one.document === document) ? { errata: errata(document) } : {}),
});
