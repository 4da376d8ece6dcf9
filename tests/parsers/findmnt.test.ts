import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/** `findmnt --verify` of a text as fstab, with an existing mount point. */
function verify(text: string): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-fstab-"));
  try {
    const file = path.join(folder, "fstab");
    fs.writeFileSync(file, text.replace("/var/www/html", folder));
    return judge("findmnt", "--verify", "--tab-file", file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const lines = goldenFiles("nfs").filter((name) => name.endsWith(".fstab"));
const known = (): string => fs.readFileSync(goldenPath("nfs/dr-ipvsadm-nfs.fstab"), "utf8");

describe("findmnt, the parser of fstab", () => {
  for (const name of lines) {
    it(`accepts ${name}`, () => {
      const { code, said } = verify(fs.readFileSync(goldenPath(`nfs/${name}`), "utf8"));
      assert.equal(code, 0, said);
    });
  }
  it("refuses a mount point that does not exist", () => {
    const { code, said } = verify(known().replace("/var/www/html", "/no-such-folder"));
    assert.notEqual(code, 0, said);
    assert.match(said, /unreachable/);
  });
  it("refuses a line that ends early", () => {
    assert.notEqual(verify("192.168.16.145:/opt/wwwroot\n").code, 0);
  });
});
