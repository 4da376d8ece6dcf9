import { isIPv4 } from "node:net";
import type { Context, Statement } from "../entry";
import { quoted } from "../quote";
import { nearest } from "../suggest";
import type { Word } from "../words";
import { type Family, familyOf } from "./addresses";
import { integerOf, UINT_MAX } from "./numbers";
import { Options } from "./options";

/** A line of virtual_ipaddress, virtual_ipaddress_excluded or static_ipaddress. */
export interface Address {
  readonly address: string;
  readonly family: Family;
  /** Default: 32, or 128 for IPv6. */
  readonly prefix: number;
  /** Whether the line has a prefix length. */
  readonly hasPrefix: boolean;
  readonly dev?: string;
  readonly scope?: string;
  /** An address, + for all ones, or - for all zeros. */
  readonly broadcast?: string;
  readonly label?: string;
  readonly peer?: string;
  readonly preferredLft?: number | "forever";
  readonly trackGroup?: string;
  readonly useVmac: boolean;
  /** False: the daemon ignores the loss of the address. */
  readonly isTracked: boolean;
  /** home, -nodad, mngtmpaddr, noprefixroute, autojoin */
  readonly flags: readonly string[];
}

const FLAGS = ["home", "-nodad", "mngtmpaddr", "noprefixroute", "autojoin"];
const WITH_VALUE = ["dev", "scope", "brd", "broadcast", "label", "peer", "preferred_lft", "track_group"];
const SCOPES = ["global", "site", "link", "host", "nowhere"];

/** The address and its prefix at the start of the line. */
function base(word: Word, options: Options): Pick<Address, "address" | "family" | "prefix" | "hasPrefix"> | undefined {
  const slash = word.text.indexOf("/");
  const address = slash < 0 ? word.text : word.text.slice(0, slash);
  const family = familyOf(address);
  if (family === undefined) return options.drop(word, `\`${word.text}\` is not an IPv4 or IPv6 address`);
  const longest = family === "inet" ? 32 : 128;
  const prefix = slash < 0 ? longest : integerOf(word.text.slice(slash + 1));
  if (prefix !== undefined && prefix >= 0 && prefix <= longest)
    return { address, family, prefix, hasPrefix: slash >= 0 };
  options.context.report.add(word.at, {
    severity: "error",
    rule: "clamped-value",
    message: `\`${word.text}\` has no prefix length from 0 to ${longest}`,
    why: `the daemon uses /${longest}`,
  });
  return { address, family, prefix: longest, hasPrefix: false };
}

/** `ADDRESS[/PREFIX] [dev NAME] [scope SCOPE] [label LABEL] [brd ADDRESS] …` */
export function addressLine(isStatic: boolean): (line: Statement, context: Context) => Address | undefined {
  return (line, context) => {
    const options = new Options(line, context);
    const first = options.next();
    const start = first && base(first, options);
    if (!start) return undefined;
    const found: Record<string, unknown> = {};
    const flags: string[] = [];
    for (let word = options.next(); word && !options.isBroken; word = options.next()) {
      const name = word.text;
      if (FLAGS.includes(name)) flags.push(name);
      else if (name === "no_track") found.isTracked = false;
      else if (name === "use_vmac" && !isStatic) found.useVmac = true;
      else if (WITH_VALUE.includes(name) && (name !== "track_group" || isStatic)) {
        const value = options.value(word);
        if (value) option(name, value, start.family, options, found);
      } else {
        const near = nearest(name, [...FLAGS, ...WITH_VALUE, "no_track", "use_vmac"]);
        options.ignore(
          word,
          `\`${name}\` is not an option of an address`,
          near === undefined ? undefined : `did you mean ${near}?`,
        );
      }
    }
    if (options.isBroken) return undefined;
    if (typeof found.broadcast === "string" && !isIPv4(found.broadcast) && start.prefix > 30 && first)
      options.ignore(first, `brd ${found.broadcast} needs a prefix length of at most 30, this is ${start.prefix}`);
    return Object.freeze({
      isTracked: true,
      useVmac: false,
      ...start,
      ...found,
      flags: Object.freeze(flags),
    }) as Address;
  };
}

/** The line of an address. */
export const addressText = (one: Address): string =>
  [
    `${one.address}${one.hasPrefix ? `/${one.prefix}` : ""}`,
    ...(["dev", "scope", "label", "peer"] as const).flatMap((word) => {
      const value = one[word];
      return value === undefined ? [] : [word, quoted(value)];
    }),
    ...(one.broadcast === undefined ? [] : ["brd", one.broadcast]),
    ...(one.preferredLft === undefined ? [] : ["preferred_lft", one.preferredLft]),
    ...(one.trackGroup === undefined ? [] : ["track_group", quoted(one.trackGroup)]),
    ...(one.useVmac ? ["use_vmac"] : []),
    ...(one.isTracked ? [] : ["no_track"]),
    ...one.flags,
  ].join(" ");

function option(name: string, word: Word, family: Family, options: Options, found: Record<string, unknown>): void {
  const { text } = word;
  const isIpv6 = family === "inet6";
  switch (name) {
    case "dev":
      if (found.dev === undefined) found.dev = text;
      else options.drop(word, "dev occurs twice");
      break;
    case "scope":
      if (!SCOPES.includes(text) && integerOf(text) === undefined)
        options.ignore(word, `scope \`${text}\` is not one of ${SCOPES.join(", ")}`, nearest(text, SCOPES));
      else if (isIpv6 && text !== "global" && text !== "0") options.ignore(word, "an IPv6 address has no scope option");
      else found.scope = text;
      break;
    case "brd":
    case "broadcast":
      if (isIpv6) options.drop(word, "an IPv6 address has no broadcast address");
      else if (text === "+" || text === "-" || isIPv4(text)) found.broadcast = text;
      else options.drop(word, `brd \`${text}\` is not an IPv4 address, + or -`);
      break;
    case "label":
      if (Buffer.byteLength(text) > 15) options.drop(word, `label \`${text}\` is longer than 15 bytes`);
      else if (isIpv6) options.ignore(word, "an IPv6 address has no label");
      else found.label = text;
      break;
    case "peer":
      if (found.peer !== undefined) options.ignore(word, "peer occurs twice");
      else if (familyOf(text) === family) found.peer = text;
      else options.ignore(word, `peer \`${text}\` is not an address of the same family`);
      break;
    case "preferred_lft": {
      const number = integerOf(text);
      if (text === "forever") found.preferredLft = text;
      else if (number !== undefined && number >= 0 && number <= UINT_MAX) found.preferredLft = number;
      else options.ignore(word, `preferred_lft \`${text}\` is neither a number of seconds nor forever`);
      break;
    }
    default:
      found.trackGroup = text;
  }
}
