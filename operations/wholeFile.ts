import * as fs from "node:fs";

/**
 * Writes a file that its owner alone may read, so that a program that reads it meanwhile gets the whole old one or the whole new one. If the
 * disk is full, the old one stays.
 */
export function writeWhole(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
