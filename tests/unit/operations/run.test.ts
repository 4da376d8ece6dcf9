import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { run, tryRun } from "../../../operations/run";
import { Temporary } from "../../../operations/temporary";

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

  it("runs in a named folder, else where the user is", async () => {
    const folder = new Temporary();
    try {
      const where = async (cwd?: string) => (await tryRun(["pwd", "-P"], cwd === undefined ? {} : { cwd })).stdout;
      assert.equal(await where(folder.path), `${fs.realpathSync(folder.path)}\n`);
      assert.equal(await where(), `${fs.realpathSync(process.cwd())}\n`);
    } finally {
      folder.remove();
    }
  });

  it("stops at its time limit and says so", async () => {
    const { code, stderr } = await tryRun(["sleep", "10"], { timeout: 0.1 });
    assert.equal(code, 128);
    assert.match(stderr, /did not end within 0\.1 s/);
  });

  it("shows the last lines of a program that failed", async () => {
    await assert.rejects(run(["sh", "-c", "echo why >&2; exit 4"]), /sh -c .* failed with exit code 4:\n {2}why/);
  });
});

describe("a signal that ends the command", () => {
  /** Runs drilling.ts in its own process group, as a terminal does, and signals the whole group when the program has begun. */
  const interrupted = (how: string, signals: readonly NodeJS.Signals[], wait = 0) =>
    new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
      const words = ["--require", tsx, path.join(__dirname, "drilling.ts"), how];
      const child = spawn(process.execPath, words, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
      const said = { stdout: "", stderr: "" };
      const left = [...signals];
      child.stdout.on("data", (chunk: Buffer) => (said.stdout += String(chunk)));
      child.stderr.on("data", (chunk: Buffer) => {
        said.stderr += String(chunk);
        // Send the first signal when something is changed, and the second some time after the reaction to the first.
        const signal = left.shift();
        if (signal !== undefined)
          setTimeout(() => process.kill(-(child.pid ?? 0), signal), left.length === signals.length - 1 ? 0 : wait);
      });
      child.on("close", (code) => resolve({ code, ...said }));
    });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`${signal} waits for what a drill puts back, with the programs that it needs`, async () => {
      const ended = await interrupted("drill", [signal]);
      assert.deepEqual([ended.code, ended.stdout], [code, "seen\nas it was\ntidied\n"]);
      assert.match(ended.stderr, /restoring the lab first/);
    });

    it(`${signal} ends everything else at once, in good order`, async () => {
      const ended = await interrupted("look", [signal]);
      assert.deepEqual([ended.code, ended.stdout], [code, "tidied\n"]);
    });
  }

  it("does not wait when the signal comes a second time", async () => {
    const ended = await interrupted("drill", ["SIGINT", "SIGINT"], 600);
    assert.deepEqual([ended.code, ended.stdout], [130, "tidied\n"]);
  });

  it("still waits when the second signal is only a copy of the first", async () => {
    const ended = await interrupted("drill", ["SIGTERM", "SIGTERM"]);
    assert.deepEqual([ended.code, ended.stdout], [143, "seen\nas it was\ntidied\n"]);
  });
});
