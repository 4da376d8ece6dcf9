/** Takes the passwords out of a site's files. What is equal before is equal after, as far as the daemon compares it. */
import type { Statement } from "../../keepalived/entry";
import type { Position } from "../../keepalived/finding";
import type { Source } from "../../keepalived/source";
import { editDistance } from "../../keepalived/suggest";
import type { Tree } from "../../keepalived/tree";
import type { Edit, Lines } from "./edit";

const WHY = "no password of a site is in a lab; equal ones stay equal";
/** keepalived compares so many bytes of an auth_pass. */
const COMPARED = 8;
/** The shortest key of auth_hmac has 32 characters. */
const KEY_DIGITS = 11;

/** Stand-ins for passwords: one for all that the daemon takes for equal. All machines of a site share them. */
export class Passwords {
  readonly #known = new Map<string, string>();
  readonly #texts = new Set<string>();

  /** The stand-in for a password of at most 8 bytes. */
  pass(text: string): string {
    this.#texts.add(text);
    return this.#of(Buffer.from(text).subarray(0, COMPARED).toString("hex"), (number) => `lab-${number}`);
  }

  /** The stand-in for a key of auth_hmac. */
  key(text: string): string {
    this.#texts.add(text);
    return this.#of(`key ${text}`, (number) => `lvs-lab-stand-in-key-${String(number).padStart(KEY_DIGITS, "0")}`);
  }

  #of(meaning: string, name: (number: number) => string): string {
    const known = this.#known.get(meaning) ?? name(this.#known.size + 1);
    this.#known.set(meaning, known);
    return known;
  }

  /** Whether a text has one of the passwords as a word. `least`: shorter ones are no sign. */
  isIn(text: string, least = 1): boolean {
    return [...this.#texts].some((one) => one.length >= least && hasWord(text, one));
  }
}

function hasWord(text: string, word: string): boolean {
  const isInner = (character = " "): boolean => /[\w-]/.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!isInner(text[at - 1]) && !isInner(text[at + word.length])) return true;
  return false;
}

const SECRET = "passw(?:or)?d|passphrase|pwd|secret|token|credentials?|api[_-]?key";
/** Passwords in a line that is no comment; the first group is what stands before them. Values in quotes are words of their own. */
const IN_CODE: readonly RegExp[] = [
  /((?:^|[\s{])(?:auth_pass|password)[ \t]+)("[^"]*"|(?:\$\{[^}]*\}|[^\s"{}])+)/g,
  new RegExp(`([\\w-]*(?:${SECRET})[\\w-]*[=:])([^\\s"'\`]+)`, "gi"),
  new RegExp(`(\\s--?[\\w-]*(?:${SECRET})[\\w-]*\\s+)([^\\s"'-][^\\s"']*)`, "gi"),
  /(:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g,
  // The user of curl begins with a letter, which no VIP of ipvsadm does.
  /(\s(?:-u|--(?:proxy-)?user)[ =]+[a-z_][^\s:"']*:)([^\s"':]+)/gi,
];
const IN_COMMENT = new RegExp(`${SECRET}|auth_pass|passw`, "i");
const ACCEPT = /lvs-lab:\s*accept\b/;
/** A password in a script: a value that is no variable and no command. */
const IN_SCRIPT: readonly RegExp[] = [
  new RegExp(`(?:${SECRET})[\\w-]*\\s*[=:]\\s*["']?(?![\\s$"'(\`])\\S`, "i"),
  new RegExp(`\\s--?[\\w-]*(?:${SECRET})[\\w-]*\\s+["']?(?![\\s$"'(\`-])\\S`, "i"),
  /:\/\/[^\s/:@$]*:[^\s/@$]+@/,
  /\s(?:-u|--(?:proxy-)?user)[ =]+["']?[a-z_][^\s:"'$]*:[^\s"'$:]/i,
  /\bmysql\w*\b.*\s-p[^\s$]/,
  /\bauthorization\b|\bbearer\s|-----BEGIN /i,
];

/** Whether a script's text seems to hold a password. */
export const mayHoldSecret = (text: string, passwords: Passwords): boolean =>
  IN_SCRIPT.some((pattern) => pattern.test(text)) || passwords.isIn(text, 4);

const DEFINITION = /^(\s*(?:@\S*\s+)?\$([A-Za-z_]\w*)=[ \t]*)(\S.*?)\s*$/;
const unquoted = (text: string): string => text.replace(/^"(.*?)"?$/, "$1");
const namesIn = (text: string): string[] => [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);

/** Words whose values are secret only if they are wrong. */
const NO_SECRETS = new Set(["auth_type", "digest"]);

/** A word of a secret with its place, as the daemon reads it. */
function* secretWords(statements: readonly Statement[]): Generator<{ text: string; at: Position; isKey: boolean }> {
  for (const { keyword, values, entry, block } of statements) {
    const isKey = keyword.text === "key";
    const word = values[isKey ? 1 : 0];
    if (entry?.kind.isSecret && !NO_SECRETS.has(keyword.text) && word) yield { text: word.text, at: word.at, isKey };
    if (block) yield* secretWords(block.statements);
  }
}

const BLOCK = "authentication";
/** The words of authentication, of which a misspelt one is told from a password. */
const KEYWORDS = [BLOCK, "auth_type", "auth_pass", "auth_hmac"];
/** What may stand in a block of authentication as it is. A backslash ends a line of a definition. */
const PLAIN = new Set([...KEYWORDS, "PASS", "AH", "\\"]);
/** Words that a password follows. */
const BEFORE_SECRETS = ["auth_pass", "password", "auth_type"];
/** So many wrong letters make a misspelt word of one of these. */
const MISSPELT = 2;
const isNear = (word: string, known: readonly string[]): boolean =>
  known.some((one) => editDistance(word.toLowerCase(), one) <= MISSPELT);
/** Braces, and words with their quotes. */
const WORDS = /[{}]|"[^"]*"?|(?:\$\{[^}]*\}|[^\s"{}])+/g;
const isBrace = (word: string): boolean => word === "{" || word === "}";

