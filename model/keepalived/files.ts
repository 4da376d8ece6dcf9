import { posix } from "node:path";

/** The reader's access to files. Paths are absolute, or relative to the first file's folder. */
export interface Files {
  /** The text of a file; undefined if it cannot be read. */
  read(path: string): string | undefined;
  /** The paths that match a pattern of glob(7) with braces, sorted. A pattern without wildcards is a path. */
  glob(pattern: string): readonly string[];
}

/** The target of an `include` in `file`. It is relative to that file's folder, into which the daemon changes. */
export const resolveFrom = (file: string, path: string): string =>
  posix.join(path.startsWith("/") ? "/" : posix.dirname(file), path);

/** The alternatives of `{a,b}`, also nested. */
export function braces(pattern: string): readonly string[] {
  const open = pattern.indexOf("{");
  if (open < 0) return [pattern];
  let depth = 0;
  const cuts = [open];
  for (let index = open; index < pattern.length; index += 1) {
    if (pattern[index] === "{") depth += 1;
    if (pattern[index] === "," && depth === 1) cuts.push(index);
    if (pattern[index] === "}") depth -= 1;
    if (depth > 0) continue;
    cuts.push(index);
    const [head, tail] = [pattern.slice(0, open), pattern.slice(index + 1)];
    return cuts.slice(1).flatMap((cut, number) => braces(head + pattern.slice((cuts[number] ?? 0) + 1, cut) + tail));
  }
  return [pattern];
}

/** A pattern of glob(7), without braces, as a regular expression over whole paths. */
function expression(pattern: string): RegExp {
  const source = pattern.replace(
    /\[(!?)([^\]]+)\]|[*?]|[.+^$(){}|[\]\\]/g,
    (match: string, not?: string, set?: string) => {
      if (match === "*") return "[^/]*";
      if (match === "?") return "[^/]";
      if (set !== undefined) return `[${not === "!" ? "^" : ""}${set.replace(/[\\\]]/g, "\\$&")}]`;
      return `\\${match}`;
    },
  );
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return /^(?!)/; // a range that runs backwards matches nothing
  }
}

export const hasWildcard = (pattern: string): boolean => /[*?[]/.test(pattern);

/** Files by their paths. `get`: the text of one, which may be read only then. */
export function filesOf(texts: { get(path: string): string | undefined; keys(): Iterable<string> }): Files {
  return {
    read: (path) => texts.get(path),
    glob: (pattern) =>
      braces(pattern).flatMap((alternative) =>
        hasWildcard(alternative)
          ? [...texts.keys()].filter((path) => expression(alternative).test(path)).sort()
          : [...texts.keys()].filter((path) => path === alternative),
      ),
  };
}
