import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

const kvm = fs.existsSync("/dev/kvm");

describe("host/accelerator", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    for (const file of ["kernel", "initrd"]) fs.writeFileSync(folder.at(file), file);
  });
  afterEach(() => folder.remove());
  const run = (...words: string[]) =>
    bash(inRoot("host", "accelerator"), words, {
      PATH: `${folder.path}:${process.env.PATH}`,
      LVS_LAB_CACHE: folder.at("cache"),
    });
  /** A QEMU that counts its starts and runs the text; $serial is the guest's serial log. */
  const qemu = (text: string) =>
    folder.script(
      "qemu-system-x86_64",
      `echo start >>'${folder.at("starts")}'\n[[ $* =~ -serial\\ file:([^ ]+) ]] && serial=\${BASH_REMATCH[1]}\n${text}`,
    );
  const starts = () => (fs.existsSync(folder.at("starts")) ? fs.readFileSync(folder.at("starts"), "utf8") : "");

  it("prints kvm if the guest reaches its init, and tries only once", async () => {
    qemu(`echo '[    1.2] Run /init as init process' >"$serial"; exec sleep 30`);
    for (const time of ["first", "second"]) {
      const { code, stdout, stderr } = await run(folder.at("kernel"), folder.at("initrd"));
      assert.equal(code, 0, stderr);
      assert.equal(stdout, kvm ? "kvm\n" : "tcg\n", time);
      assert.equal(starts(), kvm ? "start\n" : "", time);
    }
  });

  it("prints tcg with the reason if QEMU refuses", async () => {
    qemu("echo 'failed to initialize kvm: Permission denied' >&2; exit 1");
    const { code, stdout, stderr } = await run(folder.at("kernel"), folder.at("initrd"));
    assert.equal(code, 0);
    assert.equal(stdout, "tcg\n");
    assert.match(stderr, kvm ? /QEMU refused KVM: failed to initialize kvm/ : /no \/dev\/kvm/);
    assert.equal(stderr.trimEnd().split("\n").length, 1);
  });

  it("does not take a kernel's first lines for a boot", async () => {
    qemu(
      `echo '[    0.0] Linux version 6.12' >"$serial"; echo '[    0.1] Kernel panic - not syncing: Fatal exception' >>"$serial"`,
    );
    assert.equal((await run(folder.at("kernel"), folder.at("initrd"))).stdout, "tcg\n");
  });

  it("tries again with another kernel", async () => {
    qemu(`echo 'Run /sbin/init as init process' >"$serial"; exec sleep 30`);
    await run(folder.at("kernel"), folder.at("initrd"));
    fs.writeFileSync(folder.at("kernel"), "another kernel");
    await run(folder.at("kernel"), folder.at("initrd"));
    assert.equal(starts(), kvm ? "start\nstart\n" : "");
  });

  it("names a file that it cannot read", async () => {
    const { code, stderr } = await run(folder.at("nothing"), folder.at("initrd"));
    assert.equal(code, 2);
    assert.match(stderr, /nothing: cannot be read \(fix: /);
  });
});