/** Words that may be a password because a mistake stands before them, which the daemon ignores: a misspelt word, a value too many. */
function* misplaced(sources: readonly Source[]): Generator<{ text: string; at: Position }> {
  /** The words that opened the blocks around. */
  const open: string[] = [];
  /** The word that began the statement; a brace may stand in the next line. */
  let first = "";
  for (const { file, line, text } of codeLines(sources)) {
    let isFirst = true;
    for (const { 0: word, index } of text.matchAll(WORDS)) {
      if (isBrace(word)) {
        if (word === "{") open.push(first);
        else open.pop();
        isFirst = true;
        continue;
      }
      if (isFirst) first = word;
      const isInside = open.some((one) => isNear(one, [BLOCK]));
      const isSuspect = isFirst ? isInside && !isNear(word, KEYWORDS) : isInside || isNear(first, BEFORE_SECRETS);
      if (isSuspect && !PLAIN.has(word)) yield { text: word, at: { file, line, column: index + 1 } };
      isFirst = false;
    }
  }
}

/** The edits that take every password out of a machine's files. Those of all machines are learnt before: comments may hold any of them. */
export function secretEdits({ statements, sources }: Tree, lines: Lines, passwords: Passwords): readonly Edit[] {
  const edits: Edit[] = [];
  const edit = (at: Position, to: number, text: string, what: string): void =>
    void edits.push({ at, to, text, what, why: WHY });
  const defined = new Set(codeLines(sources).flatMap(({ text }) => DEFINITION.exec(text)?.[2] ?? []));
  const secretNames = new Set<string>();
  for (const { text, at, isKey } of secretWords(statements)) {
    const { text: word, to } = lines.wordAt(at);
    const names = namesIn(word).filter((name) => defined.has(name));
    for (const name of names) secretNames.add(name);
    // The definition is replaced, and its use stays.
    if (names.length === 1 && /^\$\{?\w+\}?$/.test(word)) continue;
    edit(at, to, isKey ? passwords.key(text) : passwords.pass(text), isKey ? "a key" : "a password");
  }
  for (const { file, line, text } of codeLines(sources))
    for (const pattern of IN_CODE)
      for (const { index, 1: before = "", 2: value = "" } of text.matchAll(pattern)) {
        const names = namesIn(value).filter((name) => defined.has(name));
        for (const name of names) secretNames.add(name);
        const column = index + before.length + 1;
        if (names.length === 0)
          edit({ file, line, column }, column + value.length, passwords.pass(unquoted(value)), "a password");
      }
  for (const { text, at } of misplaced(sources)) {
    const names = namesIn(text).filter((name) => defined.has(name));
    for (const name of names) secretNames.add(name);
    if (names.length === 0)
      edit(at, at.column + text.length, passwords.pass(unquoted(text)), "a word beside a password");
  }
  for (const { file, line, text } of codeLines(sources)) {
    const [, before = "", name = "", value = ""] = DEFINITION.exec(text) ?? [];
    if (value === "" || value === "\\" || !(secretNames.has(name) || passwords.isIn(unquoted(value)))) continue;
    const column = before.length + 1;
    edit({ file, line, column }, column + value.length, passwords.pass(unquoted(value)), "a password in a definition");
  }
  return edits;
}

/** The edits that take comments out that may hold a password, of any machine. */
export function commentEdits({ sources }: Tree, passwords: Passwords): readonly Edit[] {
  return sources.flatMap(({ file, lines }) =>
    lines.flatMap(({ number, tokens }) =>
      tokens
        .filter(({ kind, text }) => kind === "comment" && !ACCEPT.test(text))
        .filter(({ text }) => IN_COMMENT.test(text) || passwords.isIn(text))
        .map(
          ({ text, column }): Edit => ({
            at: { file, line: number, column },
            to: column + text.length,
            text: `${text.slice(0, 1)} (left out)`,
            what: "a comment",
            why: "it may hold a password",
          }),
        ),
    ),
  );
}

/** Places where a password is left, because a list of values brings it. */
export function leftPasswords({ sources }: Tree, passwords: Passwords): readonly Position[] {
  return codeLines(sources).flatMap(({ file, line, text }) =>
    /^\s*(?:@\S*\s+)?~/.test(text) && passwords.isIn(text) ? [{ file, line, column: 1 }] : [],
  );
}

/** Every line without its comment. */
const codeLines = (sources: readonly Source[]): readonly { file: string; line: number; text: string }[] =>
  sources.flatMap(({ file, lines }) =>
    lines.map(({ number, tokens }) => ({
      file,
      line: number,
      text: tokens.flatMap(({ kind, text }) => (kind === "comment" || kind === "end" ? [] : [text])).join(""),
    })),
  );
