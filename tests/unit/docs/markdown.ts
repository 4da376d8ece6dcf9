/** The parts of a Markdown page that tests read. */
import * as fs from "node:fs";
import * as path from "node:path";
import { slug } from "../../../docs/generator/slug";
import { inRoot } from "../../../operations/paths";

/** A fenced block: ```` ```language words ````. */
export type Block = {
  readonly language: string;
  /** Words after the language, such as `lab` or `file=my-lab.yaml`: marks for tests, invisible to readers. */
  readonly words: readonly string[];
  readonly lines: readonly string[];
  /** Line of the page on which the block's text begins, counted from 0. */
  readonly at: number;
};

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; words: string[]; lines: string[]; at: number } | undefined;
  for (const [index, line] of page.split("\n").entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) {
      const [language = "", ...words] = (fence[1] ?? "").trim().split(/\s+/);
      open = { language, words, lines: [], at: index + 1 };
    } else {
      blocks.push(open);
      open = undefined;
    }
  }
  return blocks;
}

/** A page without blocks and code: the prose, which can have links. */
const prose = (page: string): string =>
  page
    .replace(/^```[^]*?^```$/gm, "")
    .replace(/<!--[^]*?-->/g, "")
    .replace(/`[^`\n]*`/g, (code) => (/[[\]]/.test(code) ? "" : code));

/** The targets of a page's links and pictures. */
export const linksOf = (page: string): string[] =>
  [...prose(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);

/** The anchors of a page. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  return [...page.replace(/^```[^]*?^```$/gm, "").matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) => {
    const anchor = slug(heading.replace(/[`*]/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"));
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}

/** Every Markdown page of the checkout, by its path. */
export function pages(): string[] {
  const below = (folder: string): string[] =>
    fs.readdirSync(inRoot(folder), { withFileTypes: true }).flatMap((entry) => {
      const at = path.join(folder, entry.name);
      if (entry.isDirectory()) return ["node_modules", ".vitepress", ".git"].includes(entry.name) ? [] : below(at);
      return entry.name.endsWith(".md") ? [at] : [];
    });
  return below(".").sort();
}

export const read = (file: string): string => fs.readFileSync(inRoot(file), "utf8");
