import type { Context } from "../entry";
import { nearest } from "../suggest";
import type { Statement } from "../tree";
import type { Word } from "../words";
import { type Family, familyOf } from "./addresses";
import { Options } from "./options";

/** What a word of a route or rule is followed by. */
type Follows = "nothing" | "address" | "network" | "number" | "lockable" | "word" | "next";

/** A line of virtual_routes or static_routes. Values are as written; `options` has the words without a property of their own. */
export interface Route {
  readonly destination: string;
  /** blackhole, unreachable …; unicast where it is not said. */
  readonly type: string;
  readonly family?: Family;
  readonly via?: string;
  readonly from?: string;
  readonly src?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly metric?: string;
  readonly scope?: string;
  readonly protocol?: string;
  readonly nexthops: readonly Nexthop[];
  readonly trackGroup?: string;
  readonly isTracked: boolean;
  readonly options: Readonly<Record<string, string>>;
}

export interface Nexthop {
  readonly via?: string;
  readonly dev?: string;
  readonly weight?: string;
}

/** A line of virtual_rules or static_rules. */
export interface RoutingRule {
  readonly family?: Family;
  readonly from?: string;
  readonly to?: string;
  readonly table?: string;
  readonly priority?: string;
  readonly fwmark?: string;
  readonly iif?: string;
  readonly oif?: string;
  /** table, goto, nop, blackhole, prohibit, unreachable or l3mdev */
  readonly action: string;
  readonly isInverted: boolean;
  readonly trackGroup?: string;
  readonly isTracked: boolean;
  readonly options: Readonly<Record<string, string>>;
}

const TYPES = [
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
  "throw",
  "nat",
  "xresolve",
];
const ANY = ["default", "any", "all", "default6"];

const ROUTE: Readonly<Record<string, Follows>> = {
  src: "address",
  from: "network",
  tos: "word",
  dsfield: "word",
  table: "word",
  vrf: "word",
  protocol: "word",
  scope: "word",
  metric: "number",
  priority: "number",
  preference: "number",
  dev: "word",
  oif: "word",
  onlink: "nothing",
  expires: "number",
  mtu: "lockable",
  hoplimit: "number",
  advmss: "lockable",
  rtt: "lockable",
  rttvar: "lockable",
  reordering: "lockable",
  window: "number",
  cwnd: "lockable",
  ssthresh: "lockable",
  realms: "word",
  rto_min: "lockable",
  initcwnd: "number",
  initrwnd: "number",
  features: "word",
  quickack: "number",
  congctl: "lockable",
  pref: "word",
  "ttl-propagate": "word",
  fastopen_no_cookie: "number",
  add: "next",
  prepend: "next",
  append: "next",
};

const RULE: Readonly<Record<string, Follows>> = {
  from: "network",
  to: "network",
  table: "word",
  lookup: "word",
  not: "nothing",
  preference: "number",
  order: "number",
  priority: "number",
  tos: "word",
  dsfield: "word",
  fwmark: "word",
  realms: "word",
  suppress_prefixlength: "number",
  sup_pl: "number",
  suppress_ifgroup: "word",
  sup_group: "word",
  dev: "word",
  iif: "word",
  oif: "word",
  "tunnel-id": "number",
  uidrange: "word",
  l3mdev: "nothing",
  protocol: "word",
  ipproto: "word",
  sport: "word",
  dport: "word",
};

/** Several words for one thing. */
const SAME: Readonly<Record<string, string>> = {
  oif: "dev",
  dsfield: "tos",
  priority: "metric",
  preference: "metric",
};
const SAME_RULE: Readonly<Record<string, string>> = {
  lookup: "table",
  preference: "priority",
  order: "priority",
  dsfield: "tos",
  dev: "iif",
  sup_pl: "suppress_prefixlength",
  sup_group: "suppress_ifgroup",
};

/** What is read of a line so far. */
interface Found {
  family: Family | undefined;
  readonly values: Map<string, string>;
}

/** The family of the whole line is that of its first address; a second one of the other family is an error. */
function settleFamily(found: Found, family: Family | undefined, word: Word, options: Options): void {
  if (family === undefined) return;
  if (found.family !== undefined && found.family !== family)
    options.drop(word, `\`${word.text}\`: IPv4 and IPv6 in one line`);
  else found.family = family;
}

