import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { renderIso } from "../../../../../../components/platform/libvirt/vm/iso9660";

const SECTOR = 2048;

/** Reads an image by ECMA-119: the files by name of the volume whose descriptor is in a sector. */
function read(image: Buffer, descriptor: number): Record<string, string> {
  const at = descriptor * SECTOR;
  assert.equal(image.toString("latin1", at + 1, at + 6), "CD001");
  assert.equal(image.readUInt32LE(at + 80) * SECTOR, image.length);
  assert.equal(image.readUInt32BE(at + 84) * SECTOR, image.length);
  const root = image.readUInt32LE(at + 156 + 2);
  // Both path tables have the same root.
  assert.equal(image.readUInt32LE(image.readUInt32LE(at + 140) * SECTOR + 2), root);
  assert.equal(image.readUInt32BE(image.readUInt32BE(at + 148) * SECTOR + 2), root);
  const wide = image.toString("latin1", at + 88, at + 91) === "%/E";
  const files: Record<string, string> = {};
  let offset = root * SECTOR;
  for (let length = image[offset] ?? 0; length > 0; length = image[offset] ?? 0) {
    const [sector, bytes] = [image.readUInt32LE(offset + 2), image.readUInt32LE(offset + 10)];
    assert.equal(image.readUInt32BE(offset + 6), sector);
    assert.equal(image.readUInt32BE(offset + 14), bytes);
    assert.equal(length % 2, 0);
    const name = image.subarray(offset + 33, offset + 33 + (image[offset + 32] ?? 0));
    if (((image[offset + 25] ?? 0) & 2) === 0) {
      const text = wide ? Buffer.from(name).swap16().toString("utf16le") : name.toString("latin1");
      files[text] = image.toString("utf8", sector * SECTOR, sector * SECTOR + bytes);
    } else {
      assert.equal(sector, root, "the only directory");
    }
    offset += length;
  }
  return files;
}

describe("a text file system image", () => {
  const files = { "user-data": "#cloud-config\nä: 1\n", "meta-data": "", "network-config": "x".repeat(3000) };
  const text = renderIso("cidata", files);
  const image = Buffer.from(text, "utf8");

  it("is text: only the files have bytes above 0x7f", () => {
    assert.equal(image.toString("utf8"), text);
    assert.equal(image.toString("latin1").replaceAll(/[^\x80-\xff]/g, ""), Buffer.from("ä").toString("latin1"));
    assert.equal(image.length % SECTOR, 0);
  });

  it("contains the files under their names, and in capitals for a reader without Joliet", () => {
    const joliet = read(image, 17);
    assert.deepEqual(Object.keys(joliet), ["meta-data", "network-config", "user-data"]);
    for (const [name, content] of Object.entries(files)) assert.equal(joliet[name]?.trimEnd(), content.trimEnd(), name);
    const plain = read(image, 16);
    assert.deepEqual(Object.keys(plain), ["META-DATA.;1", "NETWORK-CONFIG.;1", "USER-DATA.;1"]);
    assert.deepEqual(Object.values(plain), Object.values(joliet));
  });

  it("is iso9660 with its label for blkid, which cloud-init uses to find it", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-iso-"));
    try {
      const file = path.join(folder, "seed.iso");
      fs.writeFileSync(file, text);
      const said = execFileSync("/usr/sbin/blkid", ["--probe", "--output", "export", file], { encoding: "utf8" });
      assert.match(said, /^LABEL=cidata$/m);
      assert.match(said, /^TYPE=iso9660$/m);
      assert.match(said, /^VERSION=Joliet\\? Extension$/m);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("is the same for the same files in any order", () => {
    assert.equal(renderIso("cidata", Object.fromEntries(Object.entries(files).reverse())), text);
  });

  it("refuses what does not fit", () => {
    assert.ok(renderIso("x", { large: "x".repeat(30_720) }));
    assert.throws(() => renderIso("x", { large: "x".repeat(30_721) }), /large has 30721 bytes, more than 30720/);
    const many = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`f${index}`, "x".repeat(30_720)]));
    assert.throws(() => renderIso("x", many), /files of 105 sectors do not fit: need 103 or less/);
    assert.throws(() => renderIso("seventeen letters", {}), /is not a volume id/);
  });
});
