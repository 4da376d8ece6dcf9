/** The steps that pages give their readers, for the tests that run them. */
import { type Block, blocksOf } from "./markdown";

/** A command and its output in the page; undefined: the page shows none. `…` alone on a line means any lines. */
export type Command = { readonly command: string; readonly output: readonly string[] | undefined };

/** A file that the reader writes. */
export type Written = { readonly file: string; readonly text: string };

/** One step of a page. Some commands need a running lab. */
export type Step = Written | (Command & { readonly needsLab: boolean });

export const isOfLab = ({ words }: Block): boolean => words.includes("lab");

export const fileOf = ({ words }: Block): string | undefined =>
  words.find((word) => word.startsWith("file="))?.slice("file=".length);

/** The commands of a block: lines after `$ ` in a block with output, otherwise every line. */
export function commandsOf({ language, lines }: Block): Command[] {
  if (language === "sh")
    return lines.flatMap((line) => {
      const command = line.replace(/(^|\s+)#.*$/, "");
      return command === "" ? [] : [{ command, output: undefined }];
    });
  const commands: { command: string; output: string[] }[] = [];
  for (const line of language === "console" ? lines : [])
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), output: [] });
    else commands.at(-1)?.output.push(line);
  return commands;
}

/** The steps of a page, in order. */
export const stepsOf = (page: string): Step[] =>
  blocksOf(page).flatMap((block): Step[] => {
    const file = fileOf(block);
    if (file !== undefined) return [{ file, text: `${block.lines.join("\n")}\n` }];
    return commandsOf(block).map((one) => ({ ...one, needsLab: isOfLab(block) }));
  });

/** Whether a command printed the page's output. `alike` removes what differs from run to run from both. */
export function prints(got: string, said: readonly string[], alike = (text: string): string => text): boolean {
  const pattern = said.map((line) =>
    line === "…" ? "(?:.*\\n)*?" : `${alike(line).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}\\n`,
  );
  const lines = got.split("\n").map((line) => alike(line.trimEnd()));
  return new RegExp(`^${pattern.join("")}$`).test(lines.join("\n"));
}

/** The commands for one lab that several pages use: `up` once at the start, `destroy` once at the end. */
export type Course = { readonly up: Command; readonly between: readonly Command[]; readonly destroy: Command };

export function courseOf(steps: readonly Step[]): Course {
  const commands = steps.filter((step) => "command" in step).filter(({ needsLab }) => needsLab);
  const verb = (name: string): RegExp => new RegExp(`^\\./scripts/lab ${name}\\b`);
  const one = (name: string): Command => {
    const [first, ...others] = commands
      .filter(({ command }) => verb(name).test(command))
      // Prefer the command whose output the page shows.
      .sort((a, b) => (b.output?.length ?? 0) - (a.output?.length ?? 0));
    if (first === undefined) throw new Error(`no page has ${name}`);
    const other = others.find(({ command }) => command !== first.command);
    if (other !== undefined) throw new Error(`two labs: ${first.command} and ${other.command}`);
    return first;
  };
  return {
    up: one("up"),
    between: commands.filter(({ command }) => !verb("up").test(command) && !verb("destroy").test(command)),
    destroy: one("destroy"),
  };
}
