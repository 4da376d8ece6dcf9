import * as assert from "node:assert/strict";
import { quoted, writable } from "../../../../model/keepalived/quote";

describe("a word of keepalived.conf", () => {
  const words: readonly (readonly [text: string, written: string])[] = [
    ["123456", "123456"],
    ["********", "********"],
    ["it's@$x", "it's@$x"],
    ["ab\\", "ab\\"],
    ["a b", '"a b"'],
    ["a#b", '"a#b"'],
    ["!", '"!"'],
    ["{a}", '"{a}"'],
    ["a#\\\\", '"a#\\\\"'],
  ];
  for (const [text, written] of words) {
    it(`${text} is written as ${written}`, () => {
      assert.equal(quoted(text), written);
    });
  }

  it("cannot contain a double quote, or a final backslash inside quotes", () => {
    for (const text of ['"', 'a"b', "a b\\", "#\\\\\\"]) {
      assert.equal(writable(text), false);
      assert.throws(() => quoted(text), /cannot hold this word/);
    }
  });
});
