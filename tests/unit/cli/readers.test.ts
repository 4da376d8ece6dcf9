import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { inRoot } from "../../../operations/paths";

/** Runs a verb whose output nobody reads. Standard error is read. */
function unread(words: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [inRoot("cli", "front", "index.cjs"), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stderr })));
}

describe("a verb whose reader has enough, as in `lab help | head -1`", function () {
  this.timeout(60_000);
  // The front itself prints the first two.
  for (const words of [["help"], ["completion", "bash"], ["graph", "labs/nat.yaml"], ["list"]])
    it(`${words.join(" ")} ends as by SIGPIPE, without a stack trace`, async () => {
      assert.deepEqual(await unread(words), { code: 141, stderr: "" });
    });

  it("goes on and keeps its own exit code if it is a verb that changes something", async () => {
    assert.deepEqual(await unread(["verify", "nat", "--list"]), { code: 0, stderr: "" });
  });
});
