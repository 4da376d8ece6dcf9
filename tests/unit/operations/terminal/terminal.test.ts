import * as assert from "node:assert/strict";
import { WriteStream } from "node:tty";
import { coloured, padTo, paintFor, plain, widthOf } from "../../../../operations/terminal/terminal";

describe("colours", () => {
  // Node's own decision for an environment, without a terminal.
  const hasColors = WriteStream.prototype.hasColors.bind(WriteStream.prototype);
  const terminal = { isTTY: true, hasColors } as unknown as WriteStream;
  const pipe = { isTTY: false, hasColors } as unknown as WriteStream;
  const xterm = { TERM: "xterm-256color" };

  for (const [what, surface, env, paint] of [
    ["a terminal has some", terminal, xterm, coloured],
    ["NO_COLOR takes them away", terminal, { ...xterm, NO_COLOR: "1" }, plain],
    ["a dumb terminal has none", terminal, { TERM: "dumb" }, plain],
    ["a pipe or a file has none", pipe, xterm, plain],
  ] as const)
    it(what, () => assert.equal(paintFor(surface, env), paint));

  it("are escape sequences that take no cell", () => {
    assert.equal(coloured("good", "ok"), "\u001b[32mok\u001b[39m");
    assert.equal(widthOf(coloured("bad", "主 FAIL")), 7);
    assert.equal(padTo(coloured("good", "主"), 4), `${coloured("good", "主")}  `);
    assert.equal(padTo("longer", 3), "longer");
  });
});
