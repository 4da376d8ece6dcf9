import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { deadFolders, inTemporary } from "../../../operations/temporary";

describe("a temporary folder", () => {
  it("is gone after the work, also after one that failed", async () => {
    let was = "";
    const work = inTemporary(async (folder) => {
      was = folder.path;
      fs.writeFileSync(folder.at("key"), "");
      throw new Error("why");
    });
    await assert.rejects(work, /why/);
    assert.match(path.basename(was), new RegExp(`^lvs-lab-${process.pid}-`));
    assert.ok(!fs.existsSync(was));
  });

  /** Another process that makes one, prints its path, and ends itself. */
  const made = (end: string): string => {
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const text = `const { Temporary } = require(${JSON.stringify(inRoot("operations", "temporary.ts"))});
      require("fs").writeSync(1, new Temporary().path); ${end}`;
    return spawnSync(process.execPath, ["--require", tsx, "--eval", text], { encoding: "utf8" }).stdout;
  };

  it("is removed with its process", () => {
    const folder = made("process.exit(130)");
    assert.ok(folder !== "" && !fs.existsSync(folder), folder);
  });

  it("is found when its process was killed", () => {
    const folder = made('process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 10000)');
    try {
      assert.ok(deadFolders().includes(path.basename(folder)), folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
