import type { Context, Statement, Table } from "../entry";
import type { Position } from "../finding";
import { root, shownWord, vocabulary } from "../keywords";
import { globalDefs } from "../keywords/global";
import { readSettings } from "../settings";
import type { Tree } from "../tree";
import { completed } from "./complete";
import { judgeServer } from "./completeness";
import type { Config, NotUnderstood } from "./config";
import { judgeInstance } from "./conflicts";
import { judgeNames } from "./references";
import { judgeRivals } from "./rivals";

/** Words without an entry, anywhere outside blocks of lines. */
function notUnderstood(statements: readonly Statement[], table: Table = root, within = ""): readonly NotUnderstood[] {
  return statements.flatMap((statement): readonly NotUnderstood[] => {
    const { entry, keyword, values, block } = statement;
    if (!entry) return [Object.freeze({ word: shownWord(keyword.text, table), at: keyword.at, within })];
    if (entry.kind.holds !== "keywords") return [];
    const home = [keyword, ...values].map((word) => word.text).join(" ");
    return notUnderstood(block?.statements ?? [], entry.kind.table, within === "" ? home : `${within}, ${home}`);
  });
}

/** Builds the model of a tree. What the daemon would complain about goes into the report. */
export function configOf(file: string, tree: Tree, context: Context): Config {
  const words = readSettings(vocabulary, tree.statements, context);
  const globals = tree.statements.filter((statement) => statement.keyword.text === "global_defs" && statement.entry);
  const global = readSettings(
    globalDefs,
    globals.flatMap((statement) => statement.block?.statements ?? []),
    context,
  );
  const files = Object.freeze(tree.sources.map((source) => source.file));
  const said = { file, files, words, global, notUnderstood: Object.freeze(notUnderstood(tree.statements)) };
  const config = completed(said, context);
  judge(config, tree, context);
  return config;
}

/** Checks that need the whole configuration. */
function judge(config: Config, tree: Tree, context: Context): void {
  for (const instance of config.instances) judgeInstance(instance, context);
  for (const server of config.virtualServers) judgeServer(server, context);
  judgeRivals(config.instances, context);
  judgeNames(config, new Map(tree.statements.map((statement, index) => [statement.keyword.at, index])), context);
  judgeBlocks(config, context);
}

/** Blocks without an essential part. */
function judgeBlocks(config: Config, context: Context): void {
  const lacks = (at: Position, block: string, word: string, then: string): void =>
    context.report.add(at, {
      severity: "error",
      rule: "incomplete-block",
      message: `${block} has no ${word}`,
      why: then,
      suggestion: `${word} …`,
    });
  const dropped = "the daemon drops the block";
  for (const { name, at, script } of config.scripts) if (!script) lacks(at, `vrrp_script ${name}`, "script", dropped);
  for (const { name, at, process } of config.trackProcesses)
    if (!process) lacks(at, `vrrp_track_process ${name}`, "process", dropped);
  for (const { name, at, file } of config.trackFiles) if (!file) lacks(at, `track_file ${name}`, "file", dropped);
  for (const { at, garpInterval, gnaInterval } of config.garpGroups)
    if (!garpInterval && !gnaInterval) lacks(at, "garp_group", "garp_interval or gna_interval", dropped);
  for (const group of config.trackGroups)
    if (!group.group?.value.length) lacks(group.at, `track_group ${group.name}`, "group", dropped);
  for (const group of config.virtualServerGroups)
    if (group.entries.length === 0)
      lacks(group.at, `virtual_server_group ${group.name}`, "line with an address or fwmark", dropped);
  for (const { name, at, neighborIp, sourceIp, ttl, maxHops } of config.bfdInstances) {
    if (!neighborIp) lacks(at, `bfd_instance ${name}`, "neighbor_ip", dropped);
    else if (sourceIp && sourceIp.value.includes(":") !== neighborIp.value.includes(":"))
      context.report.add(sourceIp.at, {
        severity: "error",
        rule: "conflict",
        message: `bfd_instance ${name}: source_ip and neighbor_ip are of different families`,
        why: dropped,
      });
    const hops = ttl?.value ?? (neighborIp?.value.includes(":") ? 64 : 255);
    if (maxHops && maxHops.value > hops)
      context.report.add(maxHops.at, {
        severity: "warning",
        rule: "clamped-value",
        message: `max_hops ${maxHops.value} is above the ttl, ${hops}`,
        why: `the daemon uses ${hops}`,
        refused: true,
      });
    if (Buffer.byteLength(name) > 31)
      context.report.add(at, {
        severity: "error",
        rule: "bad-value",
        message: `bfd_instance ${name}: the name is longer than 31 bytes`,
        why: dropped,
      });
  }
}
