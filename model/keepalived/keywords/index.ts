import { alias, elsewhere, many, one, type Table } from "../entry";
import { delaysLine, delaysText, groupLine, groupText, linkbeatLine, linkbeatText } from "../kinds/peers";
import { routeLine, routeText } from "../kinds/routes";
import { ruleLine, ruleText } from "../kinds/rules";
import { virtualServerBlock } from "../kinds/servers";
import { addressLine, addressText } from "../kinds/vip";
import { block, lines, named, namedLines } from "../settings";
import { MASK } from "../secret";
import { nearest } from "../suggest";
import { bfdInstance } from "./bfd";
import { globalDefs, top } from "./global";
import { ssl, virtualServer } from "./servers";
import { garpGroup, trackFile, trackGroup, vrrpInstance, vrrpScript, vrrpSyncGroup, vrrpTrackProcess } from "./vrrp";

/** The top-level words of a configuration. The whole language starts here. */
export const vocabulary = {
  ...top,
  global_defs: elsewhere(block(globalDefs)),
  track_group: many(named(trackGroup), { since: "2.0.3" }),
  static_ipaddress: many(lines("addresses: ADDRESS[/PREFIX] dev NAME …", addressLine(true), addressText)),
  static_routes: many(lines("routes", routeLine(true), routeText)),
  static_rules: many(lines("rules", ruleLine(true), ruleText)),
  vrrp_sync_group: many(named(vrrpSyncGroup)),
  garp_group: many(block(garpGroup)),
  linkbeat_interfaces: many(lines("interfaces: NAME [MII|ETHTOOL|IOCTL]", linkbeatLine, linkbeatText), {
    since: "2.0.13",
  }),
  interface_up_down_delays: many(lines("interfaces: NAME DOWN [UP]", delaysLine, delaysText), { since: "2.2.3" }),
  vrrp_instance: many(named(vrrpInstance)),
  vrrp_script: many(named(vrrpScript)),
  vrrp_track_process: many(named(vrrpTrackProcess), { since: "2.0.11" }),
  track_file: many(named(trackFile), { since: "2.1.0" }),
  vrrp_track_file: alias("track_file", named(trackFile), { deprecated: "2.1.0", instead: "track_file" }),
  SSL: one(block(ssl)),
  virtual_server_group: many(namedLines("addresses: ADDRESS[-LAST] [PORT], or fwmark N", groupLine, groupText)),
  virtual_server: many(virtualServerBlock(virtualServer)),
  bfd_instance: many(named(bfdInstance)),
} satisfies Table;

/** The same, for looking words up. */
export const root: Table = vocabulary;

/** Every block with its words, by its path: "vrrp_instance", "virtual_server real_server TCP_CHECK" … */
const homes = new Map<string, string[]>();
const collect = (table: Table, path: string): void => {
  for (const [word, entry] of Object.entries(table)) {
    if (entry.retired === undefined && path !== "") homes.set(word, [...(homes.get(word) ?? []), path]);
    if (entry.kind.table) collect(entry.kind.table, `${path} ${word}`.trim());
  }
};
collect(root, "");

/** An unknown word in a form that may be shown. In a block with a password it may be a secret, unless it is like a known word. */
export function shownWord(word: string, table: Table): string {
  const isSecretive = Object.values(table).some((entry) => entry.kind.isSecret);
  return isSecretive && !homes.has(word) && nearest(word, Object.keys(table)) === undefined ? MASK : word;
}

/** The blocks that know a word; empty if no block does. A long list is cut. */
export function homesOf(word: string): readonly string[] {
  const all = homes.get(word) ?? [];
  return all.length <= 4 ? all : [...all.slice(0, 3), "others"];
}
