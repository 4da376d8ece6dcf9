import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

const libvirtd = inRoot("host", "libvirtd");
// Use another name, so that the embedded libvirt of a running lab on this host is not asked.
const run = (...words: string[]) => bash(libvirtd, words, { LVS_LAB_NAMESPACE: "lvs-unit" });

describe("host/libvirtd when nothing runs", () => {
  it("status says so and ends with 1", async () => {
    assert.deepEqual(await run("status"), { code: 1, stdout: "not running\n", stderr: "" });
  });

  it("stop has nothing to do", async () => {
    assert.deepEqual(await run("stop"), { code: 0, stdout: "", stderr: "" });
  });

  it("enter refuses with the fix", async () => {
    const { code, stderr } = await run("enter", "true");
    assert.equal(code, 1);
    assert.match(stderr, process.getuid?.() === 0 ? /not running \(fix: host\/libvirtd start/ : /only root/);
  });

  it("uri has the form that both virsh and the provider read", async () => {
    assert.equal((await run("uri")).stdout, "qemu+unix:///system?socket=/run/lvs-unit/libvirt/libvirt-sock\n");
  });

  for (const words of [[], ["enter"], ["start", "now"], ["stop", "--now"], ["restart"]]) {
    it(`refuses "${words.join(" ")}" with its usage`, async () => {
      const { code, stderr } = await run(...words);
      assert.equal(code, 2);
      assert.match(stderr, /^usage: host\/libvirtd start/);
    });
  }
});

describe("host/libvirtd and a second state folder", () => {
  let folder: Folder;
  let script: string;
  beforeEach(() => {
    // A copy whose run folder is the test's. It holds the notes of an ended libvirt of the state folder `first`.
    folder = new Folder();
    // Nobody is root for it, so every start is refused: for its folder, or for the missing root.
    const text = fs.readFileSync(libvirtd, "utf8").replace("RUN=/run/$NAME", `RUN=${folder.at("run")}`);
    script = folder.script("libvirtd", text.replaceAll("EUID == 0", "0"));
    for (const name of ["run", "first/libvirt", "second"]) fs.mkdirSync(folder.at(name), { recursive: true });
    fs.writeFileSync(folder.at("run", "state"), `${folder.at("first", "libvirt")}\n`);
    fs.writeFileSync(folder.at("run", "boot"), fs.readFileSync("/proc/sys/kernel/random/boot_id"));
  });
  afterEach(() => folder.remove());
  const from = (state: string, verb: string) =>
    bash(script, [verb], { LVS_LAB_NAMESPACE: "lvs-unit", LVS_LAB_STATE: folder.at(state) });
  const everything = () =>
    fs
      .readdirSync(folder.path, { recursive: true })
      .map(String)
      .sort((a, b) => a.localeCompare(b));

  for (const verb of ["check", "start"])
    it(`${verb} refuses it, names both, and changes nothing`, async () => {
      const before = everything();
      const { code, stdout, stderr } = await from("second", verb);
      assert.deepEqual([code, stdout, everything()], [1, "", before]);
      const [first, second] = [folder.at("first"), folder.at("second")];
      assert.ok(
        stderr.includes(
          `lvs-unit has the libvirt of ${first}, and this is ${second} (fix: set LVS_LAB_STATE=${first} `,
        ),
        stderr,
      );
    });

  it("accepts the first, by any path", async () => {
    assert.match((await from("first", "start")).stderr, /only root can start it/);
    assert.deepEqual(await from("first", "check"), { code: 0, stdout: "", stderr: "" });
    fs.symlinkSync(folder.at("first"), folder.at("same"));
    assert.deepEqual(await from("same", "check"), { code: 0, stdout: "", stderr: "" });
  });

  it("check accepts a second one if the first is gone, or is from before a reboot", async () => {
    fs.rmSync(folder.at("first"), { recursive: true });
    assert.equal((await from("second", "check")).code, 0);
    fs.mkdirSync(folder.at("first", "libvirt"), { recursive: true });
    assert.equal((await from("second", "check")).code, 1);
    fs.writeFileSync(folder.at("run", "boot"), "another boot\n");
    assert.equal((await from("second", "check")).code, 0);
  });
});
