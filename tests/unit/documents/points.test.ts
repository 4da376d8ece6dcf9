import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { runVerb } from "../../../cli/main";
import { inRoot } from "../../../operations/paths";
import { shippedLabs } from "../../../operations/topologies";
import { CHECKS, checkId, checksFor } from "../../../operations/verify/checks";
import { DOCUMENTS, pointOf } from "../../../documents";
import type { Topology } from "../../../model/topology/topology";

/** How many numbered points each source document has (what it sets up or verifies). */
const counts: Readonly<Record<string, number>> = { "000": 16, "001": 8, "002": 12, "003": 12, "004": 13 };

/** The points of a document, by their numbers. */
const pointsOf = (document: string): string[] =>
  Array.from({ length: counts[document] ?? 0 }, (_, index) => `${document}-${index + 1}`);

/** Points that are not about a lab. */
const words: readonly string[] = [
  "003-12", // the terms DS, RS, VIP, DIP, RIP, CIP
];

/** The points of a lab: the first column of `verify --list`. */
const listed = (lab: Topology): string[] => [
  ...new Set(
    checksFor(lab)
      .map((check) => checkId(check, lab))
      .filter((id) => /^\d{3}-\d+$/.test(id)),
  ),
];

describe("the points of the documents", () => {
  it("are what verify --list prints for a lab that is not up", async () => {
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

  for (const document of Object.keys(counts)) {
    it(`of ${document} each have a check in a correct lab of that document, and there are no others`, () => {
      const labs = shippedLabs().filter((lab) => lab.document === document && lab.form !== "as-printed");
      const wanted = pointsOf(document);
      assert.deepEqual(
        [...new Set(labs.flatMap(listed))].sort(),
        wanted.filter((point) => !words.includes(point)).sort(),
      );
    });
  }

  it("are each explained in the documentation", () => {
    assert.deepEqual(
      DOCUMENTS.map(({ id }) => id),
      Object.keys(counts),
    );
    for (const { id, points } of DOCUMENTS) assert.deepEqual(Object.keys(points), pointsOf(id), id);
  });

  it("name checks that exist, each at one point of a document", () => {
    for (const { id, points } of DOCUMENTS) {
      const named = Object.values(points).flatMap(({ checks }) => checks);
      const known = CHECKS.map(({ name }) => name);
      assert.deepEqual(
        named.filter((name) => !known.includes(name)),
        [],
        id,
      );
      assert.deepEqual(named, [...new Set(named)], id);
    }
  });

  it("are named in documents/ alone: no other code of the product knows a document", () => {
    const files = ["model", "components", "operations", "infra", "cli"].flatMap((folder) =>
      fs.readdirSync(inRoot(folder), { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
    );
    const naming = new RegExp(`["'\`](${DOCUMENTS.map(({ id }) => id).join("|")})(-\\d+)?["'\`]`);
    assert.match('topology.document === "003"', naming);
    assert.deepEqual(
      files.filter((file) => file.endsWith(".ts") && naming.test(fs.readFileSync(inRoot(file), "utf8"))),
      [],
    );
  });

  it("let a check that disturbs more than others run only where a document asks for it", () => {
    for (const name of CHECKS.filter(({ onlyWithPoint }) => onlyWithPoint).map((check) => check.name))
      for (const lab of shippedLabs()) {
        const runs = checksFor(lab).some((check) => check.name === name);
        assert.ok(!runs || pointOf(lab, name) !== undefined, `${lab.name}: ${name}`);
        const { document: _, ...own } = lab;
        assert.ok(!checksFor(own).some((check) => check.name === name), `${lab.name}: ${name}`);
      }
  });

  it("are on the page of each lab that has them", () => {
    for (const lab of shippedLabs()) {
      const page = fs.readFileSync(inRoot("docs", "labs", `${lab.name}.md`), "utf8");
      const said = [...page.matchAll(/^\| (\d{3}-\d+) \|/gm)].map(([, point = ""]) => point);
      assert.deepEqual([...new Set(said)].sort(), listed(lab).sort(), lab.name);
    }
  });
});
