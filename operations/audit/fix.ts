import * as fs from "node:fs";
import { MASK } from "../../model/keepalived/secret";
import { audit, type AuditFinding } from "../../model/plan/audit";
import { planOf } from "../../model/plan/site";
import { visible } from "../terminal/terminal";
import type { Input } from "./input";

/** A word of a file and its replacement. Lines and columns count from 1. */
interface Edit {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly word: string;
  readonly instead: string;
}

/** What changed in one file, as a diff without the lines around it; passwords are masked. */
export interface Fixed {
  readonly file: string;
  readonly text: string;
  readonly diff: string;
}

/** The edit for a misspelt word with one likely meaning, or for nb_get_retry, which became retry. Only these fixes are certain. */
function editOf({ rule, message, fix = "", at: { file, line, column } }: AuditFinding): Edit | undefined {
  const [word = ""] = message.split(" ");
  const meant = /^did you mean ([\w-]+)\?$/.exec(fix)?.[1];
  const isOld = (rule === "retired-word" || rule === "deprecated-word") && word === "nb_get_retry" && fix === "retry";
  const instead = isOld ? fix : rule === "unknown-word" ? meant : undefined;
  return instead === undefined ? undefined : { file, line, column, word, instead };
}

/** A line that is safe to show: the text after a word about passwords or keys is masked, also if only the other line has that word. */
function shown(line: string, other: string): string {
  const secret = /^(.*?\b[\w-]*(?:pas|key|secr)[\w-]*)(\s+\S.*)$/i;
  if (secret.test(line)) return line.replace(secret, `$1 ${MASK}`);
  return secret.test(other) ? line.replace(/^(\s*\S+)\s.*$/, `$1 ${MASK}`) : line;
}

/** The files with their fixes. A file that would then have more errors is left out. */
export function fixesOf({ machines, facts }: Input): readonly Fixed[] {
  const texts = new Map(machines.flatMap(({ files }) => [...files].map(([path, { text }]) => [path, text])));
  const before = audit(planOf(machines, facts));
  const edits = new Map<string, Edit[]>();
  for (const edit of before
    .filter(({ accepted }) => accepted === undefined)
    .flatMap((finding) => editOf(finding) ?? []))
    edits.set(edit.file, [...(edits.get(edit.file) ?? []), edit]);
  const fixed = [...edits].flatMap(([file, all]): Fixed[] => {
    const lines = (texts.get(file) ?? "").split("\n");
    const diff: string[] = [];
    const byLine = new Map<number, Edit[]>();
    for (const edit of all) byLine.set(edit.line, [...(byLine.get(edit.line) ?? []), edit]);
    for (const [number, some] of [...byLine].sort(([a], [b]) => a - b)) {
      const old = lines[number - 1] ?? "";
      // From right to left, so that the columns stay right. A word that came from a definition is not in the line.
      const renewed = [...some]
        .sort((a, b) => b.column - a.column)
        .reduce((line, { column, word, instead }) => {
          const [head, tail] = [line.slice(0, column - 1), line.slice(column - 1)];
          return tail.startsWith(word) && !/^[\w-]/.test(tail.slice(word.length))
            ? head + instead + tail.slice(word.length)
            : line;
        }, old);
      if (renewed === old) continue;
      lines[number - 1] = renewed;
      diff.push(`@@ -${number} +${number} @@`, `-${shown(old, renewed)}`, `+${shown(renewed, old)}`);
    }
    return diff.length === 0
      ? []
      : [{ file, text: lines.join("\n"), diff: visible([`--- ${file}`, `+++ ${file}`, ...diff].join("\n")) }];
  });
  return fixed.filter(({ file, text }) => {
    const mended = machines.map((machine) => {
      const old = machine.files.get(file);
      return old ? { ...machine, files: new Map(machine.files).set(file, { ...old, text }) } : machine;
    });
    return errorsOf(audit(planOf(mended, facts))) <= errorsOf(before);
  });
}

const errorsOf = (findings: readonly AuditFinding[]): number =>
  findings.filter(({ severity }) => severity === "error").length;

/** Writes the fixed files, and returns them. A file that is not UTF-8 stays as it is. */
export function writeFixes(input: Input): readonly Fixed[] {
  return fixesOf(input).filter(({ file, text }) => {
    const bytes = fs.readFileSync(file);
    if (!Buffer.from(bytes.toString("utf8")).equals(bytes)) return false;
    fs.writeFileSync(file, text);
    return true;
  });
}
