import * as assert from "node:assert/strict";
import { inRoot } from "../../operations/paths";
import { tryRun } from "../../operations/run";

describe("the linter", () => {
  it("refuses an Output in a template literal", async () => {
    const result = await tryRun([inRoot("node_modules", ".bin", "oxlint"), "--type-aware", inRoot("tests", "lint")]);
    assert.notEqual(result.code, 0);
    assert.match(result.stdout, /restrict-template-expressions.*Invalid type used in template literal/);
  });
});
