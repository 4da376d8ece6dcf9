import type { Context, Statement } from "../entry";
import { quoted } from "../quote";
import { type Family, familyOf, portOf } from "./addresses";
import { decimalOf, integerOf, UINT_MAX } from "./numbers";
import { Options } from "./options";

/** A line of unicast_peer. */
export interface Peer {
  readonly address: string;
  readonly family: Family;
  readonly minTtl?: number;
  readonly maxTtl?: number;
}

/** `ADDRESS [min_ttl N] [max_ttl N]` */
export function peerLine(line: Statement, context: Context): Peer | undefined {
  const options = new Options(line, context);
  const first = options.next();
  const address = first?.text.replace(/[-/].*$/s, "") ?? "";
  const family = familyOf(address);
  if (family === undefined) return first && options.drop(first, `\`${first.text}\` is not an IPv4 or IPv6 address`);
  const found: { minTtl?: number; maxTtl?: number } = {};
  for (let word = options.next(); word; word = options.next()) {
    const value = options.next();
    const number = value ? integerOf(value.text) : undefined;
    if (!value) options.ignore(word, `${word.text} has no value`);
    else if (number === undefined || number < 0 || number > 255)
      options.ignore(value, `${word.text} \`${value.text}\` is not an integer from 0 to 255`);
    else if (word.text === "min_ttl") found.minTtl = number;
    else if (word.text === "max_ttl") found.maxTtl = number;
    else options.ignore(word, `\`${word.text}\` is not an option of a peer`, "min_ttl or max_ttl");
  }
  return Object.freeze({ address, family, ...found });
}

/** The line of a peer. */
export const peerText = ({ address, minTtl, maxTtl }: Peer): string =>
  [
    address,
    ...(minTtl === undefined ? [] : ["min_ttl", minTtl]),
    ...(maxTtl === undefined ? [] : ["max_ttl", maxTtl]),
  ].join(" ");

/** A line of virtual_server_group: addresses with a port, or a firewall mark. */
export type GroupEntry =
  | {
      readonly kind: "addresses";
      readonly address: string;
      readonly last?: string;
      readonly family: Family;
      readonly port: number;
    }
  | { readonly kind: "fwmark"; readonly fwmark: number; readonly family?: Family };

/** The last address of `192.0.2.1-9`, `192.0.2.1-192.0.2.9` or `192.0.2.0/28`; undefined after a finding, null for a single address. */
function lastOf(
  text: string,
  address: string,
  family: Family,
  problem: (message: string) => undefined,
): string | null | undefined {
  const slash = text.indexOf("/");
  if (slash >= 0) {
    const bits = integerOf(text.slice(slash + 1));
    if (bits === undefined || bits < 1 || bits > (family === "inet" ? 32 : 128))
      return problem("it has no valid prefix length");
    return text.slice(slash); // a whole network is kept as /BITS
  }
  const dash = text.indexOf("-");
  if (dash < 0) return null;
  const end = text.slice(dash + 1);
  const whole = familyOf(end);
  if (whole !== undefined) return whole === family ? end : problem("its ends have different address families");
  const isHex = family === "inet6";
  const range = (isHex ? /^[0-9a-f]+$/i : /^\d+$/).test(end) ? Number.parseInt(end, isHex ? 16 : 10) : undefined;
  const first = Number.parseInt((isHex ? address.split(":") : address.split(".")).at(-1) ?? "0", isHex ? 16 : 10) || 0;
  if (range === undefined || range > (isHex ? 0xffff : 255)) return problem("its end is not a number in range");
  if (first >= range) return problem("its end is not after its beginning");
  return isHex
    ? `${address.slice(0, address.lastIndexOf(":") + 1)}${range.toString(16)}`
    : address.replace(/\d+$/, String(range));
}

export function groupLine(line: Statement, context: Context): GroupEntry | undefined {
  const options = new Options(line, context);
  const first = options.next();
  if (!first) return undefined;
  if (first.text === "fwmark") {
    const mark = options.value(first);
    const number = mark ? integerOf(mark.text) : undefined;
    const family = options.next();
    if (mark && (number === undefined || number < 0 || number > UINT_MAX))
      return options.drop(mark, `fwmark \`${mark.text}\` is not a number from 0 to ${UINT_MAX}`);
    if (family && family.text !== "inet" && family.text !== "inet6")
      return options.drop(family, `\`${family.text}\` is not a family`, "inet or inet6");
    if (number === undefined) return undefined;
    return Object.freeze({ kind: "fwmark", fwmark: number, ...(family ? { family: family.text as Family } : {}) });
  }
  const address = first.text.replace(/[-/].*$/s, "");
  const family = familyOf(address);
  if (family === undefined) return options.drop(first, `\`${first.text}\` is not an IPv4 or IPv6 address`);
  const port = portOf(options.next(), "virtual_server_group", context, { then: "the daemon drops the line" });
  const last = lastOf(first.text, address, family, (message) => options.drop(first, `\`${first.text}\`: ${message}`));
  if (port === undefined || last === undefined) return undefined;
  return Object.freeze({ kind: "addresses", address, ...(last === null ? {} : { last }), family, port });
}

/** The line of a group. */
export function groupText(entry: GroupEntry): string {
  if (entry.kind === "fwmark") return ["fwmark", entry.fwmark, entry.family ?? []].flat().join(" ");
  const { address, last = "", port } = entry;
  const range = last === "" || last.startsWith("/") ? last : `-${last}`;
  return [`${address}${range}`, ...(port === 0 ? [] : [port])].join(" ");
}

/** A line of interface_up_down_delays: seconds. */
export interface InterfaceDelays {
  readonly interface: string;
  readonly down: number;
  readonly up: number;
}

/** `NAME DOWN [UP]` */
export function delaysLine(line: Statement, context: Context): InterfaceDelays | undefined {
  const [down, up] = line.values;
  if (!down) return undefined;
  const read = [down, ...(up ? [up] : [])].map((word) => ({ word, value: decimalOf(word.text, 6)?.value }));
  const wrong = read.find(({ value }) => value === undefined || value > 255);
  if (wrong)
    return new Options(line, context).drop(wrong.word, `\`${wrong.word.text}\` is not a time from 0 to 255 seconds`);
  return Object.freeze({ interface: line.keyword.text, down: read[0]?.value ?? 0, up: read[1]?.value ?? 0 });
}

/** A line of linkbeat_interfaces. */
export interface Linkbeat {
  readonly interface: string;
  readonly type?: string;
}

/** `NAME [MII|ETHTOOL|IOCTL]` */
export function linkbeatLine(line: Statement, context: Context): Linkbeat {
  const [type, further] = line.values;
  const isKnown = type === undefined || ["MII", "ETHTOOL", "IOCTL"].includes(type.text);
  const wrong = isKnown ? further : type;
  if (wrong) new Options(line, context).ignore(wrong, `\`${wrong.text}\` is not one of MII, ETHTOOL and IOCTL`);
  return Object.freeze({ interface: line.keyword.text, ...(type && isKnown ? { type: type.text } : {}) });
}

/** The line of an interface with its delays. */
export const delaysText = ({ interface: card, down, up }: InterfaceDelays): string => `${quoted(card)} ${down} ${up}`;

/** The line of an interface with its kind of linkbeat. */
export const linkbeatText = ({ interface: card, type }: Linkbeat): string =>
  [quoted(card), ...(type === undefined ? [] : [type])].join(" ");
