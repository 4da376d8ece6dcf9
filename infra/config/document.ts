import * as fs from "node:fs";
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { ConfigError, type Problem } from "./error";
import { fileKind } from "./fileKind";

/** What a file should be. */
export type Wanted = {
  /** "a topology file". */
  readonly what: string;
  /** Keys at its top of which one at least is there, else it is another kind of file. */
  readonly keys: readonly string[];
  /** Where such a file can be seen. */
  readonly example?: string;
};

/** What a YAML file holds. */
export type Read = {
  readonly data: unknown;
  /** The line, from 1 on, in which a key or an item of a list stands; undefined: there is none. */
  readonly lineOf: (keys: readonly string[]) => number | undefined;
};

/** Bytes of the largest file that is read: a hundred times the longest topology of this checkout. */
const largest = 1024 * 1024;

/** Reads a YAML file as plain data; throws a ConfigError with what is wrong with it, and without a word of what it holds. */
export function readDocument(path: string, wanted: Wanted): Read {
  const refuse = (got: string, need = `${wanted.what} that can be read`): never => {
    throw new ConfigError(path, [{ path: "file", got, need }]);
  };
  let text: string;
  try {
    // A pipe that nobody writes to would be waited for for ever, a device read without an end.
    const stat = fs.statSync(path);
    if (stat.isDirectory()) return refuse("a folder");
    if (!stat.isFile()) return refuse("no regular file");
    if (stat.size > largest) return refuse(`${stat.size} bytes`, `${wanted.what} of at most ${largest} bytes`);
    text = fs.readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return refuse((error as NodeJS.ErrnoException).code ?? "unreadable");
  }
  const { problems, ...read } = parseYamlText(text);
  const kind = isOwn(text, read.data, wanted.keys) ? undefined : fileKind(text, read.data);
  if (kind !== undefined) {
    const { what, example } = wanted;
    const fix = example === undefined ? {} : { fix: `${example} is one` };
    throw new ConfigError(path, [{ path: "file", got: `what seems to be ${kind}`, need: what, ...fix }]);
  }
  if (problems.length > 0) throw new ConfigError(path, problems);
  return read;
}

/** Whether a file is of the wanted kind, as far as its outermost keys tell; of what is no YAML the lines tell. */
const isOwn = (text: string, data: unknown, keys: readonly string[]): boolean =>
  typeof data === "object" && data !== null
    ? keys.some((key) => Object.hasOwn(data, key))
    : new RegExp(`^(${keys.join("|")})\\s*:`, "m").test(text);

/** What a YAML text holds, or where it is not YAML 1.2 (a key twice in one section is refused too). */
export function parseYamlText(text: string): Read & { readonly problems: readonly Problem[] } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const lineOf = (keys: readonly string[]): number | undefined => {
    const offset = offsetOf(document, keys);
    return offset === undefined ? undefined : lineCounter.linePos(offset).line;
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ code, pos: [offset] }) => {
      const { line, col } = lineCounter.linePos(offset);
      return { path: `line ${line}, column ${col}`, ...FAULTS[code] };
    });
    return { data: undefined, lineOf, problems };
  }
  try {
    return { data: document.toJS() as unknown, lineOf, problems: [] };
  } catch {
    // Aliases are resolved only here.
    return { data: undefined, lineOf, problems: [{ path: "file", ...FAULTS.BAD_ALIAS }] };
  }
}

/** Where a key or an item begins. */
function offsetOf({ contents }: Document, keys: readonly string[]): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((one) => String(isScalar(one.key) ? one.key.value : one.key) === key);
      offset = (pair?.key as { range?: [number, number, number] } | undefined)?.range?.[0];
      node = pair?.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as { range?: [number, number, number] } | undefined;
      offset = item?.range?.[0];
      node = item;
    } else return undefined;
  }
  return offset;
}

const fault = (got: string, fix?: string): Omit<Problem, "path"> => ({
  got: `a fault of syntax: ${got}`,
  need: "YAML 1.2",
  ...(fix === undefined ? {} : { fix }),
});

const QUOTE = "a text with such a character goes in quotes";

/** What is told of the parser's errors: its own words quote the file. */
const FAULTS: Readonly<Record<YAMLError["code"], Omit<Problem, "path">>> = {
  ALIAS_PROPS: fault("an alias (*) with a tag or an anchor"),
  BAD_ALIAS: fault("an alias (*) whose anchor (&) is not before it, or too many of them", QUOTE),
  BAD_COLLECTION_TYPE: fault("a tag (!) that does not fit", QUOTE),
  BAD_DIRECTIVE: fault("a line that begins with % and is no directive"),
  BAD_DQ_ESCAPE: fault("an escape (\\) that double quotes do not know", "single quotes take it as it is"),
  BAD_INDENT: fault("an indentation that does not fit, or a bracket that is not closed"),
  BAD_PROP_ORDER: fault("a tag (!) or an anchor (&) in the wrong place", QUOTE),
  BAD_SCALAR_START: fault("a text that begins with @ or `", QUOTE),
  BLOCK_AS_IMPLICIT_KEY: fault(
    "a section in the line of its key",
    "one key a line; a text with a colon goes in quotes",
  ),
  BLOCK_IN_FLOW: fault("a section of several lines in brackets"),
  DUPLICATE_KEY: { got: "a name a second time", need: "each name once in its section", fix: "rename one" },
  IMPOSSIBLE: fault("something that cannot be read"),
  KEY_OVER_1024_CHARS: fault("a key of more than 1024 characters"),
  MISSING_CHAR: fault("a character is missing: a space, comma, colon, quote or bracket"),
  MULTILINE_IMPLICIT_KEY: fault("a key of several lines", "a colon is missing, or a quote"),
  MULTIPLE_ANCHORS: fault("two anchors (&) for one value", QUOTE),
  MULTIPLE_DOCS: fault("multiple documents", "a file is one document: remove the lines ---"),
  MULTIPLE_TAGS: fault("two tags (!) for one value", QUOTE),
  NON_STRING_KEY: fault("a key that is no text"),
  RESOURCE_EXHAUSTION: fault("too many aliases (*), or sections in sections"),
  TAB_AS_INDENT: fault("a tab in the indentation", "indent with spaces"),
  TAG_RESOLVE_FAILED: fault("a tag (!) that YAML does not know", QUOTE),
  UNEXPECTED_TOKEN: fault(
    "something that is not expected here",
    "a text with a character of YAML's own goes in quotes",
  ),
};
