import * as assert from "node:assert/strict";
import { inRoot } from "../../../cli/paths";
import { bash } from "./folder";

const libvirtd = inRoot("host", "libvirtd");
// A name of its own: the embedded libvirt of a lab that runs on this host is not asked.
const run = (...words: string[]) => bash(libvirtd, words, { LVS_LAB_NAMESPACE: "lvs-unit" });

describe("host/libvirtd when nothing runs", () => {
  it("status says so and answers 1", async () => {
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

  it("uri is of the form that virsh and the provider both read", async () => {
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
