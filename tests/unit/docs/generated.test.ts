import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { withBlocks } from "../../../docs/generator/block";
import { generated } from "../../../docs/generator";
import { inRoot } from "../../../operations/paths";
import { shippedLabs } from "../../../operations/topologies";
import { isWalked } from "../../../docs/generator/labs";
import type { Topology } from "../../../model/topology/topology";

describe("generated pages and pictures", () => {
  it("match their sources", () => {
    for (const [file, text] of generated()) {
      assert.ok(fs.existsSync(inRoot(file)), `${file} is missing: npm run docs`);
      // The whole text is not compared, because a picture's difference would fill the terminal.
      assert.ok(fs.readFileSync(inRoot(file), "utf8") === text, `${file} is not what its source says: npm run docs`);
    }
  });

  it("exist for every lab, and for nothing else", () => {
    const labs = shippedLabs();
    const names = (topologies: readonly Topology[]): string[] => topologies.map(({ name }) => name).sort();
    const beside = (folder: string, end: string): string[] =>
      fs
        .readdirSync(inRoot(folder))
        .filter((file) => file.endsWith(end) && file !== "README.md")
        .map((file) => file.slice(0, -end.length));
    assert.deepEqual(beside("docs/labs", ".md").sort(), names(labs));
    assert.deepEqual(beside("docs", ".svg").sort(), names(labs));
    assert.deepEqual(beside("docs/walk", ".svg").sort(), names(labs.filter(isWalked)));
  });

  it("are complete: no page still has the questions of a new one", () => {
    for (const { name } of shippedLabs())
      assert.doesNotMatch(fs.readFileSync(inRoot("docs", "labs", `${name}.md`), "utf8"), /^Write here /m, name);
  });

  it("replace only marked parts of a page", () => {
    const page = "a\n<!-- generated: x (npm run docs) -->\nold\n<!-- end of generated -->\nb\n";
    assert.equal(
      withBlocks("p.md", page, { x: "new" }),
      "a\n<!-- generated: x (npm run docs) -->\n\nnew\n\n<!-- end of generated -->\nb\n",
    );
    assert.throws(() => withBlocks("p.md", page, { y: "new" }), /p\.md: has no part <!-- generated: y/);
  });
});