function network(word: Word, options: Options): { text: string; family: Family | undefined } | undefined {
  if (ANY.includes(word.text)) return { text: word.text, family: word.text === "default6" ? "inet6" : undefined };
  const family = familyOf(word.text.replace(/\/\d+$/, ""));
  return family === undefined ? options.drop(word, `\`${word.text}\` is no network`) : { text: word.text, family };
}

function follow(kind: Follows, option: Word, options: Options, found: Found): string | undefined {
  if (kind === "nothing" || kind === "next") return "";
  const word = options.value(option);
  if (!word) return undefined;
  if (kind === "lockable" && word.text === "lock") return options.value(option)?.text;
  if (kind === "number" && !/^[ \t]*\+?(0x[0-9a-f]+|\d+)$/i.test(word.text))
    return options.drop(word, `${option.text} \`${word.text}\` is no number`);
  if (kind === "address" || kind === "network") {
    const read = kind === "network" ? network(word, options) : { text: word.text, family: familyOf(word.text) };
    if (!read?.family && kind === "address") return options.drop(word, `${option.text} \`${word.text}\` is no address`);
    settleFamily(found, read?.family, word, options);
    return read?.text;
  }
  return word.text;
}

/** `via [inet|inet6] ADDRESS` */
function via(option: Word, options: Options, found: Found): string | undefined {
  let word = options.value(option);
  if (word && (word.text === "inet" || word.text === "inet6")) {
    settleFamily(found, word.text, word, options);
    word = options.value(option);
  }
  if (!word) return undefined;
  const family = familyOf(word.text);
  if (family === undefined) return options.drop(word, `${option.text} \`${word.text}\` is no address`);
  settleFamily(found, family, word, options);
  return word.text;
}

/** Everything behind the first `nexthop`. */
function nexthops(options: Options, found: Found): readonly Nexthop[] {
  const all: Record<string, string>[] = [];
  for (let word = options.next(); word && !options.isBroken; word = options.next()) {
    const last = all.at(-1) ?? {};
    const { text } = word;
    if (text === "nexthop") all.push({});
    else if (text === "via") last.via = via(word, options, found) ?? "";
    else if (text === "dev") last.dev = options.value(word)?.text ?? "";
    else if (text === "weight") last.weight = follow("number", word, options, found) ?? "";
    else if (text === "realms") options.value(word);
    else if (text === "encap") skipEncap(options);
    else if (text !== "onlink") options.drop(word, `\`${text}\` is no option of a nexthop`);
  }
  return all.map((hop) => Object.freeze(hop));
}

/** `encap TYPE …`: its words are not looked into. */
function skipEncap(options: Options): void {
  for (
    let word = options.peek();
    word && !Object.hasOwn(ROUTE, word.text) && word.text !== "nexthop";
    word = options.peek()
  )
    options.next();
}

/** `[TYPE] DESTINATION [via ADDRESS] [dev NAME] [table TABLE] …` */
export function routeLine(isStatic: boolean): (line: Statement, context: Context) => Route | undefined {
  return (line, context) => {
    const options = new Options(line, context);
    const found: Found = { family: undefined, values: new Map() };
    let hops: readonly Nexthop[] = [];
    let isTracked = true;
    for (let word = options.next(); word && !options.isBroken; word = options.next()) {
      const { text } = word;
      const kind = ROUTE[text];
      if (text === "inet" || text === "inet6") settleFamily(found, text, word, options);
      else if (text === "via" || text === "gw") {
        if (text === "gw")
          context.report.add(word.at, {
            severity: "warning",
            rule: "deprecated-word",
            message: "gw is an old word",
            why: "the daemon complains and takes it; --config-test fails",
            suggestion: "via",
            refused: true,
          });
        const address = via(word, options, found);
        if (address !== undefined) found.values.set("via", address);
      } else if (text === "no_track") isTracked = false;
      else if (text === "track_group" && isStatic) found.values.set("trackGroup", options.value(word)?.text ?? "");
      else if (text === "encap") skipEncap(options);
      else if (text === "nexthop") {
        hops = nexthops(new Options(line, context, rest(word, options)), found);
      } else if (kind !== undefined) {
        const value = follow(kind, word, options, found);
        if (value !== undefined) found.values.set(SAME[text] ?? text, value);
      } else destination(word, options, found);
    }
    const first = line.keyword;
    if (!options.isBroken && !found.values.has("destination")) options.drop(first, "the route has no destination");
    if (options.isBroken) return undefined;
    const {
      destination: to = "",
      type = "unicast",
      via: gateway,
      from,
      src,
      dev,
      table,
      metric,
      scope,
      protocol,
      trackGroup,
      ...others
    } = Object.fromEntries(found.values);
    return compact({
      destination: to,
      type,
      family: found.family,
      via: gateway,
      from,
      src,
      dev,
      table,
      metric,
      scope,
      protocol,
      trackGroup,
      nexthops: Object.freeze(hops),
      isTracked,
      options: Object.freeze(others),
    });
  };
}

