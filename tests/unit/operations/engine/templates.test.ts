import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../../operations/paths";
import { type RunResult, tryRun } from "../../../../operations/run";
import { deadTemplates } from "../../../../operations/engine/templates";
import { Libvirt } from "../../../../components/platform/libvirt/libvirt";
import { programs } from "../../components/platform/libvirt/programs";
import { Folder } from "../../host/folder";

describe("a template that cannot be made", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.script("qemu-system-x86_64", "echo QEMU emulator version 10.0.2");
    folder.script("qemu-img", ":");
  });
  afterEach(() => folder.remove());

  /** Makes a lab's templates with a stand-in for virsh. It records its words, and runs the given text for some of them. */
  const make = (does: string): Promise<RunResult> => {
    folder.script("virsh", `echo "$@" >>${folder.at("told")}\ncase "$*" in\n${does}\nesac`);
    const text = `const { loadTopology } = require("${inRoot("documents", "load.ts")}");
      const { platforms } = require("${inRoot("operations", "platforms.ts")}");
      platforms.at("test:///").then((host) => require("${inRoot("operations", "engine", "templates.ts")}").ensureTemplates(host, {
        topology: loadTopology("${inRoot("labs", "nat.yaml")}"), accelerator: "tcg",
        image: { digest: "d", root: "r", kernel: "k", initrd: "i" },
      }));`;
    const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
    return tryRun([process.execPath, "--require", tsx, "--eval", text], {
      env: {
        PATH: `${folder.path}:${process.env.PATH}`,
        TMPDIR: folder.path,
        LVS_LAB_CACHE: folder.at("cache"),
        LVS_LAB_STATE: folder.at("state"),
      },
    });
  };
  const told = () => fs.readFileSync(folder.at("told"), "utf8");
  const left = () => fs.readdirSync(folder.path).filter((name) => name.startsWith("lvs-"));

  it("is not made, and a domain that has its name already is left to the process that started it", async () => {
    const { code, stderr } = await make(`*" create "*) echo "domain already exists" >&2; exit 1;;`);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /template tcg-\S+: not made, guests of this shape will boot: .*domain already exists/s);
    assert.match(told(), / create /);
    assert.doesNotMatch(told(), / destroy /);
    assert.deepEqual(left(), []);
  });

  it("is not made if the saved file cannot be read; its own domain is ended", async () => {
    const { code, stderr } = await make(`
      *" create "*) log=$(sed -n 's/.*<log file="\\([^"]*\\)".*/\\1/p' "\${@: -1}")
        echo "lvs-lab: the template is ready" >"$log";;
      *" save "*) echo other >"\${@: -1}";;`);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /template tcg-\S+: not made, guests of this shape will boot: no saved domain/);
    assert.match(told(), / destroy lvs-lab-template-tcg-/);
    assert.deepEqual(left(), []);
  });
});

describe("a template that was being made", () => {
  it("is dead when its process is, by the number in the name of its disk's folder", async () => {
    const folder = new Folder();
    const { PATH } = process.env;
    process.env.PATH = `${folder.path}:${PATH}`;
    const disk = (pid: number) =>
      `<domain><devices><disk><source file="/tmp/lvs-template-${pid}-abcdef/root.qcow2"/></disk></devices></domain>`;
    folder.script(
      "virsh",
      `case "$*" in
        *" list "*) printf '%s\\n' lvs-lab-template-dead lvs-lab-template-alive dr-web1;;
        *-dead) echo '${disk(99_999_999)}';;
        *) echo '${disk(process.pid)}';;
      esac`,
    );
    try {
      assert.deepEqual(await deadTemplates(new Libvirt(programs, "test:///", "")), ["lvs-lab-template-dead"]);
    } finally {
      process.env.PATH = PATH;
      folder.remove();
    }
  });
});
