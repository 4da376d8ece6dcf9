import type { Accepted } from "./plan";

const MARK = /[#!]\s*lvs-lab:\s*accept\s+(\S+)(?:\s+because\s+(.*\S))?\s*$/;

/**
 * The accepted findings that comments of a configuration name: `# lvs-lab: accept RULE because …`. Behind a statement it is about that
 * line; alone in a block, about the block; outside of blocks, about the file. Without a reason `because` is empty.
 */
export function acceptedIn(file: string, text: string): readonly Accepted[] {
  const lines = text.split("\n");
  const open: number[] = [];
  const blocks: { first: number; last: number }[] = [];
  const marks: { rule: string; because: string; line: number; column: number; isBehind: boolean }[] = [];
  for (const [index, line] of lines.entries()) {
    const comment = line.search(/[#!]/);
    const code = comment < 0 ? line : line.slice(0, comment);
    const [all, rule, because = ""] = MARK.exec(line) ?? [];
    if (all !== undefined && rule !== undefined)
      marks.push({
        rule,
        because,
        line: index + 1,
        column: line.length - all.length + 1,
        isBehind: code.trim() !== "",
      });
    for (const letter of code) {
      if (letter === "{") open.push(index + 1);
      const first = letter === "}" ? open.pop() : undefined;
      if (first !== undefined) blocks.push({ first, last: index + 1 });
    }
  }
  return marks.map(({ rule, because, line, column, isBehind }): Accepted => {
    const around = blocks
      .filter(({ first, last }) => first <= line && line <= last)
      .sort((a, b) => a.last - a.first - (b.last - b.first))[0];
    const about = isBehind ? { first: line, last: line } : around;
    return Object.freeze({ rule, because, at: { file, line, column }, ...(about ? { lines: about } : {}) });
  });
}
