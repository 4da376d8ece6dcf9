import * as fs from "node:fs";
import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLError } from "yaml";
import { ConfigError, type Problem } from "./error";
import { fileKind } from "./fileKind";

/** The kind of file that is expected. */
export type Wanted = {
  /** "a topology file". */
  readonly what: string;
  /** Top-level keys. A file with none of them is another kind of file. */
  readonly keys: readonly string[];
  /** A file of this kind, as an example. */
  readonly example?: string;
};

/** What a YAML file holds. */
export type Read = {
  readonly data: unknown;
  /** The line of a key or of an item of a list, counted from 1; undefined: there is none. */
  readonly lineOf: (keys: readonly string[]) => number | undefined;
};

/** Largest file that is read, in bytes: a hundred times the longest topology of this checkout. */
const largest = 1024 * 1024;

/** Reads a YAML file as plain data. Throws a ConfigError that says what is wrong and quotes nothing of the file. */
export function readYamlFile(path: string, wanted: Wanted): Read {
  const refuse = (got: string, need = `${wanted.what} that can be read`): never => {
    throw new ConfigError(path, [{ path: "file", got, need }]);
  };
  let text: string;
  try {
    // Reading a pipe could wait for ever, and a device may never end.
    const stat = fs.statSync(path);
    if (stat.isDirectory()) return refuse("a folder");
    if (!stat.isFile()) return refuse("something that is not a regular file");
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

/** Whether a file is of the wanted kind, judged by its top-level keys. Lines are searched if it is not YAML. */
const isOwn = (text: string, data: unknown, keys: readonly string[]): boolean =>
  typeof data === "object" && data !== null
    ? keys.some((key) => Object.hasOwn(data, key))
    : new RegExp(`^(${keys.join("|")})\\s*:`, "m").test(text);

/** Parses a YAML 1.2 text and reports its syntax errors. A key that occurs twice in one section is an error. */
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
    // Aliases are resolved here, not earlier.
    return { data: undefined, lineOf, problems: [{ path: "file", ...FAULTS.BAD_ALIAS }] };
  }
}

/** The offset at which a key or an item begins. */
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
  got: `a syntax error: ${got}`,
  need: "YAML 1.2",
  ...(fix === undefined ? {} : { fix }),
});

const QUOTE = "put a text with this character in quotes";

/** Messages for the parser's errors. Its own messages are not shown, because they quote the file. */
const FAULTS: Readonly<Record<YAMLError["code"], Omit<Problem, "path">>> = {
  ALIAS_PROPS: fault("an alias (*) with a tag or an anchor"),
  BAD_ALIAS: fault("an alias (*) without an anchor (&) before it, or too many aliases", QUOTE),
  BAD_COLLECTION_TYPE: fault("a tag (!) that does not fit", QUOTE),
  BAD_DIRECTIVE: fault("a line that begins with % but is not a directive"),
  BAD_DQ_ESCAPE: fault("an escape (\\) that is unknown in double quotes", "use single quotes, which have no escapes"),
  BAD_INDENT: fault("wrong indentation, or a bracket that is not closed"),
  BAD_PROP_ORDER: fault("a tag (!) or an anchor (&) in the wrong place", QUOTE),
  BAD_SCALAR_START: fault("a text that begins with @ or `", QUOTE),
  BLOCK_AS_IMPLICIT_KEY: fault(
    "a section on the same line as its key",
    "write one key per line, and put a text with a colon in quotes",
  ),
  BLOCK_IN_FLOW: fault("a multi-line section inside brackets"),
  DUPLICATE_KEY: { got: "a name that occurs twice", need: "each name once in its section", fix: "rename one" },
  IMPOSSIBLE: fault("something that cannot be read"),
  KEY_OVER_1024_CHARS: fault("a key of more than 1024 characters"),
  MISSING_CHAR: fault("a character is missing: a space, comma, colon, quote or bracket"),
  MULTILINE_IMPLICIT_KEY: fault("a key that spans several lines", "a colon or a quote is missing"),
  MULTIPLE_ANCHORS: fault("two anchors (&) for one value", QUOTE),
  MULTIPLE_DOCS: fault("multiple documents", "a file holds one document: remove the lines ---"),
  MULTIPLE_TAGS: fault("two tags (!) for one value", QUOTE),
  NON_STRING_KEY: fault("a key that is not a text"),
  RESOURCE_EXHAUSTION: fault("too many aliases (*) or nested sections"),
  TAB_AS_INDENT: fault("a tab as indentation", "indent with spaces"),
  TAG_RESOLVE_FAILED: fault("a tag (!) that YAML does not know", QUOTE),
  UNEXPECTED_TOKEN: fault("something unexpected", "put a text with a special character of YAML in quotes"),
};
