import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";

describe("the lanes of the real labs", () => {
  it("have every suite once", () => {
    const [, lanes = ""] = /^LANES=\((.*)\)$/m.exec(fs.readFileSync(inRoot("scripts", "test"), "utf8")) ?? [];
    const suites = fs.readdirSync(inRoot("tests", "lab")).flatMap((file) => /^(.*)\.test\.ts$/.exec(file)?.[1] ?? []);
    assert.deepEqual(lanes.replaceAll('"', "").split(" ").sort(), suites.sort());
  });
});
