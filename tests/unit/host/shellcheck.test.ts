import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";

/** Shell scripts of the checkout, found by their first line; files that git ignores are left out. */
const scripts = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: inRoot(),
  encoding: "utf8",
})
  .split("\0")
  .filter((file) => file !== "" && fs.statSync(inRoot(file), { throwIfNoEntry: false })?.isFile())
  .map((file) => ({ file, text: fs.readFileSync(inRoot(file), "utf8") }))
  .filter(({ text }) => /^#!\/(usr\/bin\/env |bin\/)(ba)?sh\b/.test(text));

describe("shell scripts", () => {
  it("are found", () => {
    const names = scripts.map(({ file }) => file);
    for (const file of ["host/packages", "host/libvirtd", "host/accelerator", "host/bin/pulumi", "scripts/lab"]) {
      assert.ok(names.includes(file), `${file} is not among ${names.join(", ")}`);
    }
  });

  for (const { file, text } of scripts) {
    it(`${file} passes shellcheck`, () => {
      const { status, stdout, error } = spawnSync("shellcheck", ["--external-sources", file], {
        cwd: inRoot(),
        encoding: "utf8",
      });
      assert.equal(status, 0, error?.message ?? stdout);
    });

    if (!text.startsWith("#!/usr/bin/env bash")) continue;
    it(`${file} is in strict mode`, () => {
      assert.match(text, /^set -o errexit -o nounset -o pipefail$/m);
    });
  }
});
