import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";
import { Folder } from "../../host/folder";
import { older } from "../../../../operations/engine/toolchain";

describe("versions", () => {
  const cases: readonly [string, string, boolean][] = [
    ["3.249.9", "3.250.0", true],
    ["3.250.0", "3.250.0", false],
    ["3.250.1", "3.250.0", false],
    ["4.0.0", "3.250.0", false],
    ["3.9.0", "3.250.0", true],
    ["3.251.0-alpha.1", "3.250.0", false],
  ];
  for (const [a, b, expected] of cases) {
    it(`${a} is ${expected ? "" : "not "}older than ${b}`, () => assert.equal(older(a, b), expected));
  }
});

describe("the official download", () => {
  let folder: Folder;
  const home = "toolchain/official-3.250.0";
  beforeEach(() => {
    // This PATH has neither Pulumi, Go nor bash: nothing is installed, and nothing was built.
    folder = new Folder();
    folder.link("sleep", "mkdir", "rm", "touch", "chmod", "cat", "sh", "flock");
    folder.script("curl", `echo "$@" >>${folder.at("asked")}; while [[ $1 != -o ]]; do shift; done; touch "$2"`);
  });
  afterEach(() => folder.remove());

  const find = () => {
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    const text = `require("${inRoot("operations", "engine", "toolchain.ts")}").toolchain().then((one) => console.log(JSON.stringify(one)));`;
    return tryRun([process.execPath, "--require", tsx, "--eval", text], {
      env: { PATH: folder.path, LVS_LAB_CACHE: folder.at("cache"), LVS_LAB_STATE: folder.at("state") },
    });
  };

  it("is complete for each of two first commands at once, and for a third one", async () => {
    // The release prints its version, and its plugins after they have been installed into its own home.
    const pulumi = `#!/bin/bash
case "$*" in
  version) echo v3.250.0 ;;
  "plugin ls --json") echo "[$(cat "$PULUMI_HOME/plugins.json")]" ;;
  *command*) sleep 0.3; echo '{"name":"command","version":"1.2.1"}' >"$PULUMI_HOME/plugins.json" ;;
  *libvirt*) sleep 0.3; echo ',{"name":"libvirt","version":"0.5.4"}' >>"$PULUMI_HOME/plugins.json" ;;
esac`;
    fs.writeFileSync(folder.at("release"), pulumi);
    const release = folder.at("release");
    folder.script("tar", `mkdir "$4/pulumi" && cat ${release} >"$4/pulumi/pulumi" && chmod +x "$4/pulumi/pulumi"`);
    const expected = {
      pulumi: folder.at("cache", home, "pulumi", "pulumi"),
      home: folder.at("cache", home),
      dialsLate: false,
    };
    for (const { stdout, stderr } of [...(await Promise.all([find(), find()])), await find()])
      assert.deepEqual(JSON.parse(stdout || `"${stderr}"`), expected);
    assert.deepEqual(fs.readdirSync(folder.at("cache", "toolchain")), ["official-3.250.0", "official-3.250.0.lock"]);
    const asked = fs.readFileSync(folder.at("asked"), "utf8").trimEnd().split("\n");
    assert.equal(asked.length, 2);
    for (const words of asked) assert.match(words, /--connect-timeout 20 --speed-limit \d+ --speed-time 20 /);
  });

  it("leaves nothing behind if it cannot be reached", async () => {
    folder.script("curl", "exit 6");
    const { code, stderr } = await find();
    assert.notEqual(code, 0);
    assert.match(stderr, /the official download cannot be reached: building from toolchain\//);
    assert.deepEqual(fs.readdirSync(folder.at("cache", "toolchain")), []);
  });
});
