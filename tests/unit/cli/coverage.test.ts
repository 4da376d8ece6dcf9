import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { runVerb } from "../../../cli/main";
import { inRoot } from "../../../cli/paths";
import { shippedLabs } from "../../../cli/topologies";
import { checkId, checksFor } from "../../../cli/verify/checks";
import type { Topology } from "../../../infra/model/topology";

/** How many numbered points each source document has (what it sets up or verifies). */
const points: Readonly<Record<string, number>> = { "000": 16, "001": 8, "002": 12, "003": 12, "004": 13 };

/** Points that say nothing about a lab. */
const words: readonly string[] = [
  "003-12", // the terms DS, RS, VIP, DIP, RIP, CIP
];

/** The points of a lab, as the first column of `verify --list` has them. */
const listed = (lab: Topology): string[] => [
  ...new Set(
    checksFor(lab)
      .map((check) => checkId(check, lab))
      .filter((id) => /^\d{3}-\d+$/.test(id)),
  ),
];

/** The points that a cell of README's table names: "001-1, 001-6 … 001-8". */
const named = (cell: string): string[] =>
  [...cell.matchAll(/(\d{3})-(\d+)(?: … \d{3}-(\d+))?/g)].flatMap(([, document, first, last = first]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${document}-${Number(first) + index}`),
  );

describe("the points of the documents", () => {
  it("are what verify --list prints of a lab that is not up", async () => {
    const lines: string[] = [];
    const { log } = console;
    console.log = (line: string) => lines.push(...line.split("\n"));
    try {
      assert.equal(await runVerb(["verify", "--list", "--lab", "nat"]), 0);
    } finally {
      console.log = log;
    }
    const nat = shippedLabs().find(({ name }) => name === "nat") ?? assert.fail("no nat");
    assert.deepEqual(
      [...new Set(lines.slice(1).map((line) => line.split(" ")[0] ?? ""))].filter((id) => /^\d{3}-/.test(id)),
      listed(nat),
    );
  });

  for (const [document, count] of Object.entries(points)) {
    it(`of ${document} each have a check in a lab of that document that is as it should be, and there are no others`, () => {
      const labs = shippedLabs().filter((lab) => lab.document === document && lab.form !== "as-printed");
      const wanted = Array.from({ length: count }, (_, index) => `${document}-${index + 1}`);
      assert.deepEqual(
        [...new Set(labs.flatMap(listed))].sort(),
        wanted.filter((point) => !words.includes(point)).sort(),
      );
    });
  }

  it("are those that README's table says of each lab, beside its file, its drawing and its document", () => {
    const rows = fs.readFileSync(inRoot("README.md"), "utf8").split("\n");
    for (const lab of shippedLabs()) {
      const { name, document = "" } = lab;
      const beginning = `| [\`${name}\`](labs/${name}.yaml) ([drawn](docs/${name}.svg)) | ${document}${document && " "}|`;
      const cell = rows
        .find((row) => row.startsWith(beginning))
        ?.split(" | ")
        .at(-1);
      assert.ok(cell !== undefined, beginning);
      const said = named(cell);
      assert.deepEqual(
        said.filter((point) => !listed(lab).includes(point)),
        [],
        name,
      );
      // A cell of nothing else is the whole list.
      if (/^[\d, …-]+\|$/.test(cell)) assert.deepEqual(said.sort(), listed(lab).sort(), name);
    }
  });
});
