import * as assert from "node:assert/strict";
import { older } from "../../../cli/toolchain";

describe("versions", () => {
  const cases: readonly [string, string, boolean][] = [
    ["3.249.9", "3.250.0", true],
    ["3.250.0", "3.250.0", false],
    ["3.250.1", "3.250.0", false],
    ["4.0.0", "3.250.0", false],
    ["3.9.0", "3.250.0", true],
    ["3.251.0-alpha.1", "3.250.0", false],
  ];
  for (const [a, b, expected] of cases) {
    it(`${a} is ${expected ? "" : "not "}older than ${b}`, () => assert.equal(older(a, b), expected));
  }
});
