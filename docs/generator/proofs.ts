import { CHECKS } from "../../operations/verify/checks";
import { SUITES } from "../../tests/lab/proofs";
import { type Place, provenBy, topologyOf } from "../../tests/lab/proofs/proof";
import { markdownTable, plain } from "./block";
import { DOCUMENTS } from "../../documents";

/** How many labs of one suite are named; more are counted. */
const named = 4;

/** Suites, each with its labs where the suite's name does not say which. */
function where(places: readonly Place[]): string {
  const suites = [...new Set(places.map(({ suite }) => suite))];
  return suites
    .map((suite) => {
      const labs = places.filter((place) => place.suite === suite).map(({ lab }) => lab);
      if (labs.join() === suite) return suite;
      return `${suite} (${labs.length > named ? `${labs.length} labs` : labs.join(", ")})`;
    })
    .join(", ");
}

const suiteRows = (): string[][] =>
  Object.entries(SUITES).map(([suite, proofs]) => [
    `[${suite}](../tests/lab/${suite}.test.ts)`,
    [...new Set(proofs.map((proof) => topologyOf(proof).name))].join(", "),
  ]);

/** Which suite of the real labs proves what. */
export function proofsPage(): string {
  const { passed, failed, points } = provenBy(SUITES);
  const documents = DOCUMENTS.flatMap(({ points: all }) => Object.entries(all));
  return `# Table of proofs

<!-- Generated from tests/lab/proofs by \`npm run docs\`: edits here are lost. -->

This page shows which suite of the real labs (\`./scripts/test\`, [testing](testing.md)) proves which point of a source document and which check of
\`verify\`. Each suite declares it in \`tests/lab/proofs\`, together with what it breaks. A unit test compares the declarations with the existing
checks, points, labs and suites, so that none is lost when suites change.

## Suites

${markdownTable([["suite", "labs"], ...suiteRows()])}

\`audit\` and \`predict\` only read files. Unit tests prove them, in tables of files and findings.

## Points

${markdownTable([
  ["point", "what the document sets up or shows", "proven in"],
  ...documents.map(([point, { says }]) => [
    point,
    plain(says),
    where(points.get(point) ?? []) || "no lab: it is only text",
  ]),
])}

## Checks

A check that is seen to fail only in the unit tests is judged there on the facts of a healthy lab, one of them damaged.

${markdownTable([
  ["check", "passes in", "fails in"],
  ...CHECKS.map(({ name }) => [
    `\`${name}\``,
    where(passed.get(name) ?? []),
    where(failed.get(name) ?? []) || "unit tests",
  ]),
])}
`;
}
