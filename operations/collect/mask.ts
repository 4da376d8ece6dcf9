import type { Config } from "../../model/keepalived/config/config";
import { Secret } from "../../model/keepalived/secret";

/** keepalived uses the first eight bytes of auth_pass; passwords that are equal there are equal. */
const KEPT = 8;
/** A key of auth_hmac has at least so many bytes. */
const SHORTEST_KEY = 32;

/** A value as it is written: quoted or not. What is taken from elsewhere (`$PASS`, `${PASS}`, `$(cat …)`) is none. */
const VALUE = String.raw`("(?!\$)[^"\n]*"|'(?!\$)[^'\n]*'|(?![$"'])[^\s"';|&]+)`;

/** Where passwords stand in any text: each pattern has the text before the password, then the password. */
const ANYWHERE: readonly RegExp[] = [
  new RegExp(
    String.raw`(\b\w*(?:pass|passwd|password|pwd|secret|token|credential|api_?key)\w*[ \t]*[=:][ \t]*)${VALUE}`,
    "gi",
  ),
  new RegExp(String.raw`(--?[\w-]*(?:pass|secret|token|api-key)[\w-]*\s+)(?!-)${VALUE}`, "gi"),
  new RegExp(String.raw`(\bmysql\w*\b[^\n;|&]*?\s-p)${VALUE}`, "g"),
  /(\bauthorization:?["'\s]+(?:basic|bearer)\s+)([^\s"'\\]+)/gi,
  /(:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g,
];

/** keepalived.conf: also a misspelt auth_pass, and comments. In capitals PASS is a kind of authentication. The id of `key ID KEY` stays. */
const KEEPALIVED: readonly RegExp[] = [
  new RegExp(String.raw`(\b[\w-]*(?:pas|secr)[\w-]*[ \t]+)${VALUE}`, "g"),
  new RegExp(String.raw`(\bkey[ \t]+\d+[ \t]+)(?!file:)("[^"\n]*"|[^\s"]+)`, "g"),
];

/** haproxy.cfg: stats auth, users of a userlist, passwords of checks. */
const HAPROXY: readonly RegExp[] = [/(\bstats\s+auth\s+[^\s:]+:)(\S+)/g, /(\b(?:insecure-)?password\s+)(\S+)/g];

const isQuoted = (value: string): boolean => /^["']/.test(value);

/**
 * Stand-ins for passwords. Equal passwords get the same one, on all machines of a run, so that peers can still be compared; nothing can be learned
 * from one but whether the password has more than eight bytes.
 */
export class Masks {
  readonly #known = new Map<string, string>();

  #standIn(password: string): string {
    const bytes = Buffer.from(password);
    const begin = bytes.subarray(0, KEPT).toString("latin1");
    const known = this.#known.get(begin) ?? `masked${String(this.#known.size + 1).padStart(2, "0")}`;
    this.#known.set(begin, known);
    if (bytes.length <= KEPT) return known;
    return bytes.length < SHORTEST_KEY ? `${known}-long` : `${known}-long`.padEnd(SHORTEST_KEY, "-");
  }

  readonly #masked = (text: string, patterns: readonly RegExp[]): string =>
    patterns.reduce(
      (changed, pattern) =>
        changed.replace(pattern, (_, before: string, value: string) => {
          const mark = isQuoted(value) ? (value[0] ?? "") : "";
          const password = mark === "" ? value : value.slice(1, -1);
          return `${before}${mark}${/^masked\d\d(?:-long-*)?$/.test(password) ? password : this.#standIn(password)}${mark}`;
        }),
      text,
    );

  /** A keepalived.conf or a file that it includes. `secrets` are its passwords, which a definition may hold under any name. */
  keepalived(text: string, secrets: readonly Secret[]): string {
    const values = secrets.map((secret) => secret.reveal()).filter((value) => value !== "");
    const defined = text.replace(/^([ \t]*\$\w+[ \t]*=[ \t]*)(.*)$/gm, (line, head: string, value: string) =>
      values.some((one) => value.includes(one)) ? `${head}${this.#definition(value, values)}` : line,
    );
    return this.#masked(defined, [...KEEPALIVED, ...ANYWHERE]);
  }

  /** The value of a definition: a password alone, or words around one. */
  #definition(value: string, secrets: readonly string[]): string {
    const [alone = ""] = /^[^\s"]+$/.exec(value.trim()) ?? [];
    // The daemon keeps eight bytes; the definition may have more.
    if (secrets.some((one) => alone.startsWith(one))) return this.#standIn(alone);
    return secrets.reduce((changed, one) => changed.replaceAll(one, this.#standIn(one)), value);
  }

  haproxy(text: string): string {
    return this.#masked(text, [...HAPROXY, ...ANYWHERE]);
  }

  /** A script, or the configuration of another program. */
  other(text: string): string {
    return this.#masked(text, ANYWHERE);
  }
}

/** Every password of a configuration, wherever it stands. */
export function secretsOf(config: Config): readonly Secret[] {
  const found: Secret[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Secret) found.push(value);
    else if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) walk(inner);
  };
  walk(config);
  return found;
}
