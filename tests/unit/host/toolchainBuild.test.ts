import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

describe("toolchain/build", () => {
  const build = inRoot("toolchain", "build");
  const programs = ["nodejs", "command"];
  let folder: Folder;
  beforeEach(() => {
    // What the script itself needs. Tests with a Go put it there.
    folder = new Folder();
    folder.link(
      "awk",
      "basename",
      "chmod",
      "cut",
      "dirname",
      "find",
      "flock",
      "head",
      "ln",
      "mkdir",
      "mktemp",
      "mv",
      "paste",
    );
    folder.link("rm", "sed", "sha256sum", "sort", "tail", "uname", "xargs");
  });
  afterEach(() => folder.remove());
  const run = (...words: string[]) => bash(build, words, { PATH: folder.path });
  /** A compiler of some version, which writes the file that it is told to. */
  const go = (version: string) =>
    folder.script(
      "go",
      `[[ $1 != env ]] || { echo ${version}; exit; }\nwhile [[ $1 != -o ]]; do shift; done; : >"$2"; chmod +x "$2"`,
    );
  const needsGo = "toolchain: Go is missing on PATH: install Go 1.26 or newer (https://go.dev/doc/install)\n";

  it("needs Go to build, but not afterwards", async () => {
    const cache = folder.at("cache");
    assert.deepEqual(await run(cache, ...programs), { code: 1, stdout: "", stderr: needsGo });
    go("go1.26.0");
    const first = await run(cache, ...programs);
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stderr,
      /^toolchain: building nodejs \(1 of 2\).*\ntoolchain: nodejs: built in \d+ s\ntoolchain: building/,
    );
    assert.ok(fs.existsSync(`${first.stdout.trim()}/bin/pulumi-language-nodejs`));
    fs.rmSync(folder.at("go"));
    for (const words of [[cache], ["--cached", cache]])
      assert.deepEqual(await run(...words, ...programs), { code: 0, stdout: first.stdout, stderr: "" });
    // Another Go is no reason to build again.
    go("go1.99.0");
    assert.deepEqual(await run(cache, ...programs), { code: 0, stdout: first.stdout, stderr: "" });
    assert.deepEqual(await run("--cached", cache), { code: 1, stdout: "", stderr: "" });
  });

  it("refuses a Go that is too old before it builds", async () => {
    go("go1.20.1");
    const { code, stderr } = await run(folder.at("cache"), ...programs);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^toolchain: building nodejs needs Go [\d.]+ or newer, but PATH has go1\.20\.1: install a newer one/,
    );
  });

  it("leaves no folder if it was only asked what is there", async () => {
    assert.deepEqual(await run("--cached", folder.at("cache")), { code: 1, stdout: "", stderr: "" });
    assert.ok(!fs.existsSync(folder.at("cache")));
  });
});
