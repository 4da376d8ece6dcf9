import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { locked } from "../../../../operations/engine/locked";
import { tryRun } from "../../../../operations/run";
import { pause } from "../../../../operations/wait";

describe("a lock", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  const file = path.join(folder, "not", "yet", "there.lock");
  after(() => fs.rmSync(folder, { recursive: true }));

  it("lets one piece of work run at a time, and the next one after it, also after a failure", async () => {
    const did: string[] = [];
    const first = locked(file, async () => {
      did.push("first begins");
      await pause(0.3);
      did.push("first ends");
      throw new Error("why");
    });
    await pause(0.1);
    const second = locked(file, async () => did.push("second"));
    await assert.rejects(first, /why/);
    await second;
    assert.deepEqual(did, ["first begins", "first ends", "second"]);
  });

  it("names its file when the wait is over in vain", async () => {
    const held = tryRun(["flock", file, "sleep", "2"]);
    await pause(0.2);
    const waited = locked(file, async () => undefined, 0.2);
    await assert.rejects(waited, new RegExp(`^Error: another process has held the lock ${file} for more than 0.2 s$`));
    await held;
  });
});
