import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { GENERATE } from "../../../components/machine/keypair";
import { Folder } from "../host/folder";

/** Runs a script like Pulumi's local commands, and ends the shell when a substitute for one of its programs has started. */
const ended = (folder: Folder, text: string, words: readonly string[], signal: NodeJS.Signals) =>
  new Promise<number | null>((resolve) => {
    const child = spawn("/bin/sh", ["-c", text, "sh", ...words], {
      env: { PATH: `${folder.path}:${process.env.PATH}`, TMPDIR: folder.path, NAMESPACE: "n", PORT: "p", CARD: "eth1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.once("data", () => child.kill(signal));
    child.on("close", resolve);
  });

describe("an interrupted command of the stack", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`by ${signal} leaves no key behind`, async () => {
      folder.script("ssh-keygen", 'touch "${@: -1}"; echo begun >&2; sleep 0.3');
      assert.equal(await ended(folder, GENERATE, [], signal), 130);
      assert.deepEqual(fs.readdirSync(folder.path), ["ssh-keygen"]);
    });

    it(`by ${signal} leaves no incomplete client behind`, async () => {
      const text = fs.readFileSync(inRoot("components", "roles", "client", "netns.sh"), "utf8");
      const words = `echo "$*" >>${folder.at("told")}; case "$*" in "netns add n") echo begun >&2; sleep 0.3;; esac`;
      folder.script("ip", words);
      assert.equal(await ended(folder, text, ["up"], signal), 130);
      const told = fs.readFileSync(folder.at("told"), "utf8");
      assert.match(told, /^link show dev p\nlink delete dev p\nnetns add n\nlink show dev p\nlink delete dev p\n$/);
    });
  }
});
