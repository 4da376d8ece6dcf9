import { isIPv4, isIPv6 } from "node:net";
import type { Context, Kind, Statement } from "../entry";
import type { Word } from "../words";
import { integerOf } from "./numbers";
import { single } from "./plain";
import { type Answer, missing, refuse } from "./problem";

export type Family = "inet" | "inet6";

/** The family of an address; undefined if the text is not an address. inet_pton(3) accepts no zone and no leading zeros. */
export function familyOf(text: string): Family | undefined {
  if (isIPv4(text)) return "inet";
  return isIPv6(text) && !text.includes("%") ? "inet6" : undefined;
}

const firstNumber = (text: string): number => Number.parseInt(text, text.includes(":") ? 16 : 10);
export const isMulticast = (text: string): boolean =>
  text.includes(":") ? (firstNumber(text) & 0xff00) === 0xff00 : firstNumber(text) >= 224 && firstNumber(text) <= 239;
export const isLinkLocalMulticast = (text: string): boolean =>
  text.includes(":") && (firstNumber(text) & 0xff0f) === 0xff02;
export const isLinkLocal = (text: string): boolean => text.includes(":") && (firstNumber(text) & 0xffc0) === 0xfe80;

/** In many places the daemon cuts an address at `-` or `/`. */
const bare = (text: string): string => text.replace(/[-/].*$/s, "");

/** One address of either family. */
export const address = (answer: Answer = {}): Kind<string> =>
  single("an IPv4 or IPv6 address", (word, statement, context, kind) =>
    addressOf(word, statement.keyword.text, context, kind, answer),
  );

export function addressOf(
  word: Word,
  keyword: string,
  context: Context,
  kind: Kind<unknown>,
  answer: Answer = {},
): string | undefined {
  const text = bare(word.text);
  if (familyOf(text) === undefined) return refuse(context, kind, keyword, word, answer);
  if (text !== word.text)
    refuse(context, kind, keyword, word, {
      severity: "warning",
      then: `the daemon reads ${text}`,
      suggestion: text,
      refused: false,
    });
  return text;
}

/** A multicast address of one family, or of either. */
export const multicast = (family?: Family): Kind<string> =>
  single(
    `an ${family === "inet" ? "IPv4" : family === "inet6" ? "IPv6" : "IPv4 or IPv6"} multicast address`,
    (word, statement, context, kind) => {
      const text = bare(word.text);
      const found = familyOf(text);
      if (found === undefined || (family !== undefined && found !== family) || !isMulticast(text))
        return refuse(context, kind, statement.keyword.text, word);
      if (found === "inet6" && !isLinkLocalMulticast(text))
        refuse(context, kind, statement.keyword.text, word, {
          severity: "warning",
          then: "the daemon expects a link-local group (ff02::…) but uses this one",
          refused: true,
        });
      return text;
    },
  );

/** An address and a port. Port 0 or no port means all ports. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** The port of an address; undefined after a finding. */
export function portOf(
  word: Word | undefined,
  keyword: string,
  context: Context,
  answer: Answer = {},
): number | undefined {
  if (!word || /^0*$/.test(word.text)) return 0;
  const port = integerOf(word.text);
  if (port !== undefined && port >= 1 && port <= 65535) return port;
  return refuse(context, { takes: "a port from 1 to 65535", read: () => undefined }, keyword, word, answer);
}

/** ADDRESS [PORT]. Without them a problem with `answer` is reported. */
export function endpointOf(
  statement: Statement,
  values: readonly Word[],
  context: Context,
  kind: Kind<unknown>,
  answer: Answer,
): Endpoint | undefined {
  const [first, second] = values;
  if (!first) return missing(context, kind, statement);
  const text = addressOf(first, statement.keyword.text, context, kind, answer);
  const port = portOf(second, statement.keyword.text, context, answer);
  return text === undefined || port === undefined ? undefined : { address: text, port };
}

/** The same backwards. */
export const endpointText = ({ address: host, port }: Endpoint): string => (port === 0 ? host : `${host} ${port}`);
