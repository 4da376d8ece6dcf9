import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { erratumText, mistakesOf } from "../../../model/topology/errata";
import { DOCUMENTS, errataOf } from "../../../documents";
import { ConfigError, type Problem } from "../../../model/topology/error";
import { parseTopology } from "../../../documents/load";
import { shippedLabs } from "../../../operations/topologies";
import { CHECKS } from "../../../operations/verify/checks";
import type { Topology } from "../../../model/topology/topology";
import { fixture, fixturePath, labsFolder } from "../../fixtures";

const errata = DOCUMENTS.flatMap(({ id }) => mistakesOf(DOCUMENTS, id));

const names = ["as-printed-000", "as-printed-001", "as-printed-001-weight", "as-printed-003", "as-printed-004"];
const read = (name: string) => parse(fs.readFileSync(fixturePath(name), "utf8")) as object;
const problems = (input: object): readonly Problem[] => {
  try {
    parseTopology(input, "test");
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};
const labs = shippedLabs().filter(({ form }) => form === "as-printed");
const ids = (topology: Topology) => errataOf(topology).map(({ id }) => id);

describe("the documents' mistakes", () => {
  it("each occur in a lab or in an as-printed file", () => {
    const built = [...labs, ...names.map(fixture)].flatMap(ids);
    assert.deepEqual(new Set(built), new Set(errata.map(({ id }) => id)));
    for (const lab of labs)
      assert.ok(
        errataOf(lab).every(({ refused, shownBy }) => refused === undefined && shownBy.length > 0),
        lab.name,
      );
  });

  it("are either refused by the daemon or shown by existing checks", () => {
    for (const { id, document, refused, shownBy } of errata) {
      assert.ok(id.startsWith(`${document}-`));
      assert.equal(refused === undefined, shownBy.length > 0, id);
      for (const name of shownBy)
        assert.ok(
          CHECKS.some((check) => check.name === name),
          `${id}: ${name}`,
        );
    }
  });

  it("have a line each, with the document, its words and the reason", () => {
    for (const one of errata) {
      const text = erratumText(one);
      assert.ok(
        text.startsWith(`document ${one.document} as printed: ${one.words}: ${one.wrong}. `) && text.endsWith("."),
      );
      assert.doesNotMatch(text, /\n/);
    }
  });

  for (const name of names) {
    it(`${name}: refused in the corrected form, and in another document's`, () => {
      const { form: _, ...corrected } = read(name) as { form: string };
      const rules = errataOf(fixture(name)).flatMap(({ breaks }) =>
        breaks.flatMap(({ find }) => find(fixture(name), DOCUMENTS)),
      );
      assert.deepEqual(
        problems(corrected)
          .map(({ path }) => path)
          .sort(),
        rules.map(({ path }) => path).sort(),
      );
      const foreign = problems({ ...corrected, form: "as-printed", document: "002" });
      assert.deepEqual(foreign.map(({ path }) => path).sort(), [...rules.map(({ path }) => path), "form"].sort());
    });
  }

  it("allow nothing else: a case may be contradicted only in nopreempt", () => {
    const text = fs.readFileSync(path.join(labsFolder, "l7-nginx-as-printed.yaml"), "utf8");
    const changed = text.replace("nopreempt: false", "nopreempt: false, state: MASTER");
    assert.notEqual(changed, text);
    assert.deepEqual(
      problems(parse(changed) as object).map(({ path: at }) => at),
      ["nodes.lb01.vrrp.state"],
    );
  });
});
