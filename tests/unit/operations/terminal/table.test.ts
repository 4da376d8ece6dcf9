import * as assert from "node:assert/strict";
import { table } from "../../../../operations/terminal/table";
import { coloured } from "../../../../operations/terminal/terminal";

describe("table", () => {
  const rows = [
    ["NODE", "VRRP"],
    ["zhuserver", "MASTER"],
    ["web1", "-"],
  ];

  it("aligns columns and leaves no blanks at the end of a line", () => {
    assert.equal(table(rows), "NODE       VRRP\nzhuserver  MASTER\nweb1       -");
  });

  it("counts two cells for a wide character and none for a combining one", () => {
    const wide = [
      ["LAB", "WHAT"],
      ["主备", "a"],
      ["e\u0301te\u0301", "b"],
      ["ｗｅｂ", "c"],
    ];
    assert.equal(table(wide), "LAB     WHAT\n主备    a\ne\u0301te\u0301     b\nｗｅｂ  c");
  });

  it("paints only the heading, and moves no column by that", () => {
    const lines = table(rows, coloured).split("\n");
    assert.equal(lines[0], "\u001b[1mNODE       VRRP\u001b[22m");
    assert.deepEqual(lines.slice(1), table(rows).split("\n").slice(1));
  });
});
