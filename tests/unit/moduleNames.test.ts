import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../operations/paths";

describe("module names", () => {
  it("differ from those of JSON files, which Pulumi's loader would load for `./schema`", () => {
    for (const folder of ["cli", "operations", "components", "documents", "infra", "model"]) {
      const files = fs.readdirSync(inRoot(folder), { recursive: true }).map(String);
      for (const file of files.filter((one) => one.endsWith(".ts")))
        assert.ok(!files.includes(file.replace(/ts$/, "json")), `${folder}/${file}`);
    }
  });
});
