import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../model/userError";

/** Refuses a file that cannot be written, before anything is done that would be lost then. */
export function checkFile(option: string, file: string | undefined): void {
  if (file === undefined) return;
  const kind = (one: string) => fs.statSync(one, { throwIfNoEntry: false });
  const folder = path.dirname(path.resolve(file));
  if (kind(file)?.isDirectory()) throw new UserError(`${option}: got ${file}, which is a folder, need a file`);
  if (!kind(folder)?.isDirectory())
    throw new UserError(`${option}: got ${file}, need a file in a folder that exists: ${folder} does not`);
}
