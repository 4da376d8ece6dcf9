import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { Virsh } from "../../../../../components/platform/libvirt/virsh";
import { inRoot } from "../../../../../operations/paths";
import { Folder } from "../../../host/folder";
import { programs } from "./programs";

describe("virsh", () => {
  const virsh = new Virsh(programs, "test:///");
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
    assert.equal(await virsh.ask("list", "--name"), "-q -c test:/// list --name\n");
    await assert.rejects(virsh.ask("no"), /^Error: virsh -q -c failed with exit code 3:\n {2}why$/);
    assert.equal((await virsh.try("no")).code, 3);
  });

  it("lists names, and none of an empty answer", async () => {
    folder.script("virsh", `printf 'a\\nb c\\n\\n'`);
    assert.deepEqual(await virsh.list("list", "--name"), ["a", "b c"]);
    folder.script("virsh", "echo");
    assert.deepEqual(await virsh.list("list", "--name"), []);
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

  for (const way of ["ask", "try"] as const) {
    it(`(${way}) of a libvirt that does not answer names it, the command and the fix`, async () => {
      folder.script("virsh", "exec sleep 15");
      await hurried(() =>
        assert.rejects(
          virsh[way]("list", "--name"),
          /^Error: libvirt at test:\/\/\/ did not answer within 60 s: virsh list --name \(fix: .*\)$/,
        ),
      );
      await hurried(() => assert.rejects(virsh[way]("save", "a", "b"), /within 600 s: virsh save a b/));
    });
  }

  it("is run and named in this folder alone: operations know only the platform", () => {
    const folders = ["cli", "components", "infra", "operations"];
    const others = folders.flatMap((name) =>
      fs
        .readdirSync(inRoot(name), { recursive: true, encoding: "utf8" })
        .map((file) => `${name}/${file}`)
        .filter((file) => file.endsWith(".ts") && !file.startsWith("components/platform/libvirt/"))
        .filter((file) => /"virsh"|\bvirsh\(|<(uuid|domain|source)\b/.test(fs.readFileSync(inRoot(file), "utf8"))),
    );
    assert.deepEqual(others, []);
  });

  it("is behind the platform: others name this folder to make one, for the program's settings, and to show the files of a seed disk", () => {
    const importing = ["cli", "components", "infra", "operations"].flatMap((room) =>
      fs
        .readdirSync(inRoot(room), { recursive: true, encoding: "utf8" })
        .map((file) => `${room}/${file}`)
        .filter((file) => file.endsWith(".ts") && !file.startsWith("components/platform/libvirt/"))
        .filter((file) => /from ".*platform\/libvirt\//.test(fs.readFileSync(inRoot(file), "utf8"))),
    );
    assert.deepEqual(importing.sort(), [
      "components/cluster.ts",
      "infra/settings.ts",
      "operations/plan/files.ts",
      "operations/platforms.ts",
    ]);
  });
});
