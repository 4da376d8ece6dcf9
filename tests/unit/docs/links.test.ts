import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { anchorsOf, blocksOf, linksOf, pages, read } from "./markdown";

/** Links of a page that lead to no file or to no heading. */
function deadLinks(file: string, page: string): string[] {
  return linksOf(page).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target = "", anchor] = link.split("#");
    const at = target === "" ? file : path.join(path.dirname(file), target);
    if (!fs.existsSync(inRoot(at))) return true;
    return anchor !== undefined && !anchorsOf(target === "" ? page : read(at)).includes(anchor);
  });
}

describe("the pages", () => {
  it("have no dead link", () => {
    const dead = pages().flatMap((file) => deadLinks(file, read(file)).map((link) => `${file}: ${link}`));
    assert.deepEqual(dead, []);
  });

  it("report a dead link", () => {
    const page =
      "# A `b.c` d\n\n[x](#a-bc-d) [y](#a-b-c-d) [z](README.md) [v](NO.md#a) ![w](docs/no.svg)\n\n```md\n[u](no)\n```\n";
    assert.deepEqual(deadLinks("README.md", page), ["#a-b-c-d", "NO.md#a", "docs/no.svg"]);
  });

  it("have lines of at most 160 characters, except in tables and blocks", () => {
    const forUsers = pages().filter((file) => !file.includes("/") || file.startsWith("docs/"));
    const long = forUsers.flatMap((file) => {
      const page = read(file);
      const inBlock = new Set(blocksOf(page).flatMap(({ at, lines }) => lines.map((_, index) => at + index)));
      return page
        .split("\n")
        .flatMap((line, index) =>
          Array.from(line).length > 160 && !line.startsWith("|") && !inBlock.has(index) ? [`${file}:${index + 1}`] : [],
        );
    });
    assert.deepEqual(long, []);
  });

  it("close every block", () => {
    for (const file of pages()) assert.equal((read(file).match(/^```/gm) ?? []).length % 2, 0, file);
  });

  it("have a short README", () => {
    for (const file of ["README.md", "README.zh-CN.md"]) assert.ok(read(file).split("\n").length <= 200, file);
  });
});
