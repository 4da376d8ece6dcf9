import type { Context, Statement } from "../entry";
import { quoted } from "../quote";
import { nearest } from "../suggest";
import { isKnownOlder } from "../version";
import type { Word } from "../words";
import { type Family, familyOf } from "./addresses";
import {
  ANY,
  compact,
  familyText,
  follow,
  type Follows,
  type Found,
  network,
  optionText,
  settleFamily,
  via,
} from "./networks";
import { Options } from "./options";

/** A line of virtual_routes or static_routes. Values are as written. `options` has the words that have no property here. */
export interface Route {
  readonly destination: string;
  /** blackhole, unreachable …; default unicast. */
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
  /** The words after `encap`, which are not checked. */
  readonly encap?: string;
}

export interface Nexthop {
  readonly via?: string;
  readonly dev?: string;
  readonly weight?: string;
  readonly realms?: string;
  readonly onlink?: true;
  readonly encap?: string;
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

/** Synonyms. */
const SAME: Readonly<Record<string, string>> = {
  oif: "dev",
  dsfield: "tos",
  priority: "metric",
  preference: "metric",
};
/** Everything after the first `nexthop`. */
function nexthops(options: Options, found: Found): readonly Nexthop[] {
  const all: { -readonly [Key in keyof Nexthop]: Nexthop[Key] }[] = [];
  for (let word = options.next(); word && !options.isBroken; word = options.next()) {
    const last = all.at(-1) ?? {};
    const { text } = word;
    if (text === "nexthop") all.push({});
    else if (text === "via") last.via = via(word, options, found) ?? "";
    else if (text === "dev") last.dev = options.value(word)?.text ?? "";
    else if (text === "weight") last.weight = follow("number", word, options, found) ?? "";
    else if (text === "realms") last.realms = options.value(word)?.text ?? "";
    else if (text === "encap") last.encap = encap(options);
    else if (text === "onlink") last.onlink = true;
    else options.drop(word, `\`${text}\` is not an option of a nexthop`);
  }
  return all.map((hop) => Object.freeze(hop));
}

/** `encap TYPE …`: its words are not checked, and end at the next word of a route. */
function encap(options: Options): string {
  const words: string[] = [];
  for (
    let word = options.peek();
    word && !Object.hasOwn(ROUTE, word.text) && word.text !== "nexthop";
    word = options.peek()
  ) {
    words.push(quoted(word.text));
    options.next();
  }
  return words.join(" ");
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
            why: "the daemon complains but accepts it; --config-test fails",
            suggestion: "via",
            refused: true,
          });
        const address = via(word, options, found);
        if (address !== undefined) found.values.set("via", address);
      } else if (text === "no_track") isTracked = false;
      else if (text === "track_group" && isStatic) found.values.set("trackGroup", options.value(word)?.text ?? "");
      else if (text === "encap") found.values.set(text, encap(options));
      else if (text === "nexthop") {
        const behind = new Options(line, context, rest(word, options));
        hops = nexthops(behind, found);
        if (behind.isBroken) return undefined;
      } else if (kind !== undefined) {
        const value = follow(kind, word, options, found);
        if (value !== undefined) found.values.set(SAME[text] ?? text, value);
      } else destination(word, options, found);
    }
    const first = line.keyword;
    if (!options.isBroken && !found.values.has("destination")) options.drop(first, "the route has no destination");
    if (options.isBroken) return undefined;
    if (isTracked && !found.values.has("dev") && isKnownOlder(context.version, "2.3.2"))
      context.report.add(first.at, {
        severity: "warning",
        rule: "incomplete-block",
        message: "the route has no dev",
        why: "keepalived before 2.3.2 cannot track it and complains; --config-test fails",
        suggestion: "dev NAME, or no_track",
        refused: true,
      });
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
      encap: encapsulation,
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
      encap: encapsulation,
    });
  };
}

/** The words of a route or a nexthop that it has, each with its value. */
const pairs = <Word extends string>(words: readonly Word[], of: { readonly [Key in Word]?: string }): string[] =>
  words.flatMap((word) => {
    const value = of[word];
    return value === undefined ? [] : optionText(word, value);
  });

/** The line of a route. What `encap` takes ends at the next word of a route, so it comes last, before the nexthops. */
export const routeText = (route: Route): string =>
  [
    ...familyText(route.family, [
      route.destination,
      route.via,
      route.from,
      route.src,
      ...route.nexthops.map(({ via: gateway }) => gateway),
    ]),
    ...(route.type === "unicast" ? [] : [route.type]),
    route.destination,
    ...pairs(["via", "from", "src", "dev", "table", "metric", "scope", "protocol"], route),
    ...Object.entries(route.options).map(([word, value]) => optionText(word, value)),
    ...(route.trackGroup === undefined ? [] : [optionText("track_group", route.trackGroup)]),
    ...(route.isTracked ? [] : ["no_track"]),
    ...(route.encap === undefined ? [] : [`encap ${route.encap}`]),
    ...route.nexthops.flatMap((hop) => [
      "nexthop",
      ...pairs(["via", "dev", "weight", "realms"], hop),
      ...(hop.onlink === true ? ["onlink"] : []),
      ...(hop.encap === undefined ? [] : [`encap ${hop.encap}`]),
    ]),
  ].join(" ");

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
      `\`${word.text}\` is neither a destination nor a word of a route`,
      near === undefined ? undefined : `did you mean ${near}?`,
    );
    return;
  }
  const read = network(word, options);
  settleFamily(found, read?.family, word, options);
  if (read) found.values.set("destination", read.text);
}
