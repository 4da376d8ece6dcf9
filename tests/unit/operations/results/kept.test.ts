import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { DrillRun } from "../../../../operations/drills/course";
import { MOST_RUNS, Results } from "../../../../operations/results/kept";
import { checkFile } from "../../../../operations/results/file";
import { recorded, verified } from "./examples";

describe("kept results", () => {
  const parent = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  after(() => fs.rmSync(parent, { recursive: true }));
  const lab = { lab: "dr-keepalived", topology: "{}" };
  const [run = assert.fail()] = recorded.runs;
  /** A run of that drill at a minute. */
  const at = (minute: number, drill = run.drill): DrillRun => ({
    ...run,
    drill,
    at: `2026-11-28T05:${String(minute).padStart(2, "0")}:00.000Z`,
  });
  let folder: string;
  let results: Results;
  let count = 0;
  beforeEach(() => {
    folder = path.join(parent, `${++count}`);
    results = new Results(folder);
  });

  it("are nothing before there are any", () => assert.deepEqual(results.read(), { checks: [], runs: [], unread: [] }));

  it("come back as they were", () => {
    results.keepVerified(lab, verified);
    results.keepRun(lab, run);
    const read = results.read();
    assert.deepEqual(read.lab, lab);
    for (const one of verified.results)
      assert.deepEqual(
        read.checks.find(({ name }) => name === one.name),
        { ...one, at: read.checks[0]?.at },
      );
    assert.deepEqual(read.runs, [run]);
    assert.deepEqual(read.unread, []);
    for (const one of read.checks) assert.ok(!Number.isNaN(Date.parse(one.at)), one.at);
  });

  it("are files that their owner alone may read", () => {
    results.keepVerified(lab, verified);
    results.keepRun(lab, run);
    for (const file of fs.readdirSync(folder, { recursive: true }).map(String)) {
      const { mode } = fs.statSync(path.join(folder, file));
      assert.equal(mode & 0o077, 0, file);
    }
  });

  it("keep the last results of checks that did not run again", () => {
    results.keepVerified(lab, verified);
    const [first = assert.fail(), second = assert.fail()] = verified.results;
    results.keepVerified(lab, { seconds: 1, results: [{ ...second, ok: true }] });
    const read = results.read().checks;
    assert.equal(read.length, verified.results.length);
    assert.equal(read.find(({ name }) => name === second.name)?.ok, true);
    assert.equal(read.find(({ name }) => name === first.name)?.seconds, first.seconds);
  });

  it("have the last runs of each drill alone", () => {
    results.keepRun(lab, at(0, "drain"));
    for (let minute = 1; minute <= MOST_RUNS + 2; minute++) results.keepRun(lab, at(minute));
    const minutes = results.read().runs.map(({ drill, at: when }) => `${drill} ${Number(when.slice(14, 16))}`);
    const last = Array.from({ length: MOST_RUNS }, (_, n) => `${run.drill} ${n + 3}`);
    assert.deepEqual(minutes, ["drain 0", ...last]);
  });

  it("are dropped once the lab is another one", () => {
    results.keepVerified(lab, verified);
    results.keepRun({ ...lab, topology: '{"other":1}' }, run);
    const read = results.read();
    assert.deepEqual([read.lab?.topology, read.checks.length, read.runs.length], ['{"other":1}', 0, 1]);
  });

  it("of another version, or damaged ones, are named and not read", () => {
    results.keepVerified(lab, verified);
    results.keepRun(lab, run);
    const checks = path.join(folder, "checks.json");
    fs.writeFileSync(checks, fs.readFileSync(checks, "utf8").replace('"version":1', '"version":2'));
    const [name = ""] = fs.readdirSync(path.join(folder, "drills"));
    fs.truncateSync(path.join(folder, "drills", name), 100);
    const { checks: read, runs, unread } = results.read();
    assert.deepEqual([read, runs], [[], []]);
    assert.deepEqual(unread.map((file) => path.basename(file)).sort(), ["checks.json", name].sort());
  });

  it("that cannot be written are said to be lost, and the results stay", () => {
    const said: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0;
    try {
      fs.writeFileSync(folder, "a file where the folder should be");
      new Results(path.join(folder, "results")).keepVerified(lab, verified);
    } finally {
      process.stderr.write = write;
    }
    assert.match(said.join(""), /^lab: results are not kept: .*\n$/);
  });

  it("are forgotten as a whole", () => {
    results.keepVerified(lab, verified);
    results.forget();
    assert.ok(!fs.existsSync(folder));
  });

  it("that are recorded in tests/fixtures hold no secret", () => {
    assert.deepEqual(recorded.unread, []);
    assert.doesNotMatch(JSON.stringify(recorded), /auth_?pass|PRIVATE KEY/i);
  });
});

describe("a file for results", () => {
  it("is refused where it cannot be written", () => {
    assert.throws(() => checkFile("--junit", os.tmpdir()), /--junit: got .*, which is a folder, need a file/);
    assert.throws(
      () => checkFile("--junit", "/no/such/a.xml"),
      /need a file in a folder that exists: \/no\/such does not/,
    );
    checkFile("--junit", undefined);
    checkFile("--junit", path.join(os.tmpdir(), "a.xml"));
  });
});
