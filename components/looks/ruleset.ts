/** The packet filter. */
import { TABLE } from "../machine/firewall/ruleset";
import type { Look } from "./look";

export type RulesetSeen = {
  /** The lab's own nftables table, as the kernel has it; empty: it is not there. */
  readonly rules: string;
  /** Lines of all other nftables tables that drop packets, except those of keepalived (no_accept, vrrp_strict). */
  readonly drops: readonly string[];
};

export const ruleset: Look<RulesetSeen> = {
  ask: () => "show ruleset nft --numeric-protocol list ruleset\n",
  read: (part) => parseRuleset(part.ruleset ?? ""),
};

/** Output of `nft --numeric-protocol list ruleset`: the lab's own table, and the dropping lines of other tables. */
export function parseRuleset(text: string): RulesetSeen {
  const tables = [...text.matchAll(/^table [^]*?^}\n/gm)].map(([table]) => table);
  const isOwn = (table: string): boolean => table.startsWith(`table ${TABLE} {\n`);
  const isKeepalived = (table: string): boolean => /^table \S+ keepalived \{\n/.test(table);
  const others = tables.filter((table) => !isOwn(table) && !isKeepalived(table)).flatMap((table) => table.split("\n"));
  return { rules: tables.find(isOwn) ?? "", drops: others.filter((line) => /\b(drop|reject)\b/.test(line)) };
}
