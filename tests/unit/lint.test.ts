import * as assert from "node:assert/strict";
import { inRoot } from "../../operations/paths";
import { tryRun } from "../../operations/run";

describe("the linter", () => {
  const lint = (file: string) =>
    tryRun([inRoot("node_modules", ".bin", "oxlint"), "--type-aware", inRoot("tests", "lint", file)]);

  const refused: Readonly<Record<string, [file: string, message: RegExp]>> = {
    "an Output in a template literal": [
      "output-in-template.ts",
      /restrict-template-expressions.*Invalid type used in template literal/,
    ],
    "an import of what is above": ["model/upwards.ts", /no-restricted-imports.*[^]*Imports go downwards only/],
    "files that import each other": ["circle", /no-cycle.*Dependency cycle detected/],
    "a document in the core": ["components/document.ts", /no-restricted-imports.*[^]*Imports go downwards only/],
    "a document that needs more than the model": [
      "documents/upwards.ts",
      /no-restricted-imports.*[^]*a document imports model alone/,
    ],
  };
  for (const [what, [file, message]] of Object.entries(refused))
    it(`refuses ${what}`, async () => {
      const result = await lint(file);
      assert.notEqual(result.code, 0);
      assert.match(result.stdout, message);
    });
});
