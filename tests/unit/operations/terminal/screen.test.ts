import * as assert from "node:assert/strict";
import { canDraw } from "../../../../operations/terminal/progress";
import { fit, redraw, Screen } from "../../../../operations/terminal/screen";

/** The content of a terminal after these writes. It knows only the sequences that the screen uses. */
class Model {
  private lines: string[] = [""];
  private row = 0;
  private column = 0;
  cursor = true;
  writes = 0;
  constructor(
    public columns: number,
    public rows: number,
  ) {}

  write = (text: string): boolean => {
    this.writes++;
    for (const [token, , count, code] of text.replaceAll("\u001b", "␛").matchAll(/␛\[(\?25|(\d*))?([A-Za-z])|[^]/gu)) {
      const line = this.lines[this.row] ?? "";
      if (token === "\n") [this.row, this.column] = [this.row + 1, 0];
      else if (token === "\r") this.column = 0;
      else if (code === "A") this.row -= Number(count ?? 1);
      else if (code === "K") this.lines[this.row] = line.slice(0, this.column);
      else if (code === "J") this.lines = [...this.lines.slice(0, this.row), line.slice(0, this.column)];
      else if (code === "h" || code === "l") this.cursor = code === "h";
      else this.lines[this.row] = line.slice(0, this.column).padEnd(this.column) + token + line.slice(++this.column);
      this.lines[this.row] ??= "";
    }
    return true;
  };

  get text(): string {
    return this.lines.join("\n");
  }
}

describe("a screen", () => {
  const drawn = (columns = 40, rows = 10) => {
    const model = new Model(columns, rows);
    return { model, screen: new Screen(model as unknown as NodeJS.WriteStream) };
  };

  it("draws each frame in the place of the last one, longer or shorter, and removes it", () => {
    const { model, screen } = drawn();
    screen.draw(["first frame", "two"]);
    assert.equal(model.text, "first frame\ntwo\n");
    screen.draw(["2nd", "two", "three"]);
    assert.equal(model.text, "2nd\ntwo\nthree\n");
    screen.draw(["one"]);
    assert.equal(model.text, "one\n");
    screen.draw([]);
    assert.equal(model.text, "");
  });

  it("keeps lines that are written above", () => {
    const { model, screen } = drawn();
    screen.above("before\n");
    screen.draw(["a frame", "of two"]);
    screen.above("kept\nand this\n");
    screen.draw(["another"]);
    assert.equal(model.text, "before\nkept\nand this\nanother\n");
  });

  it("writes once for a frame, and nothing for the same frame again", () => {
    const { model, screen } = drawn();
    screen.draw(["a", "b"]);
    screen.draw(["a", "c"]);
    screen.draw(["a", "c"]);
    assert.equal(model.writes, 2);
  });

  it("clears no line before its new text is written", () => {
    assert.equal(redraw(["a", "b"], ["c", "d"], { columns: 40 }), "\u001b[2A\rc\u001b[K\nd\u001b[K\n\u001b[J");
  });

  it("knows how many lines a frame takes once the terminal is narrower", () => {
    assert.ok(redraw(["x".repeat(30), "y"], [], { columns: 10 }).startsWith("\u001b[4A"));
  });

  it("hides the cursor while a frame is there, and shows it however the process ends", () => {
    const { model, screen } = drawn();
    const waiting = process.listeners("exit");
    screen.draw(["frame"]);
    assert.equal(model.cursor, false);
    const [atExit] = process.listeners("exit").filter((one) => !waiting.includes(one));
    assert.ok(atExit);
    (atExit as () => void)();
    assert.equal(model.cursor, true);
    screen.draw([]);
    assert.deepEqual(process.listeners("exit"), waiting);
    assert.equal(model.cursor, true);
  });
});

describe("a text that has to fit", () => {
  for (const [text, cells, fitted] of [
    ["short", 5, "short"],
    ["longer", 5, "long…"],
    ["主备服务", 8, "主备服务"],
    ["主备服务", 7, "主备服…"],
    ["主备服务", 6, "主备…"],
    ["abc", 1, "…"],
  ] as const)
    it(`${text} in ${cells} cells`, () => assert.equal(fit(text, cells), fitted));
});

describe("where progress is drawn", () => {
  for (const [what, isTTY, env, draws] of [
    ["a terminal", true, { TERM: "xterm" }, true],
    ["a terminal without colours", true, { TERM: "xterm", NO_COLOR: "1" }, true],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
    ["a runner of CI", true, { TERM: "xterm", CI: "true" }, false],
    ["a terminal where CI says no", true, { TERM: "xterm", CI: "false" }, true],
    ["a pipe", false, { TERM: "xterm" }, false],
  ] as const)
    it(`${what}: ${draws ? "yes" : "no"}`, () => assert.equal(canDraw({ isTTY }, env), draws));
});
