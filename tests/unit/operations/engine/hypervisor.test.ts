import * as assert from "node:assert/strict";
import { tryVirsh, virsh } from "../../../../operations/engine/hypervisor";
import { Folder } from "../../host/folder";

describe("virsh", () => {
  let folder: Folder;
  const { PATH } = process.env;
  beforeEach(() => {
    folder = new Folder();
    process.env.PATH = `${folder.path}:${PATH}`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    folder.remove();
  });

  it("returns the answer, or the reason of a failure", async () => {
    folder.script("virsh", 'echo "$@"; [[ $4 != no ]] || { echo why >&2; exit 3; }');
    assert.equal(await virsh("test:///", "list", "--name"), "-q -c test:/// list --name\n");
    await assert.rejects(virsh("test:///", "no"), /^Error: virsh -q -c failed with exit code 3:\n {2}why$/);
    assert.equal((await tryVirsh("test:///", "no")).code, 3);
  });

  /** Turns the seconds of a time limit into milliseconds. */
  const hurried = async (work: () => Promise<unknown>): Promise<void> => {
    const own = globalThis.setTimeout;
    globalThis.setTimeout = ((act: () => void, wait: number) => {
      return own(act, wait / 1000);
    }) as typeof setTimeout;
    try {
      await work();
    } finally {
      globalThis.setTimeout = own;
    }
  };

  for (const ask of [virsh, tryVirsh]) {
    it(`(${ask.name}) of a libvirt that does not answer names it, the command and the fix`, async () => {
      folder.script("virsh", "exec sleep 15");
      await hurried(() =>
        assert.rejects(
          ask("test:///", "list", "--name"),
          /^Error: libvirt at test:\/\/\/ did not answer within 60 s: virsh list --name \(fix: .*\)$/,
        ),
      );
      await hurried(() => assert.rejects(ask("test:///", "save", "a", "b"), /within 600 s: virsh save a b/));
    });
  }
});
