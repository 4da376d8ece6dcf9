import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import type { Table } from "../../../../model/keepalived/entry";
import { root } from "../../../../model/keepalived/keywords";

const folder = path.join(__dirname, "../../../fixtures/keepalived");

/** Files that 2.2.7 accepts without a complaint. Together they have most words. */
export const fixtures: Readonly<Record<string, string>> = Object.fromEntries(
  ["global", "vrrp", "servers", "definitions"].map((name) => [
    name,
    fs.readFileSync(path.join(folder, `${name}.conf`), "utf8"),
  ]),
);

/** The files that definitions.conf includes. */
export const included: Readonly<Record<string, string>> = Object.fromEntries(
  ["more-1.conf", "more-2.conf"].map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")]),
);

const wordsOf = (table: Table): readonly string[] =>
  Object.entries(table).flatMap(([word, { kind }]) => [word, ...wordsOf(kind.table ?? {})]);

const VALUES =
  "0 1 -1 255 256 65535 65536 4294967296 1.5 0.0000001 abc on off 192.0.2.99 2001:db8::5 192.0.2.300 /bin/true eth0 MASTER BACKUP NAT DR TUN rr 3600 weight reverse 99999999999999999999 1e3 0x10 +5".split(
    " ",
  );
const PIECES = ["{", "}", '"', "#", "!", "\\", "x", "'", "$", " ", "\t", ""];

/** One change of a fixture: a line is removed, doubled or moved; a word or value is replaced; a character is added or removed. */
export const mutation: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...Object.values(fixtures)),
    kind: fc.constantFrom("drop", "twice", "value", "word", "insert", "erase", "append", "move"),
    at: fc.nat(10_000),
    other: fc.nat(10_000),
    value: fc.constantFrom(...VALUES),
    word: fc.constantFrom(...wordsOf(root)),
    piece: fc.constantFrom(...PIECES),
  })
  .map(({ text, kind, at, other, value, word, piece }) => {
    const lines = text.split("\n");
    const index = at % lines.length;
    const line = lines[index] ?? "";
    const [indent = "", ...words] = [/^\s*/.exec(line)?.[0], ...line.trim().split(/\s+/)];
    const column = other % (line.length + 1);
    const changed: Readonly<Record<typeof kind, readonly string[]>> = {
      drop: [],
      twice: [line, line],
      value: [
        indent +
          words
            .map((own, position) => (position === Math.min(words.length - 1, 1 + (other % 3)) ? value : own))
            .join(" "),
      ],
      word: [indent + [word, ...words.slice(1)].join(" ")],
      insert: [line.slice(0, column) + piece + line.slice(column)],
      erase: [line.slice(0, column) + line.slice(column + 1)],
      append: [`${line} ${value}`],
      move: [lines[other % lines.length] ?? "", line],
    };
    lines.splice(index, 1, ...changed[kind]);
    return lines.join("\n");
  });
