/** Runs the commands of the newcomer's pages as they stand. */
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../operations/paths";
import { tryRun } from "../../operations/run";
import { type Command, prints } from "../unit/docs/steps";
import { state } from "./lab";

/** A folder that looks like a checkout to the commands of a page. Files that `npm ci` reads are copies, because it writes beside them. */
export function newcomersFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-pages-"));
  for (const part of ["scripts", "labs"]) fs.symlinkSync(inRoot(part), path.join(folder, part));
  for (const part of [".npmrc", "package.json", "package-lock.json", "sdks"])
    fs.cpSync(inRoot(part), path.join(folder, part), {
      recursive: true,
      filter: (source) => path.basename(source) !== "node_modules",
    });
  return folder;
}

/** Seconds differ from run to run, and so does which of two web servers a single request meets. */
const alike = (text: string): string =>
  text.replace(/ *\b\d+\.\d+ s\b/g, " N s").replace(/\b(zzt|zhantai) is boy$/, "one is boy");

/** Exit codes that are not a failure: the command found something, as its page says. */
const wanted = ({ command, output }: Command): readonly number[] =>
  output !== undefined || /^\.\/scripts\/lab drift\b/.test(command) ? [0, 1] : [0];

/** Runs a command in such a folder, shows its output on the terminal and returns it. It must print what its page says. */
export async function asItStands(folder: string, step: Command): Promise<string> {
  const { command, output } = step;
  const begin = performance.now();
  const lines: string[] = [];
  console.log(`      $ ${command}`);
  const { code } = await tryRun(["bash", "-c", `cd '${folder}' && { ${command}\n} 2>&1`], {
    env: { LVS_LAB_STATE: state },
    line: (line) => {
      lines.push(line);
      console.log(`      ${line}`);
    },
  });
  console.log(`      exit code ${code} after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  const printed = lines.map((line) => `${line}\n`).join("");
  assert.ok(wanted(step).includes(code), `$ ${command}\n${printed}exit code ${code}`);
  if (output !== undefined && output.length > 0)
    assert.ok(prints(printed, output, alike), `$ ${command}\n${printed}must be\n${output.join("\n")}`);
  return printed;
}
