import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stackOf } from "../../../../operations/engine/stack";
import { inRoot } from "../../../../operations/paths";
import { Folder } from "../../host/folder";
import { readConfig, writeConfig } from "../../../../operations/engine/stackConfig";
import { environment, restoreTorn, writeOnce } from "../../../../operations/engine/backend";
import { outputs } from "../../../../operations/engine/pulumi";

describe("stack", () => {
  it("is dev with the lab that Pulumi.dev.yaml chooses", () => {
    const { name, lab } = stackOf(undefined);
    assert.deepEqual({ name, lab }, { name: "dev", lab: "dr-keepalived" });
    assert.equal(stackOf("dr-keepalived").name, "dev");
  });

  it("has the name of the topology file for any other lab", () => {
    const { name, lab } = stackOf(inRoot("labs", "dr-keepalived.yaml"));
    assert.deepEqual({ name, lab }, { name: "dr-keepalived", lab: inRoot("labs", "dr-keepalived.yaml") });
  });

  it("takes a word with a topology file's suffix for a path, with a slash or without", () => {
    const folder = new Folder();
    const before = process.cwd();
    try {
      process.chdir(folder.path);
      const file = path.join(process.cwd(), "mine.yaml");
      fs.writeFileSync(file, "");
      for (const word of ["mine.yaml", "./mine.yaml"]) {
        const { name, lab } = stackOf(word);
        assert.deepEqual({ name, lab }, { name: "mine", lab: file }, word);
      }
      assert.throws(() => stackOf("other.yaml"), /got the lab other\.yaml, need the path/);
    } finally {
      process.chdir(before);
      folder.remove();
    }
  });

  it("refuses an unknown lab and lists the known ones", () => {
    assert.throws(
      () => stackOf("dr-kept"),
      /got the lab dr-kept, need the path of a topology file or one of: .*dr-keepalived/,
    );
  });

  it("does not touch a backend that the user chose: its stack's configuration is where Pulumi looks", () => {
    const tools = { pulumi: "/opt/pulumi/pulumi", dialsLate: true };
    const before = process.env.PULUMI_BACKEND_URL;
    delete process.env.PULUMI_BACKEND_URL;
    const own = environment(stackOf(undefined), tools, true);
    assert.match(own.PULUMI_BACKEND_URL ?? "", /^file:/);
    assert.match(own.PULUMI_OPTION_CONFIG_FILE ?? "", /stacks\/dev\/Pulumi\.dev\.yaml$/);
    process.env.PULUMI_BACKEND_URL = "s3://team";
    try {
      const stack = stackOf(undefined);
      assert.deepEqual([stack.local, stack.configFile], [false, inRoot("Pulumi.dev.yaml")]);
      const env = environment(stack, tools, false);
      for (const key of [
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        "PULUMI_OPTION_CONFIG_FILE",
        "PULUMI_HOME",
      ]) {
        assert.equal(env[key], undefined, key);
      }
    } finally {
      delete process.env.PULUMI_BACKEND_URL;
      if (before !== undefined) process.env.PULUMI_BACKEND_URL = before;
    }
  });

  it("puts the wrapper first on PATH, once", () => {
    const before = process.env.PATH;
    try {
      const tools = { pulumi: "/opt/pulumi/pulumi", dialsLate: true };
      const once = environment(stackOf(undefined), tools, true).PATH;
      process.env.PATH = once;
      assert.equal(environment(stackOf(undefined), tools, true).PATH, once);
      assert.equal(once?.split(":")[0], inRoot("host", "bin"));
    } finally {
      process.env.PATH = before;
    }
  });

  it("uses Pulumi's backup for a state that a full disk has damaged, and for no other", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const file = path.join(folder, "lab.json");
    const whole = '{"version":3}';
    for (const [state, backup, taken] of [
      [whole, '{"version":2}', false],
      ['{"version":', whole, true],
      ["", whole, true],
      ['{"version":', '{"ver', false],
      ['{"version":', undefined, false],
      [undefined, whole, false],
    ] as const) {
      for (const [at, text] of [
        [file, state],
        [`${file}.bak`, backup],
      ] as const) {
        fs.rmSync(at, { force: true });
        if (text !== undefined) fs.writeFileSync(at, text);
      }
      assert.equal(restoreTorn(file), taken);
      assert.equal(fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined, taken ? backup : state);
    }
    fs.rmSync(folder, { recursive: true });
  });

  it("keeps secrets, salt and comments when it writes a setting", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const configFile = path.join(folder, "dev.yaml");
    const stack = { ...stackOf(undefined), configFile };
    fs.writeFileSync(configFile, "# mine\nencryptionsalt: v1:abc\nconfig:\n  lvs-lab:authPass:\n    secure: v1:xyz\n");
    writeConfig(stack, { "lvs-lab:lab": "x" });
    assert.equal(
      fs.readFileSync(configFile, "utf8"),
      "# mine\nencryptionsalt: v1:abc\nconfig:\n  lvs-lab:authPass:\n    secure: v1:xyz\n  lvs-lab:lab: x\n",
    );
    assert.equal(readConfig(stack, "lvs-lab:lab"), "x");
    assert.equal(readConfig(stack, "libvirt:uri"), undefined);
    fs.rmSync(folder, { recursive: true });
  });

  it("reports a file that is not YAML without quoting it", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const configFile = path.join(folder, "dev.yaml");
    fs.writeFileSync(configFile, "config:\n  lvs-lab:authPass: topsec9: x\n");
    assert.throws(
      () => readConfig({ ...stackOf(undefined), configFile }, "lvs-lab:lab"),
      ({ message }: Error) => /line 2, column \d+: got a syntax error/.test(message) && !message.includes("topsec9"),
    );
    fs.rmSync(folder, { recursive: true });
  });

  it("writes a setting beside the file first, so that a full disk leaves the file as it was", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const configFile = path.join(folder, "dev.yaml");
    fs.writeFileSync(configFile, "# mine\n");
    fs.chmodSync(configFile, 0o644); // whatever the umask is
    const { ino } = fs.statSync(configFile);
    const umask = process.umask(0o077);
    writeConfig({ ...stackOf(undefined), configFile }, { "lvs-lab:lab": "x" });
    process.umask(umask);
    const after = fs.statSync(configFile);
    assert.notEqual(after.ino, ino);
    assert.equal(after.mode & 0o777, 0o644);
    assert.deepEqual(fs.readdirSync(folder), ["dev.yaml"]);
    fs.rmSync(folder, { recursive: true });
  });

  it("uses the passphrase of the process that was first", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const file = path.join(folder, "passphrase");
    writeOnce(file, "first");
    writeOnce(file, "second");
    assert.equal(fs.readFileSync(file, "utf8"), "first");
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(fs.readdirSync(folder), ["passphrase"]);
    fs.rmSync(folder, { recursive: true });
  });

  it("has outputs, or none, or Pulumi's message that says why they cannot be read", async () => {
    const pulumi = new Folder();
    const read = (does: string) => {
      pulumi.script("pulumi", does);
      return outputs({ PATH: `${pulumi.path}:${process.env.PATH}` });
    };
    try {
      assert.equal(await read("echo {}"), undefined);
      assert.equal((await read(`echo '{"version":1}'`))?.version, 1);
      assert.equal(await read("echo 'error: no stack selected; please use' >&2; exit 255"), undefined);
      assert.equal(await read("echo \"error: no stack named 'dev' found\" >&2; exit 255"), undefined);
      await assert.rejects(
        read("echo 'error: incorrect passphrase' >&2; exit 255"),
        /^Error: the stack's outputs cannot be read: error: incorrect passphrase$/,
      );
    } finally {
      pulumi.remove();
    }
  });
});
