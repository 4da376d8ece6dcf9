import * as assert from "node:assert/strict";
import { terminalPicture } from "../../../docs/generator/terminal";

const texts = (picture: string): string[] => [...picture.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = ""]) => text);

describe("a picture of a terminal", () => {
  const recorded =
    'Script started on 2026-01-01 [TERM="xterm"]\none\r\n\u001b[32mtwo\u001b[39m <b>\r\nold\u001b[1A\u001b[2K\r\u001b[1mnew\u001b[22m\r\n中文 x\r\n\nScript done on 2026-01-01\n';

  it("shows what the screen shows at the end, in its colours, each piece at its column", async () => {
    const picture = await terminalPicture(recorded, 20);
    assert.deepEqual(
      texts(picture),
      ["one", "new", "old", "中文 x"].flatMap((text) => (text === "old" ? [] : [text])),
    );
    assert.match(picture, /class="b">new</);
  });

  it("escapes what would be markup, and has only colours that it knows", async () => {
    const picture = await terminalPicture("\u001b[32m<a>&\u001b[39m", 20);
    assert.match(picture, /textLength="32" class="c2">&lt;a&gt;&amp;</);
    assert.match(picture, /\.c2\{fill:/);
  });

  it("leaves out what lies between the ranges, and says so", async () => {
    assert.deepEqual(
      texts(
        await terminalPicture("1\r\n2\r\n3\r\n4\r\n", 9, [
          [1, 1],
          [4, 4],
        ]),
      ),
      ["1", "⋮", "4"],
    );
  });

  it("refuses lines that the screen does not have", async () => {
    await assert.rejects(terminalPicture("1\r\n", 9, [[1, 3]]), /got the lines 1-3, need a range of 1 to 1/);
  });
});
