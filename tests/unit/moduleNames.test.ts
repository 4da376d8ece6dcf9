import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../cli/paths";

describe("module names", () => {
  it("are no JSON file's too: Pulumi's own loader takes that one for `./schema`", () => {
    for (const folder of ["cli", "components", "infra", "model"]) {
      const files = fs.readdirSync(inRoot(folder), { recursive: true }).map(String);
      for (const file of files.filter((one) => one.endsWith(".ts")))
        assert.ok(!files.includes(file.replace(/ts$/, "json")), `${folder}/${file}`);
    }
  });
});
