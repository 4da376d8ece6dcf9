import * as fs from "node:fs";
import * as path from "node:path";
import { type CloudImage, type ImageFile, isAddress } from "./cloudImage";
import { readYamlFile } from "./yamlFile";
import { ConfigError, type Problem } from "./error";
import { deepFreeze } from "./load";
import { validateImage } from "./validate";

/**
 * Reads the description of a stock cloud image: checks YAML, schema and files, and fills in the defaults. Throws one
 * ConfigError with every problem. Checksums are compared when the image is used (components/platform/libvirt/cloudImage), not here.
 */
export function loadCloudImage(file: string): CloudImage {
  const { data: written, lineOf } = readYamlFile(file, {
    what: "a description of an image",
    keys: ["disk", "boot", "family"],
  });
  const { data, problems } = validateImage(written, lineOf);
  if (problems.length > 0) throw new ConfigError(file, problems.map(asFile));
  const { family, disk, boot } = data as CloudImage;
  const place = <T extends ImageFile>(one: T): T => ({
    ...one,
    source: isAddress(one.source) ? one.source : path.resolve(path.dirname(file), one.source),
  });
  const image: CloudImage = {
    family,
    disk: place(disk),
    ...(boot === undefined ? {} : { boot: { ...boot, kernel: place(boot.kernel), initrd: place(boot.initrd) } }),
  };
  const missing = [
    ["disk", image.disk],
    ["boot.kernel", image.boot?.kernel],
    ["boot.initrd", image.boot?.initrd],
  ] as const;
  const absent = missing.flatMap(([at, one]) => (one === undefined ? [] : absence(at, one)));
  if (absent.length > 0) throw new ConfigError(file, absent);
  return deepFreeze(image);
}

const asFile = (problem: Problem): Problem =>
  problem.path === "" ? { ...problem, path: "file", need: "a section disk, optionally boot and family" } : problem;

function absence(at: string, { source }: ImageFile): Problem[] {
  if (isAddress(source) || fs.statSync(source, { throwIfNoEntry: false })?.isFile() === true) return [];
  return [{ path: `${at}.source`, got: source, need: "an existing file" }];
}
