import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Lanes } from "../../../../operations/terminal/lanes";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";

describe("lanes", () => {
  it("each return their own result, also a lane that needs another one", async () => {
    const lanes = new Lanes();
    const one = lanes.begin("one", async () => 1);
    const two = lanes.begin("two", async () => (await one) + 1);
    await lanes.end();
    assert.deepEqual([await one, await two], [1, 2]);
  });

  it("end when all have ended, with the first one's error", async () => {
    const lanes = new Lanes();
    const seen: string[] = [];
    const late = lanes.begin("late", async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push("late");
      throw new Error("late");
    });
    lanes.begin("first", () => Promise.reject(new Error("first"))).catch(() => undefined);
    await assert.rejects(lanes.end(), /^Error: first$/);
    assert.deepEqual(seen, ["late"]);
    await assert.rejects(late);
  });

  const work = async (how: string) => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const result = await tryRun([process.execPath, "--require", tsx, path.join(__dirname, "laneWork.ts"), how, folder]);
    // The program that a signal ended may not have said yet that it has cleaned up.
    const left = async () => (await tryRun(["sh", "-c", `ps -eo args | grep -F '${folder}' | grep -v grep`])).stdout;
    for (let n = 0; n < 100 && (await left()) !== ""; n++) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await left(), "");
    fs.rmSync(folder, { recursive: true });
    return result;
  };

  it("print the phase of each line", async () => {
    const { stdout, stderr } = await work("well");
    assert.equal(stdout, "well\n");
    assert.match(stderr, /^\[1\/9\] slow\n/);
    assert.match(stderr, /^ {6}slow: begins$/m);
    assert.match(stderr, /^ {6}slow: line$/m);
    assert.match(stderr, /^\[2\/9\] other: done in [\d.]+ s$/m);
    assert.match(stderr, /^\[1\/9\] slow: done in [\d.]+ s\n$/m);
  });

  it("are ended with all that they started if one fails, and the error is reported once", async () => {
    const { stdout, stderr } = await work("badly");
    assert.match(stdout, /^Error: sh -c .*failed with exit code 3:\n {2}broken\n$/);
    assert.match(stderr, /^ {6}slow: put away$/m);
    assert.match(stderr, /^ {6}slow: begins more: 128, off its lane: 0$/m);
    assert.match(stderr, /^\[2\/9\] other: failed after [\d.]+ s$/m);
    assert.match(stderr, /^\[1\/9\] slow: ended after [\d.]+ s$/m);
  });

  it("are ended with all that they started by Ctrl-C", async () => {
    const { code, stdout } = await work("signal");
    assert.deepEqual([code, stdout], [130, ""]);
  });
});
