import type { Accepted } from "./plan";

const MARK = /[#!]\s*lvs-lab:\s*accept\s+(\S+)(?:\s+because\s+(.*\S))?\s*$/;

/**
 * Accepted findings in comments of a configuration: `# lvs-lab: accept RULE because …`. After a statement it applies to that
 * line; alone in a block, to the block; outside blocks, to the file. Without a reason `because` is empty.
 */
export function acceptedIn(file: string, text: string): readonly Accepted[] {
  const lines = text.split("\n");
  const open: { readonly first: number; last?: number }[] = [];
  const marks: {
    readonly rule: string;
    readonly because: string;
    readonly line: number;
    readonly column: number;
    readonly isBehind: boolean;
    /** The innermost block around a comment on its own line. The block's end is found later. */
    readonly block: { readonly first: number; readonly last?: number } | undefined;
  }[] = [];
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
        block: open.at(-1),
      });
    for (const letter of code) {
      if (letter === "{") open.push({ first: index + 1 });
      const closed = letter === "}" ? open.pop() : undefined;
      if (closed) closed.last = index + 1;
    }
  }
  return marks.map(({ rule, because, line, column, isBehind, block }): Accepted => {
    // If a block is not closed, the blocks around it are not closed either.
    const around = block?.last === undefined ? undefined : { first: block.first, last: block.last };
    const about = isBehind ? { first: line, last: line } : around;
    return Object.freeze({ rule, because, at: { file, line, column }, ...(about ? { lines: about } : {}) });
  });
}
