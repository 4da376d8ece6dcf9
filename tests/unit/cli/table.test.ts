import * as assert from "node:assert/strict";
import { table } from "../../../cli/table";

describe("table", () => {
  it("aligns columns and leaves no blanks at the end of a line", () => {
    assert.equal(
      table([
        ["NODE", "VRRP"],
        ["zhuserver", "MASTER"],
        ["web1", "-"],
      ]),
      "NODE       VRRP\nzhuserver  MASTER\nweb1       -",
    );
  });
});
