import * as assert from "node:assert/strict";
import { audit, ruleTexts } from "../../../../model/plan/audit";
import { rules } from "../../../../model/plan/rules";
import { auditOfFiles, planOfFiles, siteFixtures } from "./sites";

const shown = ({ at }: { at: { file: string; line: number } }): string => `${at.file}:${at.line}`;

describe("rules over keepalived.conf files", () => {
  const fixtures = siteFixtures();

  for (const { rule, expected, bad, mended } of fixtures) {
    it(`${rule}: found in its place, and gone when it is mended`, () => {
      const found = auditOfFiles(bad).filter((finding) => finding.rule === rule);
      assert.ok(
        found.map(shown).includes(expected),
        `found in ${found.map(shown).join(", ")}, expected in ${expected}`,
      );
      assert.deepEqual(
        auditOfFiles(mended)
          .filter((finding) => finding.rule === rule)
          .map(({ message }) => message),
        [],
      );
    });

    it(`${rule}: its site is right but for it, and mended it has no error`, () => {
      const errors = auditOfFiles(mended).filter(({ severity }) => severity === "error");
      assert.deepEqual(
        errors.map(({ message }) => message),
        [],
      );
    });
  }

  it("have a fixture each", () => {
    const lacking = rules.filter(({ name }) => !fixtures.some(({ rule }) => rule === name));
    assert.deepEqual(
      lacking.map(({ name }) => name),
      [],
    );
  });

  it("have a name of their own, a reason and a source", () => {
    assert.equal(new Set(ruleTexts.map(({ name }) => name)).size, ruleTexts.length);
    for (const { name, why, source, summary } of ruleTexts) assert.ok(why && source && summary, name);
  });

  it("never show a password", () => {
    for (const { bad, mended } of fixtures)
      for (const files of [bad, mended]) {
        const plan = planOfFiles(files);
        assert.doesNotMatch(JSON.stringify([plan, audit(plan)]), /s3same|0ther/);
      }
  });
});
