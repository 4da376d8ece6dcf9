import * as assert from "node:assert/strict";
import { run, tryRun } from "../../../cli/run";

describe("running programs", () => {
  it("keeps both streams and the exit code", async () => {
    assert.deepEqual(await tryRun(["sh", "-c", "cat; echo err >&2; exit 3"], { input: "in" }), {
      code: 3,
      stdout: "in",
      stderr: "err\n",
    });
  });

  it("keeps standard input open as long as a promise says", async () => {
    const later = new Promise<string>((resolve) => {
      setTimeout(() => resolve("in"), 50);
    });
    const { stdout } = await tryRun(["sh", "-c", "echo first; cat"], { input: later });
    assert.equal(stdout, "first\nin");
  });

  it("ends with 127 when there is no such program", async () => {
    assert.equal((await tryRun(["/no/such/program"])).code, 127);
  });

  it("stops at its time limit and says so", async () => {
    const { code, stderr } = await tryRun(["sleep", "10"], { timeout: 0.1 });
    assert.equal(code, 128);
    assert.match(stderr, /no end after 0\.1 s/);
  });

  it("tells the last words of a program that failed", async () => {
    await assert.rejects(run(["sh", "-c", "echo why >&2; exit 4"]), /sh -c .* failed with exit code 4:\n {2}why/);
  });
});
