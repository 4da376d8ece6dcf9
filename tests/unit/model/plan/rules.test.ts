import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../../operations/paths";
import { shippedLabs } from "../../../../operations/topologies";
import { audit, ruleTexts } from "../../../../model/plan/audit";
import type { SiteFile } from "../../../../model/plan/site";
import { rules } from "../../../../model/plan/rules";
import { auditOfFiles, planOfFiles, siteFixtures } from "./sites";

const shown = ({ at }: { at: { file: string; line: number } }): string => `${at.file}:${at.line}`;

describe("rules over keepalived.conf files", () => {
  const fixtures = siteFixtures();

  for (const { rule, expected, bad, mended } of fixtures) {
    it(`${rule}: found at its place, and gone after the fix`, () => {
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

    it(`${rule}: its site has no other problem, and no error after the fix`, () => {
      const errors = auditOfFiles(mended).filter(({ severity }) => severity === "error");
      assert.deepEqual(
        errors.map(({ message }) => message),
        [],
      );
    });
  }

  it("find peers with the same list of one peer: the listed one sends only to itself", () => {
    const node = (priority: number): SiteFile => ({
      text: `vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority ${priority}\n unicast_peer {\n 192.0.2.12\n }\n virtual_ipaddress {\n 192.0.2.100\n }\n}\n`,
      isExecutable: false,
    });
    const found = auditOfFiles(
      new Map([
        ["lb1/keepalived.conf", node(100)],
        ["lb2/keepalived.conf", node(90)],
      ]),
    ).filter(({ severity }) => severity === "error");
    assert.deepEqual(
      found.map(({ rule, at }) => [rule, at.line]),
      [["unicast-peer-itself", 5]],
    );
  });

  it("have a fixture each", () => {
    const lacking = rules.filter(({ name }) => !fixtures.some(({ rule }) => rule === name));
    assert.deepEqual(
      lacking.map(({ name }) => name),
      [],
    );
  });

  it("have a unique name, a reason and a source", () => {
    assert.equal(new Set(ruleTexts.map(({ name }) => name)).size, ruleTexts.length);
    for (const { name, why, source, summary } of ruleTexts) assert.ok(why && source && summary, name);
  });

  it("find no error in the labs' configurations, and only intended findings", () => {
    const folder = inRoot("tests", "golden", "keepalived");
    const meant: Readonly<Record<string, readonly string[]>> = {
      "dr-two-networks": ["multicast-group-snooped"],
      "dr-two-networks-as-printed": ["masters-two", "multicast-group-snooped", "priorities-equal", "router-id-twice"],
      "dr-two-networks-strict": ["multicast-group-snooped"],
      "l7-master-low": ["master-below-backup"],
      "l7-nginx-as-printed": ["nopreempt-elsewhere"],
      "l7-nginx-vips": ["masters-two"],
    };
    for (const { name } of shippedLabs()) {
      const files = fs
        .readdirSync(folder)
        .filter((file) => path.basename(file, ".conf").replace(/\.[^.]*$/, "") === name);
      const machines = new Map(
        files.map((file) => [
          `${file.split(".").at(-2) ?? ""}/keepalived.conf`,
          { text: fs.readFileSync(path.join(folder, file), "utf8"), isExecutable: false },
        ]),
      );
      const bad = auditOfFiles(machines).filter(({ severity }) => severity !== "note");
      assert.deepEqual([...new Set(bad.map(({ rule }) => rule))].sort(), meant[name] ?? [], name);
    }
  });

  it("never show a password", () => {
    for (const { bad, mended } of fixtures)
      for (const files of [bad, mended]) {
        const plan = planOfFiles(files);
        assert.doesNotMatch(JSON.stringify([plan, audit(plan)]), /s3same|0ther/);
      }
  });
});
