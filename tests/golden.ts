import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.join(__dirname, "golden");

/** Compares a text with the golden file of that name; `UPDATE=1` (npm run test:update) writes the file instead. */
export function golden(name: string, actual: string): void {
  const file = path.join(root, name);
  if (process.env.UPDATE === "1") {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, actual);
  }
  assert.ok(fs.existsSync(file), `tests/golden/${name} is missing: npm run test:update`);
  assert.equal(
    actual,
    fs.readFileSync(file, "utf8"),
    `tests/golden/${name} differs (npm run test:update, then review)`,
  );
}

/** Golden files of a folder, sorted. The folder's test asserts that these are exactly its cases. */
export const goldenFiles = (folder: string): string[] => {
  const where = path.join(root, folder);
  return fs.existsSync(where) ? fs.readdirSync(where).sort() : [];
};

/** Path of a golden file, for the parsers. */
export const goldenPath = (name: string): string => path.join(root, name);
