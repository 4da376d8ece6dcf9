import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Session } from "../../../../operations/session/session";
import { coloured, plain, widthOf } from "../../../../operations/terminal/terminal";
import { type CheckResult, verify } from "../../../../operations/verify";
import { CHECKS } from "../../../../operations/verify/checks";
import { exitCode, resultLines, summaryLine } from "../../../../operations/verify/report";
import { lab } from "../../../fixtures";
import { outputsOf } from "./outputs";

const well: CheckResult = {
  id: "000-10",
  name: "one-down",
  title: "a real server that fails is taken out",
  ok: true,
  seconds: 24.13,
  seen: "web1 stopped",
  problems: [],
};
const failed: CheckResult = { ...well, name: "round-robin", ok: false, seconds: 3, problems: ["web1: a", "web2: b"] };

describe("what verify says", () => {
  it("is point, name, seconds and title, and below that what was seen", () => {
    assert.equal(
      resultLines(well, plain),
      "ok   000-10  one-down             24.1 s  a real server that fails is taken out\n             web1 stopped",
    );
  });

  it("has every problem of a failed check", () => {
    assert.equal(
      resultLines(failed, plain),
      "FAIL 000-10  round-robin           3.0 s  a real server that fails is taken out\n             web1: a\n             web2: b",
    );
  });

  it("prints a name once if a lab has no points, in the same columns", () => {
    const [line = ""] = resultLines({ ...well, id: "one-down" }, plain).split("\n");
    assert.equal(line, "ok   one-down                     24.1 s  a real server that fails is taken out");
    assert.equal(line.indexOf("24.1 s"), resultLines(well, plain).indexOf("24.1 s"));
  });

  it("has room for the name of nearly every check", () => {
    const long = CHECKS.filter(({ name }) => name.length > "real-servers-silent".length).map(({ name }) => name);
    assert.deepEqual(long.sort(), ["case-both-backup-nopreempt", "weighted-round-robin"]);
  });

  it("takes the same cells in colours", () => {
    for (const one of [well, failed]) {
      const lines = resultLines(one, coloured).split("\n").map(widthOf);
      assert.deepEqual(lines, resultLines(one, plain).split("\n").map(widthOf));
    }
  });

  it("ends with how many checks passed, which failed, and the seconds of the whole", () => {
    assert.equal(summaryLine({ seconds: 40, results: [well] }, plain), "1 of 1 checks passed in 40.0 s");
    const both = { seconds: 40.25, results: [well, failed, { ...failed, id: "addresses", name: "addresses" }] };
    assert.equal(summaryLine(both, plain), "1 of 3 checks passed in 40.3 s, failed: 000-10 round-robin, addresses");
    assert.deepEqual([exitCode({ seconds: 1, results: [well] }), exitCode(both)], [0, 1]);
  });
});

describe("how long a verification took", () => {
  // Stand-ins that take their time and reach nothing.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  const found = process.env.PATH;
  before(() => {
    for (const name of ["ssh", "nsenter"])
      fs.writeFileSync(path.join(folder, name), "#!/bin/sh\nsleep 0.3\nexit 255\n", { mode: 0o755 });
    process.env.PATH = `${folder}:${found}`;
  });
  after(() => {
    process.env.PATH = found;
    fs.rmSync(folder, { recursive: true });
  });

  it("is printed for every check and for the whole", async () => {
    const topology = lab("dr-keepalived");
    const session = new Session(outputsOf(topology), false);
    try {
      const { seconds, results } = await verify(session, { only: ["addresses", "arp"], settle: 0 });
      assert.deepEqual(
        results.map(({ name }) => name),
        ["addresses", "arp"],
      );
      for (const one of results) assert.ok(one.seconds >= 0.3, `${one.name}: ${one.seconds}`);
      assert.ok(seconds >= results.reduce((sum, one) => sum + one.seconds, 0) - 0.2, `${seconds}`);
    } finally {
      await session.close();
    }
  });
});
