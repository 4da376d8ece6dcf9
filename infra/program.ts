import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import manifest from "../package.json";

const root = path.resolve(__dirname, "..");

/** The files that decide what is written on machines. */
const RENDERERS = ["components", "documents", "infra", "model"];

/**
 * Identifies this lvs-lab: its version, and a digest of the sources that decide what it writes on machines. The same digest means the
 * same texts. With different digests the texts must be compared.
 */
export function programVersion(): string {
  const digest = createHash("sha256");
  const files = RENDERERS.flatMap((folder) =>
    fs.readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, String(name))),
  );
  for (const file of files.filter((name) => /\.(ts|sh|json)$/.test(name)).sort())
    digest
      .update(`${file}\0`)
      .update(fs.readFileSync(path.join(root, file)))
      .update("\0");
  return `${manifest.version} ${digest.digest("hex").slice(0, 12)}`;
}
