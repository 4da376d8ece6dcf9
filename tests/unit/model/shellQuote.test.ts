import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { shellQuote } from "../../../model/shellQuote";

describe("the quoting of shell words", () => {
  for (const word of ["", "plain", "it's", "''", "a b", "$(id) `id`", "\\", "\n", "-n", "ü*?[x]"]) {
    it(`quotes ${JSON.stringify(word)} as one word`, () => {
      const said = execFileSync("sh", ["-s"], { input: `printf '<%s>' ${shellQuote(word)}`, encoding: "utf8" });
      assert.equal(said, `<${word}>`);
    });
  }

  it("refuses a NUL, which shells cannot hold", () => {
    assert.throws(() => shellQuote("a\0b"), /NUL/);
  });
});
