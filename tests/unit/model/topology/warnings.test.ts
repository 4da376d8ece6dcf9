import * as assert from "node:assert/strict";
import { warningsOf } from "../../../../documents/load";
import { type Warning, warningText } from "../../../../model/topology/error";
import { RULES } from "../../../../model/topology/rules";
import { RULES_OF_PLAN } from "../../../../model/topology/rules/ofPlan";
import { fixture, fixtureNames, fixturePath } from "../../../fixtures";
import { findingsOf, findingText, severitiesOf, shippedLabs } from "../../../../operations/topologies";
import { hasAny } from "../../../../model/plan/audit";
import { warningsByName } from "./warned";

const warned = (name: string): readonly Warning[] => warningsOf(fixture(`warned-${name}`));

describe("warnings of a topology", () => {
  for (const [name, expected] of Object.entries(warningsByName))
    it(`names ${name}`, () => {
      assert.deepEqual(warned(name).map(warningText), expected);
    });

  it("has a case for every fixture, and a fixture for every case", () => {
    assert.deepEqual(fixtureNames("warned-"), Object.keys(warningsByName).sort());
  });

  it("are found in some fixture for every rule that only warns", () => {
    const found = new Set(fixtureNames("warned-").flatMap((name) => warned(name).map(({ rule }) => rule)));
    for (const { name, severity } of RULES) assert.ok(severity === "error" || found.has(name), name);
  });

  it("each has a reason, and a place in the file", () => {
    for (const one of fixtureNames("warned-").flatMap(warned)) {
      assert.match(one.reason, /\(\d\)|RFC \d|ipvs-sysctl|ip-sysctl|docs\/|LVS-HOWTO/, one.rule);
      assert.match(one.path, /^\w+/, one.rule);
    }
  });

  it("are all accepted in the labs of the checkout", () => {
    for (const topology of shippedLabs())
      for (const one of warningsOf(topology)) assert.notEqual(one.accepted, undefined, `${topology.name} ${one.rule}`);
  });

  it("have other names than problems", () => {
    const names = RULES.map(({ name }) => name);
    for (const { name } of RULES_OF_PLAN) assert.ok(!names.includes(name), name);
  });

  it("are printed by check, count by their severity, and do not count if they are accepted", () => {
    const [finding = assert.fail()] = findingsOf([fixturePath("warned-accepted")]);
    const [head = "", ...lines] = findingText(finding).split("\n");
    assert.match(head, /warned-accepted\.yaml: ok, 1 note$/);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("      why: ")),
      (warningsByName.accepted ?? []).map((line) => `  ${line}`),
    );
    const severities = severitiesOf(finding);
    assert.deepEqual(
      (["error", "warning", "note", "never"] as const).map((threshold) => hasAny(severities, threshold)),
      [false, false, true, false],
    );
    const [bad = assert.fail()] = findingsOf([fixturePath("invalid-port-zero")]);
    assert.ok(hasAny(severitiesOf(bad), "error"));
  });
});
