import type { Context, Statement } from "../entry";
import { nearest } from "../suggest";
import type { Word } from "../words";
import type { Family } from "./addresses";
import { compact, familyText, follow, type Follows, type Found, optionText, settleFamily } from "./networks";
import { Options } from "./options";

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

/** Synonyms. */
const SAME_RULE: Readonly<Record<string, string>> = {
  lookup: "table",
  preference: "priority",
  order: "priority",
  dsfield: "tos",
  dev: "iif",
  sup_pl: "suppress_prefixlength",
  sup_group: "suppress_ifgroup",
};

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
            `\`${name.text}\` is not a word of a rule`,
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
        why: "the daemon complains and gives it the previous rule's priority minus one; --config-test fails",
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

/** The line of a rule. */
export function ruleText(rule: RoutingRule): string {
  const { goto, l3mdev: _, ...options } = rule.options;
  const words = ["from", "to", "priority", "fwmark", "iif", "oif", "table"] as const;
  return [
    ...familyText(rule.family, [rule.from, rule.to]),
    ...(rule.isInverted ? ["not"] : []),
    ...words.flatMap((word) => {
      const value = rule[word];
      return value === undefined ? [] : optionText(word, value);
    }),
    ...Object.entries(options).map(([word, value]) => optionText(word, value)),
    ...(rule.action === "table" ? [] : [goto === undefined ? rule.action : optionText(rule.action, goto)]),
    ...(rule.trackGroup === undefined ? [] : [optionText("track_group", rule.trackGroup)]),
    ...(rule.isTracked ? [] : ["no_track"]),
  ].join(" ");
}
