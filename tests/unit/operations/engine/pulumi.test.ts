import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { exportState, listStacks, outputs, previewJson } from "../../../../operations/engine/pulumi";
import { inRoot } from "../../../../operations/paths";
import { Folder } from "../../host/folder";

describe("the door to Pulumi", () => {
  let folder: Folder;
  let env: Readonly<Record<string, string>>;
  beforeEach(() => {
    folder = new Folder();
    env = { PATH: `${folder.path}:${process.env.PATH}` };
  });
  afterEach(() => folder.remove());

  it("runs the pulumi of the environment's PATH in the checkout, wherever the user is", async () => {
    folder.script("pulumi", `printf '[{"name":"%s"}]' "$PWD $*"`);
    assert.deepEqual(await listStacks(env), [{ name: `${fs.realpathSync(inRoot())} stack ls --json` }]);
  });

  it("runs a program by its path too, and names it if it fails", async () => {
    folder.script("real", "echo why >&2; exit 3");
    const failure = previewJson(folder.at("real"), "s", env);
    await assert.rejects(failure, { message: `${folder.at("real")} preview --stack failed with exit code 3:\n  why` });
  });

  it("shows secrets of a state only if asked to", async () => {
    folder.script("pulumi", `printf '{"version":3,"deployment":{"words":"%s"}}' "$*"`);
    assert.deepEqual(await exportState(env), { version: 3, deployment: { words: "stack export" } });
    assert.deepEqual(await exportState(env, "--show-secrets"), {
      version: 3,
      deployment: { words: "stack export --show-secrets" },
    });
  });

  it("knows a stack without outputs from one that cannot be read", async () => {
    folder.script("pulumi", "echo 'error: no stack selected' >&2; exit 1");
    assert.equal(await outputs(env), undefined);
    folder.script("pulumi", "echo {}");
    assert.equal(await outputs(env), undefined);
    folder.script("pulumi", "echo 'passphrase: wrong' >&2; exit 1");
    await assert.rejects(outputs(env), /^Error: the stack's outputs cannot be read: passphrase: wrong$/);
  });

  it("is the only place that runs it", () => {
    const isCall = /\b(tryR|r)un\(\s*\[\s*("pulumi"|\w+\.pulumi\b|pulumi\b)/i;
    const folders = ["cli", "components", "documents", "infra", "model", "operations"];
    const callers = folders.flatMap((name) =>
      fs
        .readdirSync(inRoot(name), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && isCall.test(fs.readFileSync(inRoot(name, file), "utf8")))
        .map((file) => `${name}/${file}`),
    );
    assert.deepEqual(callers, []);
    assert.match(`await tryRun(["pulumi", "stack"])`, isCall);
  });
});
