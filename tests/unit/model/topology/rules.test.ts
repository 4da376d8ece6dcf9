import * as assert from "node:assert/strict";
import { DOCUMENTS } from "../../../../documents";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { derive } from "../../../../model/topology/derive";
import type { WrittenTopology } from "../../../../model/topology/written";
import { ConfigError, problemText } from "../../../../model/topology/error";
import { loadTopology } from "../../../../documents/load";
import { readOwn } from "../../../../model/topology/own/read";
import { RULES } from "../../../../model/topology/rules";
import { validateTopology } from "../../../../model/topology/validate";
import type { Topology } from "../../../../model/topology/topology";
import { fixtureNames, fixturePath } from "../../../fixtures";
import { problemsByRule } from "./problems";

/** The error of loading a file. */
function refusal(file: string): ConfigError {
  try {
    loadTopology(file);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${file} was accepted` });
}

describe("rules of a topology", () => {
  for (const [rule, expected] of Object.entries(problemsByRule)) {
    it(`refuses ${rule}`, () => {
      assert.deepEqual(refusal(fixturePath(`invalid-${rule}`)).problems.map(problemText), expected);
    });
  }

  it("has a case for every fixture, and a fixture for every case", () => {
    assert.deepEqual(fixtureNames("invalid-"), Object.keys(problemsByRule).sort());
    assert.ok(fixtureNames("invalid-").length >= 30);
  });

  it("states every problem as path, what the file has, what is needed", () => {
    for (const text of Object.values(problemsByRule).flat()) assert.match(text, /^\S.*: got .+, need .+$/);
  });

  it("breaks every rule in some fixture, and none in valid ones", () => {
    const topologies = (kind: "valid-" | "warned-" | "invalid-") =>
      fixtureNames(kind)
        .filter(
          (name) => !["empty", "name-twice", "section-missing", "syntax", "unknown-key", "page-missing"].includes(name),
        )
        .map((name) => {
          const { data } = validateTopology(parse(fs.readFileSync(fixturePath(`${kind}${name}`), "utf8")));
          const written = data as WrittenTopology;
          const { own } = readOwn(written, path.dirname(fixturePath(`${kind}${name}`)));
          return derive(written, DOCUMENTS, own) as Topology;
        });
    const good = topologies("valid-");
    const bad = [...topologies("warned-"), ...topologies("invalid-")];
    for (const { name, severity, find } of RULES) {
      assert.ok(
        bad.some((topology) => find(topology, DOCUMENTS).length > 0),
        `${name} was never broken`,
      );
      // A fixture of words may have a warning.
      if (severity === "error")
        assert.deepEqual(
          good.flatMap((topology) => find(topology, DOCUMENTS)),
          [],
          name,
        );
    }
  });

  it("lists all problems of a file in one message, the file first", () => {
    const file = fixturePath("invalid-several");
    const { message, name, source } = refusal(file);
    assert.equal(name, "ConfigError");
    assert.equal(source, file);
    const lines = message.split("\n");
    assert.equal(lines[0], `${file}: 6 problems`);
    assert.deepEqual(
      lines.slice(1).filter((line) => !line.startsWith("      why: ")),
      problemsByRule.several?.map((line) => `  ${line}`),
    );
  });

  it("prints the reason of a rule below its problem", () => {
    const { message, problems } = refusal(fixturePath("invalid-nopreempt-master"));
    const [problem = assert.fail()] = problems;
    assert.ok(problem.reason?.startsWith("keepalived.conf(5)"));
    assert.ok(message.endsWith(`  ${problemText(problem)}\n      why: ${problem.reason}`));
    for (const { name, reason } of RULES)
      assert.match(reason, /^(00[0-4]|RFC \d|\w[\w.-]*\(\d\)|docs\/\w|haproxy)/, name);
  });

  it("says what each rule requires", () => {
    for (const { name, summary } of RULES) assert.match(summary, /^[\w`].*\.$/, name);
  });

  it("prints the reason of a hint, if it has one", () => {
    const reasons = (rule: string) =>
      refusal(fixturePath(`invalid-${rule}`)).problems.map(({ reason }) => reason ?? "");
    const [fnat = "", fullNat = "", masq] = reasons("forwarding-spelt");
    assert.match(fnat, /^003: FULLNAT .*; ipvsadm\(8\)/);
    assert.deepEqual([fullNat, masq], [fnat, ""]);
    const [interval = "", id = "", weight] = reasons("vrrp-part-shared");
    assert.match(interval, /^RFC 3768 7\.1/);
    assert.deepEqual([id, weight], [interval, ""]);
  });

  it("counts one problem as one", () => {
    assert.match(refusal(fixturePath("invalid-port-zero")).message, /: 1 problem\n/);
  });

  it("never shows a password", () => {
    assert.doesNotMatch(refusal(fixturePath("invalid-auth-pass-long")).message, /123456789/);
  });

  it("reports a file that cannot be read", () => {
    const { problems } = refusal(fixturePath("no-such-file"));
    assert.deepEqual(problems.map(problemText), ["file: got ENOENT, need a topology file that can be read"]);
  });

  for (const [file, got] of [
    ["/", "a folder"],
    ["/dev/zero", "something that is not a regular file"],
  ] as const)
    it(`reports ${file} as ${got}, and does not read it`, () => {
      const { problems } = refusal(file);
      assert.deepEqual(problems.map(problemText), [`file: got ${got}, need a topology file that can be read`]);
    });
});
