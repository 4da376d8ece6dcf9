import * as path from "node:path";
import type { MarkdownRenderer } from "vitepress";

/** Where this checkout can be read on a code host, as a workflow of it knows; undefined: not known. */
const { GITHUB_SERVER_URL: server = "https://github.com", GITHUB_REPOSITORY: repository } = process.env;

/**
 * Links from a page to a file outside of docs/ (a lab, a source file). The site does not have these files: they lead to the code host
 * where it is known, and are plain text elsewhere. That the files exist is a test's matter (tests/unit/docs/links.test.ts).
 */
export function outside(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("links-outside", (state) => {
    const page = (state.env as { relativePath?: string }).relativePath ?? "";
    for (const { children } of state.tokens)
      for (const [index, token] of (children ?? []).entries()) {
        const href = token.type === "link_open" ? (token.attrGet("href") ?? "") : "";
        if (!/^\.\.?\//.test(href)) continue;
        const target = path.posix.normalize(path.posix.join("docs", path.posix.dirname(page), href));
        if (target.startsWith("docs/")) continue;
        const end = children?.slice(index).find(({ type }) => type === "link_close");
        if (repository !== undefined) token.attrSet("href", `${server}/${repository}/blob/main/${target}`);
        else for (const one of [token, end]) if (one !== undefined) [one.type, one.tag, one.attrs] = ["text", "", null];
      }
  });
}
