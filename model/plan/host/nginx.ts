/** The statements of a nginx.conf, in their order. Blocks are entered; a quoted word keeps its quotes out. */
export function nginxStatements(text: string): readonly { readonly words: readonly string[]; readonly line: number }[] {
  const statements: { words: string[]; line: number }[] = [];
  let words: string[] = [];
  let line = 1;
  let begun = 1;
  for (const [piece] of text.matchAll(/\n|#[^\n]*|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[{};]|[^\s{};"']+/g)) {
    if (piece === "\n") line += 1;
    else if (piece.startsWith("#") || piece === "}") continue;
    else if (piece === "{" || piece === ";") {
      if (words.length > 0) statements.push({ words, line: begun });
      words = [];
    } else {
      if (words.length === 0) begun = line;
      words.push(/^["']/.test(piece) ? piece.slice(1, -1) : piece);
      line += piece.split("\n").length - 1;
    }
  }
  return statements;
}

/** The absolute patterns of the files that a nginx.conf includes: ngx_core_module(7), include; paths begin at /etc/nginx. */
export const includesOf = (text: string): readonly string[] =>
  nginxStatements(text).flatMap(({ words: [word, target] }) =>
    word === "include" && target !== undefined && !target.endsWith("mime.types")
      ? [target.startsWith("/") ? target : `/etc/nginx/${target}`]
      : [],
  );
