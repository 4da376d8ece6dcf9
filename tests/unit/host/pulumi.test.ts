import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

describe("host/bin/pulumi", () => {
  let folder: Folder;
  let real: string;
  before(() => {
    // The wrapper beside a libvirtd that only prints its words, and a pulumi that prints its arguments.
    folder = new Folder();
    real = folder.script("real", "printf '<%s>' pulumi \"$@\"; echo");
    folder.script("libvirtd", 'case $1 in start) echo start ;; enter) shift; echo enter; exec "$@" ;; esac');
    fs.mkdirSync(folder.at("bin"));
    fs.copyFileSync(inRoot("host", "bin", "pulumi"), folder.at("bin", "pulumi"));
  });
  after(() => folder.remove());
  const run = (words: readonly string[], settings: Record<string, string>) =>
    bash(folder.at("bin", "pulumi"), words, { LVS_LAB_PULUMI: real, LVS_LAB_EMBEDDED: "", ...settings });

  const cases: readonly [words: string, inside: boolean][] = [
    ["up", true],
    ["update --yes", true],
    ["preview --json", true],
    ["pre", true],
    ["refresh", true],
    ["destroy --yes", true],
    ["down", true],
    ["import t n i", true],
    ["watch", true],
    ["-C /some/where up", true],
    ["--cwd /some/where --color never -v 9 up", true],
    ["--cwd=/some/where --non-interactive up", true],
    ["-v=9 --logtostderr up", true],
    ["", false],
    ["--help", false],
    ["-C up", false],
    ["-C up stack ls", false],
    ["version", false],
    ["login file:///up", false],
    ["config set up preview", false],
    ["stack output url", false],
    ["plugin install resource up", false],
  ];
  for (const [text, inside] of cases) {
    const words = text.split(" ").filter((word) => word !== "");
    const plain = `<pulumi>${words.map((word) => `<${word}>`).join("")}\n`;
    it(`"${text}" runs ${inside ? "inside" : "outside"} the namespace`, async () => {
      const { stdout, stderr } = await run(words, { LVS_LAB_EMBEDDED: "1" });
      assert.equal(stdout, inside ? `start\nenter\n${plain}` : plain, stderr);
    });
  }

  it("runs outside the namespace without the embedded libvirt", async () => {
    assert.equal((await run(["up"], {})).stdout, "<pulumi><up>\n");
  });

  it("keeps arguments as they are", async () => {
    assert.equal(
      (await run(["up", "a b", "", "*"], { LVS_LAB_EMBEDDED: "1" })).stdout,
      "start\nenter\n<pulumi><up><a b><><*>\n",
    );
  });

  for (const [why, value] of [
    ["unset", ""],
    ["not there", "/nowhere/pulumi"],
  ] as const) {
    it(`refuses with the fix when LVS_LAB_PULUMI is ${why}`, async () => {
      const { code, stderr } = await run(["up"], { LVS_LAB_PULUMI: value });
      assert.equal(code, 127);
      assert.match(stderr, /LVS_LAB_PULUMI: got ".*", need the real pulumi \(fix: eval "\$\(\.\/scripts\/lab env\)"/);
    });
  }

  it("refuses itself as the real pulumi", async () => {
    assert.equal((await run(["up"], { LVS_LAB_PULUMI: folder.at("bin", "pulumi") })).code, 127);
  });
});