const rest = (first: Word, options: Options): readonly Word[] => {
  const words = [first];
  for (let word = options.next(); word; word = options.next()) words.push(word);
  return words;
};

function destination(first: Word, options: Options, found: Found): void {
  let word: Word | undefined = first;
  if (word.text === "to") word = options.value(first);
  if (word && TYPES.includes(word.text)) {
    found.values.set("type", word.text);
    word = options.value(word);
  }
  if (!word) return;
  if (!ANY.includes(word.text) && familyOf(word.text.replace(/\/\d+$/, "")) === undefined) {
    const near = nearest(word.text, [...Object.keys(ROUTE), "via", "nexthop", ...TYPES, ...ANY]);
    options.drop(
      word,
      `\`${word.text}\` is no destination and no word of a route`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
    return;
  }
  const read = network(word, options);
  settleFamily(found, read?.family, word, options);
  if (read) found.values.set("destination", read.text);
}

/** Drops what is undefined, and freezes. */
const compact = <T extends object>(value: { [Key in keyof T]: T[Key] | undefined }): T =>
  Object.freeze(Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined))) as T;

/** `[from NETWORK] [to NETWORK] table TABLE [priority N] …` */
export function ruleLine(isStatic: boolean): (line: Statement, context: Context) => RoutingRule | undefined {
  return (line, context) => {
    const options = new Options(line, context);
    const found: Found = { family: undefined, values: new Map() };
    let isTracked = true;
    let action: string | undefined;
    const act = (word: Word, name: string): void => {
      if (action !== undefined) options.drop(word, `the rule has two actions, ${action} and ${name}`);
      action = name;
    };
    for (let word = options.next(); word && !options.isBroken; word = options.next()) {
      const { text } = word;
      const kind = RULE[text];
      if (text === "inet" || text === "inet6") settleFamily(found, text, word, options);
      else if (text === "no_track") isTracked = false;
      else if (text === "track_group" && isStatic) found.values.set("trackGroup", options.value(word)?.text ?? "");
      else if (kind !== undefined) {
        const value = follow(kind, word, options, found);
        if (value !== undefined) found.values.set(SAME_RULE[text] ?? text, value);
        if (text === "table" || text === "lookup") act(word, "table");
        if (text === "l3mdev") act(word, text);
      } else {
        const name = text === "type" ? options.value(word) : word;
        if (name?.text === "goto") found.values.set("goto", options.value(name)?.text ?? "");
        if (name && ["goto", "nop", "blackhole", "prohibit", "unreachable"].includes(name.text)) act(name, name.text);
        else if (name) {
          const near = nearest(name.text, Object.keys(RULE));
          options.drop(
            name,
            `\`${name.text}\` is no word of a rule`,
            near === undefined ? undefined : `did you mean ${near}?`,
          );
        }
      }
    }
    if (!options.isBroken && action === undefined) options.drop(line.keyword, "the rule has no action", "table TABLE");
    if (options.isBroken || action === undefined) return undefined;
    const { from, to, table, priority, fwmark, iif, oif, trackGroup, not, ...others } = Object.fromEntries(
      found.values,
    );
    if (priority === undefined)
      context.report.add(line.keyword.at, {
        severity: "warning",
        rule: "incomplete-block",
        message: "the rule has no priority",
        why: "the daemon complains and counts down from the priority of its rule before it; --config-test fails",
        suggestion: "priority NUMBER",
        refused: true,
      });
    return compact({
      family: found.family,
      from,
      to,
      table,
      priority,
      fwmark,
      iif,
      oif,
      trackGroup,
      action,
      isInverted: not !== undefined,
      isTracked,
      options: Object.freeze(others),
    });
  };
}
