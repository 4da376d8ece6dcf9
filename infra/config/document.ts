import * as fs from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { ConfigError, type Problem } from "./error";

/** Reads a YAML file as plain data; throws a ConfigError with what is wrong with it. `kind` says what it should be. */
export function readDocument(path: string, kind: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new ConfigError(path, [{ path: "file", got: code, need: `${kind} that can be read` }]);
  }
  const { data, problems } = parseYamlText(text);
  if (problems.length > 0) throw new ConfigError(path, problems);
  return data;
}

/** What a YAML text holds, as plain data, or where it is not YAML 1.2 (a key twice in one section is refused too). */
export function parseYamlText(text: string): { readonly data?: unknown; readonly problems: readonly Problem[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      problems: faults.map(({ code, message, pos: [offset] }) => {
        const { line, col } = lineCounter.linePos(offset);
        const path = `line ${line}, column ${col}`;
        if (code === "DUPLICATE_KEY") {
          const key = /^[^\s:]+/.exec(text.slice(offset))?.[0] ?? "?";
          return { path, got: `${key} a second time`, need: "each name once in its section", fix: "rename one" };
        }
        return { path, got: `a fault of syntax: ${message}`, need: "YAML 1.2" };
      }),
    };
  }
  try {
    return { data: document.toJS(), problems: [] };
  } catch (error) {
    // Aliases are resolved only here: an unknown anchor, or too many.
    return { problems: [{ path: "file", got: error instanceof Error ? error.message : "a fault", need: "YAML 1.2" }] };
  }
}
