import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readInput } from "../../../../operations/audit/input";
import {
  type AuditReport,
  reportAnnotations,
  reportJson,
  reportMarkdown,
  reportText,
} from "../../../../operations/audit/report";
import { reportSarif } from "../../../../operations/audit/sarif";
import { audit } from "../../../../model/plan/audit";
import { planOf } from "../../../../model/plan/site";
import { NOTHING } from "../../../../model/plan/siteFile";

const reportOf = (text: string, name = "lb1"): AuditReport => {
  const main = `${name}/keepalived.conf`;
  const plan = planOf([{ name, main, files: new Map([[main, { text, isExecutable: false }]]) }], NOTHING);
  return { plan, findings: audit(plan) };
};

describe("lab audit and files of any kind", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, bytes: string | Buffer): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytes);
    return file;
  };

  it("shows a hundred findings and says how many more there are; JSON and SARIF have all", () => {
    const report = reportOf("foo bar\n".repeat(130));
    const shown = reportText(report);
    assert.equal(shown.match(/unknown-word/g)?.length, 100);
    assert.match(shown, /^… and 30 more: --json and --sarif have all$/m);
    assert.match(shown, /130 errors/);
    assert.equal(reportMarkdown(report).match(/unknown-word/g)?.length, 100);
    assert.match(reportMarkdown(report), /\n\n… and 30 more\n/);
    assert.equal((JSON.parse(reportJson(report)) as { findings: unknown[] }).findings.length, 130);
    assert.equal((JSON.parse(reportSarif(report)) as { runs: { results: unknown[] }[] }).runs[0]?.results.length, 130);
    assert.equal(reportAnnotations(report).split("\n").length, 130);
    assert.doesNotMatch(reportText(reportOf("foo bar\n".repeat(100))), /more/);
  });

  it("shows ten places of a finding and says how many more there are", () => {
    const instances = Array.from(
      { length: 15 },
      (_, index) =>
        `vrrp_instance V${index} {\n  interface eth0\n  virtual_router_id ${index + 1}\n  priority 90\n  virtual_ipaddress {\n    192.0.2.${index + 1}\n  }\n}\n`,
    );
    const [, places = ""] = /garp-once.*\n +see: +(.*)/.exec(reportText(reportOf(instances.join("")))) ?? [];
    assert.equal(places.split(", ").length, 11);
    assert.match(places, /, … and 4 more$/);
  });

  for (const [title, text] of [
    ["blocks in blocks", "a {\n".repeat(20_000) + "}\n".repeat(20_000)],
    ["blocks in blocks on one line each", "a { b\n".repeat(20_000)],
    ["blocks of lines in lines", `vrrp_instance x {\nvirtual_ipaddress {\n${"1 {\n".repeat(20_000)}`],
  ] as const)
    it(`stops at a depth that no configuration has: ${title}`, () => {
      const { findings } = reportOf(text);
      assert.ok(findings.length < 20, String(findings.length));
      assert.equal(findings.filter(({ message }) => /more than 32 blocks are open here/.test(message)).length, 1);
    });

  it("reads 32 nested blocks, and what comes after them", () => {
    const { findings } = reportOf(`${"a {\n".repeat(32)}${"}\n".repeat(32)}foo\n`);
    assert.deepEqual(
      findings.map(({ message }) => message.split(" ")[0]),
      ["a", "foo"],
    );
  });

  it("reads a file that only looks like another at first", () => {
    for (const text of ["#! Configuration File for keepalived\n", "include conf.d/*.conf\n", "! nothing yet\n", ""])
      assert.equal(readInput([write("lb1/keepalived.conf", text)]).machines.length, 1);
  });

  it("accepts findings in all blocks", () => {
    const { findings } = reportOf("foo {\n  # lvs-lab: accept unknown-word because of a patch\n}\n".repeat(3000));
    assert.equal(findings.filter(({ accepted }) => accepted === "of a patch").length, 3000);
  });

  it("refuses a file that is too large, binary, UTF-16, of another program or not a file, each with one error", () => {
    const conf = "vrrp_instance V {\n}\n";
    for (const [bytes, problem] of [
      [`#${"x".repeat(4 * 1024 * 1024)}\n`, /got a file of 5 MiB \(at most 4 are read\), need a keepalived.conf$/],
      [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]), /got a binary file, need a keepalived.conf$/],
      [Buffer.from(`\ufeff${conf}`, "utf16le"), /got UTF-16 \(`iconv -f UTF-16 -t UTF-8` mends it\)/],
      [Buffer.from(`\ufeff${conf}`, "utf16le").swap16(), /got UTF-16/],
      [Buffer.from(conf, "utf16le"), /got UTF-16/],
      ["segments: {}\nnodes: {}\n", /got a topology file \(`lab check \S+` checks it\), need a keepalived.conf$/],
      ["defaults\n  mode http\nfrontend web\n", /got an haproxy.cfg, need a keepalived.conf$/],
      ["#!/bin/sh\nexit 0\n", /got a script, need a keepalived.conf$/],
    ] as const) {
      const file = write("lb1/keepalived.conf", bytes);
      for (const word of [file, folder, `a=${file}`])
        assert.throws(
          () => readInput([word]),
          (error: Error) => problem.test(error.message) && !/\n/.test(error.message),
        );
    }
    fs.rmSync(path.join(folder, "lb1"), { recursive: true });
    fs.mkdirSync(path.join(folder, "lb1/keepalived.conf"), { recursive: true });
    assert.throws(
      () => readInput([folder]),
      /^[^\n]*keepalived.conf: got something that is not a file, need a keepalived.conf$/,
    );
    assert.throws(() => readInput(["/dev/zero"]), /got \/dev\/zero \(a pipe, socket or device\), need a folder/);
    assert.throws(
      () => readInput(["a=/dev/zero"]),
      /got \/dev\/zero \(a pipe, socket or device\) for a, need the path/,
    );
  });

  it("reports an included binary file, and reads on", () => {
    write("lb1/keepalived.conf", "include more.conf\nfoo\n");
    write("lb1/more.conf", Buffer.from([0x66, 0, 0x66]));
    const { machines, facts } = readInput([folder]);
    const found = audit(planOf(machines, facts)).map(({ message }) => message);
    assert.ok(found.some((message) => message.includes("more.conf cannot be read")));
    assert.ok(found.some((message) => message.startsWith("foo is not understood")));
  });

  it("prints no control character anywhere", () => {
    const report = reportOf("vr\u001b[31mrp\u0007 x\n\u009bword `|` <b>\n", "l\u001bb|`1");
    for (const shown of [reportText, reportMarkdown, reportAnnotations, reportJson, reportSarif])
      assert.doesNotMatch(shown(report), /(?!\n)\p{Cc}/u, shown.name);
    assert.match(reportMarkdown(report), /`l\\u\{1b\}b\\\|'1\/keepalived\.conf:1`/);
  });
});
