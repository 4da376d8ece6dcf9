import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, problemText } from "../../../../model/topology/error";
import { loadCloudImage } from "../../../../model/topology/image";
import schema from "../../../../model/topology/image.schema.json";
import type { CloudImage, ImageFile } from "../../../../model/topology/cloudImage";

const folder = path.join(__dirname, "../../../fixtures/images");
const a64 = "a".repeat(64);

const refused = (name: string): string[] => {
  try {
    loadCloudImage(path.join(folder, `invalid-${name}.yaml`));
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems.map(problemText);
  }
  throw new assert.AssertionError({ message: `invalid-${name} was accepted` });
};

const checksums = "sha256: and 64, or sha512: and 128, lower-case hexadecimal digits";
const source = "an http or https address of a file, or a path";
const cases: Readonly<Record<string, readonly string[]>> = {
  "checksum-md5": [`disk.checksum: got a text, need ${checksums}`],
  "checksum-missing": [`disk.checksum: got nothing, need ${checksums} (add it)`],
  "checksum-short": [`disk.checksum: got a text, need ${checksums}`],
  device: ["boot.device: got a text, need a device, such as /dev/vda1, UUID=… or LABEL=…"],
  "disk-missing": ["disk: got nothing, need a section with one or more keys (add it)"],
  empty: ["file: got nothing, need a section disk, optionally boot and family"],
  family: ["family: got a text that is not one of these, need one of debian, rhel, openeuler"],
  format: ["disk.format: got a text that is not one of these, need one of qcow2, raw"],
  "kernel-alone": [
    "boot.initrd: got nothing, need a section with one or more keys (add it)",
    "boot.device: got nothing, need a device, such as /dev/vda1, UUID=… or LABEL=… (add it)",
  ],
  "source-absent": [
    `disk.source: got ${folder}/absent.qcow2, need an existing file`,
    "boot.kernel.source: got /, need an existing file",
  ],
  "source-folder": [`disk.source: got a text, need ${source}`],
  "source-scheme": [`disk.source: got a text, need ${source}`],
  syntax: ["line 2, column 1: got a syntax error: wrong indentation, or a bracket that is not closed, need YAML 1.2"],
  "unknown-key": ["disk.cheksum: got an unknown key, need one of source, checksum, format (did you mean checksum?)"],
};

describe("the description of a cloud image", () => {
  for (const [rule, problems] of Object.entries(cases)) {
    it(`is refused: ${rule}`, () => {
      assert.deepEqual(refused(rule), problems);
    });
  }

  it("has a case for every fixture", () => {
    const found = fs.readdirSync(folder).flatMap((file) => /^invalid-(.*)\.yaml$/.exec(file)?.[1] ?? []);
    assert.deepEqual(found.sort(), Object.keys(cases).sort());
  });

  it("is one problem if it does not exist", () => {
    assert.throws(
      () => loadCloudImage("/no/such.yaml"),
      /file: got ENOENT, need a description of an image that can be read/,
    );
  });

  it("has its defaults filled in, and its paths from its own folder", () => {
    assert.deepEqual(loadCloudImage(path.join(folder, "valid-disk.yaml")), {
      family: "debian",
      disk: { source: path.join(folder, "disk.img"), checksum: `sha256:${a64}`, format: "qcow2" },
    });
    const image = loadCloudImage(path.join(folder, "valid-boot.yaml"));
    const file = { source: path.join(folder, "disk.img"), checksum: `sha256:${a64}` };
    assert.deepEqual(image, {
      family: "openeuler",
      disk: { source: "https://images.example/debian.raw", checksum: `sha512:${a64}${a64}`, format: "raw" },
      boot: { kernel: file, initrd: file, device: "LABEL=root" },
    });
    assert.ok(Object.isFrozen(image.boot?.kernel));
  });

  it("has the same keys in schema and types", () => {
    type Keys<T> = { readonly [K in keyof Required<T>]: true };
    const keys = (of: object): string[] => Object.keys(of).sort();
    const { disk, boot } = schema.properties;
    const image: Keys<CloudImage> = { family: true, disk: true, boot: true };
    assert.deepEqual(keys(schema.properties), ["$schema", ...keys(image)]);
    assert.deepEqual(
      keys(disk.properties),
      keys({ source: true, checksum: true, format: true } satisfies Keys<CloudImage["disk"]>),
    );
    assert.deepEqual(
      keys(boot.properties),
      keys({ kernel: true, initrd: true, device: true } satisfies Keys<NonNullable<CloudImage["boot"]>>),
    );
    const { file } = schema.definitions;
    assert.deepEqual(keys(file.properties), keys({ source: true, checksum: true } satisfies Keys<ImageFile>));
  });
});
