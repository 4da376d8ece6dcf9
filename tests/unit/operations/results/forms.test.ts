import * as assert from "node:assert/strict";
import { readXml } from "../../../../components/platform/libvirt/xml";
import { junitText } from "../../../../operations/results/junit";
import { markdownText } from "../../../../operations/results/markdown";
import type { Suite } from "../../../../operations/results/suite";
import { golden } from "../../../golden";
import { suites } from "./examples";

/** What readers of JUnit XML want of a document: the form that Jenkins' schema and GitLab's documentation have in common. */
function complaints(text: string): string[] {
  const [root, second] = readXml(text).all("testsuites");
  if (root === undefined || second !== undefined) return ["no single root <testsuites>"];
  const number = (value: string | undefined): boolean => value !== undefined && /^\d+(\.\d+)?$/.test(value);
  const all = root.all("testsuite");
  return all.flatMap((suite) => {
    const cases = suite.all("testcase");
    const failures = cases.filter((one) => one.all("failure").length > 0).length;
    const counted = (name: string, want: number) =>
      suite.attribute(name) === String(want) ? [] : [`${name} is ${suite.attribute(name)}, there are ${want}`];
    return [
      ...(suite.attribute("name") ? [] : ["a suite without a name"]),
      ...(number(suite.attribute("time")) ? [] : ["a suite without a time"]),
      ...(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(suite.attribute("timestamp") ?? "") ? [] : ["a wrong timestamp"]),
      ...counted("tests", cases.length),
      ...counted("failures", failures),
      ...counted("errors", 0),
      ...counted("skipped", 0),
      ...cases.flatMap((one) => [
        ...(one.attribute("name") && one.attribute("classname") ? [] : ["a case without name or class name"]),
        ...(number(one.attribute("time")) ? [] : ["a case without a time"]),
        ...(one.all("failure").every((failure) => failure.attribute("message") && failure.attribute("type"))
          ? []
          : ["a failure without message or type"]),
      ]),
    ];
  });
}

/** Characters that XML 1.0 allows (section 2.2). */
const ALLOWED = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

for (const [name, suite] of Object.entries(suites))
  describe(`the results of ${name}`, () => {
    it("are JUnit XML as golden text", () => golden(`results/${name}.xml`, junitText(suite)));
    it("are Markdown as golden text", () => golden(`results/${name}.md`, `${markdownText(suite)}\n`));
    it("are JUnit XML that CI systems read", () => {
      const text = junitText(suite);
      assert.deepEqual(complaints(text), []);
      assert.match(text, ALLOWED);
      const [root] = readXml(text).all("testsuites", "testsuite");
      const names = root?.all("testcase").map((one) => one.attribute("name"));
      assert.deepEqual(
        names,
        suite.cases.map((one) => one.name),
      );
    });
  });

describe("JUnit XML", () => {
  const [suite = assert.fail()] = Object.values(suites);

  it("has every problem of a failed case, and what a case saw", () => {
    const [first, second] = readXml(junitText(suite)).all("testsuites", "testsuite", "testcase");
    assert.equal(first?.all("failure").length, 0);
    assert.match(first?.text("system-out") ?? "", /is taken out\nweb1 stopped/);
    assert.match(second?.text("failure") ?? "", /eth0 is .*\nweb2: a bell \\u\{7\}/);
  });

  it("would be refused with a wrong count, time or name", () => {
    const text = junitText(suite);
    assert.deepEqual(
      complaints(
        text.replace(
          ' failures="1" errors="0" time="40.250" skipped',
          ' failures="0" errors="0" time="40.250" skipped',
        ),
      ),
      ["failures is 0, there are 1"],
    );
    assert.deepEqual(complaints(text.replace('time="24.130"', 'time="24,13"')), ["a case without a time"]);
    assert.deepEqual(complaints(text.replace("T04:40:00", "T04:40:00Z")), ["a wrong timestamp"]);
    assert.deepEqual(complaints(text.replaceAll("testsuites", "suites")), ["no single root <testsuites>"]);
  });

  it("has no character that XML cannot hold", () => {
    const text = junitText({ ...suite, command: "verify \ud800\uffff\u0007" });
    assert.match(text, ALLOWED);
    assert.match(text, /name="lab verify \uFFFD\uFFFD\\u\{7\}"/);
  });

  it("is well-formed without a case", () => {
    const empty: Suite = { ...suite, cases: [] };
    assert.deepEqual(complaints(junitText(empty)), []);
  });
});

describe("Markdown of results", () => {
  it("has no cell that breaks its table", () => {
    for (const suite of Object.values(suites)) {
      const rows = markdownText(suite)
        .split("\n")
        .filter((line) => line.startsWith("| ") && !line.includes("---"));
      const cells = (line: string): number => line.replaceAll("\\|", "").split("|").length;
      for (const row of rows) assert.ok([6 + 1, 5 + 2].includes(cells(row)), row);
    }
  });
});
