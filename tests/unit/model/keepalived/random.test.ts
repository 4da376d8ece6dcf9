import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as fc from "fast-check";
import { root } from "../../../../model/keepalived/keywords";
import type { Statement, Table } from "../../../../model/keepalived/entry";
import { printSource, readSource } from "../../../../model/keepalived/source";
import { SEED } from "../../../random";
import { rounds } from "../../../soak";
import { mutation } from "./mutations";
import { read } from "./reading";

/** A tree without positions: words, and blocks. */
interface Node {
  readonly words: readonly string[];
  readonly block?: readonly Node[];
}

const word = fc.stringMatching(/^[a-z0-9_./:-]{1,12}$/).filter((text) => text !== "include");
/** Blocks whose lines may have any words. */
const node: fc.Arbitrary<Node> = fc.record(
  {
    words: fc.array(word, { maxLength: 2 }).map((values) => ["virtual_server_group", "G", ...values]),
    block: fc.array(
      fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => ({ words })),
      { maxLength: 4 },
    ),
  },
  { noNullPrototype: true },
);

/** The layout of a tree: line breaks, spaces and comments between words. */
const layout = fc.record({
  blank: fc.constantFrom(" ", "\t", "   "),
  end: fc.constantFrom("\n", "\r\n", "  # why\n", " ! {}\n"),
  brace: fc.boolean(),
});

function print(nodes: readonly Node[], { blank, end, brace }: { blank: string; end: string; brace: boolean }): string {
  return nodes
    .map(({ words, block }) => {
      const head = words.join(blank);
      if (!block) return `${blank}${head}${end}`;
      return `${head}${brace ? end : blank}{${end}${print(block, { blank, end, brace })}}${end}`;
    })
    .join("");
}

const bare = (statements: readonly Statement[]): readonly Node[] =>
  statements.map(({ keyword, values, block }) => ({
    words: [keyword, ...values].map(({ text }) => text),
    ...(block ? { block: bare(block.statements) } : {}),
  }));

describe("random configurations of keepalived", () => {
  it("print and parse to the same tree", () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), layout, (nodes, style) => {
        assert.deepEqual(bare(read(print(nodes, style)).tree.statements), nodes);
      }),
      { seed: SEED, numRuns: rounds(200, 5_000) },
    );
  });
  it("print any text byte for byte as it was read", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom("a", '"', "{", "}", "#", "!", "\\", "$", " ", "\t", "\r", "\n", "~", "@", "é"),
        }),
        (text) => {
          assert.equal(printSource(readSource("keepalived.conf", text)), text);
          read(text);
        },
      ),
      { seed: SEED, numRuns: rounds(2_000, 200_000) },
    );
  });
  it("never throw for mutated files, print them unchanged, and never show a password", () => {
    fc.assert(
      fc.property(mutation, (text) => {
        const { config, tree, findings } = read(text, { version: "2.3.3", configId: "lb1" });
        const [source] = tree.sources;
        assert.equal(source && printSource(source), text);
        assert.ok(!JSON.stringify({ config, findings }).includes("k3pt8ful"), "a password is shown");
      }),
      { seed: SEED, numRuns: rounds(600, 1_000_000) },
    );
  }).timeout(rounds(60_000, 10_800_000));
});

describe("the table of words", () => {
  const walk = (
    table: Table,
    path: string,
    visit: (word: string, entry: Table[string], path: string) => void,
  ): void => {
    for (const [name, entry] of Object.entries(table)) {
      visit(name, entry, path);
      if (entry.kind.table) walk(entry.kind.table, `${path} ${name}`.trim(), visit);
    }
  };
  it("describes the values of every word, and the replacement of an old one", () => {
    walk(root, "", (name, entry) => {
      assert.ok(entry.kind.takes.length > 0, name);
      if (entry.deprecated !== undefined || entry.retired !== undefined) assert.ok(entry.instead, name);
      for (const version of [entry.since, entry.deprecated, entry.retired])
        assert.match(version ?? "2.0.0", /^\d\.\d\.\d+$/, name);
      if (entry.of !== undefined && entry.of !== "") assert.notEqual(entry.of, name);
    });
  });
});

describe("the speed of reading", () => {
  it("reads 100 files of 140 lines", () => {
    const text = fs.readFileSync("tests/fixtures/keepalived/vrrp.conf", "utf8");
    read(text);
    const start = process.cpuUsage();
    for (let count = 0; count < 100; count += 1) read(text);
    const { user } = process.cpuUsage(start);
    console.log(`        100 files: ${Math.round(user / 1000)} ms of CPU`);
    assert.ok(user < 10_000_000);
  });
});
