import type { Context, Written } from "../entry";
import type { Position } from "../finding";
import type { Tracked } from "../kinds/tracked";
import { nearest } from "../suggest";
import type { Config, SyncGroup } from "./config";
import type { VrrpInstance } from "./instances";

/** A name with the place of its definition. */
interface Defined {
  readonly name: string;
  readonly at: Position;
}

/** Checks the names with which one block refers to another. `order` gives the order of the blocks. */
export function judgeNames(config: Config, order: ReadonlyMap<Position, number>, context: Context): void {
  const isBefore = (a: Position, b: Position): boolean => (order.get(a) ?? 0) < (order.get(b) ?? 0);
  const trackers = [
    { word: "vrrp_script", block: "track_script", property: "trackScript", known: config.scripts },
    { word: "track_file", block: "track_file", property: "trackFile", known: config.trackFiles },
    { word: "vrrp_track_process", block: "track_process", property: "trackProcess", known: config.trackProcesses },
    { word: "bfd_instance", block: "track_bfd", property: "trackBfd", known: config.bfdInstances },
  ] as const;
  for (const { word, block, property, known } of trackers) {
    for (const instance of config.instances) judgeTracked(instance, block, word, instance[property], known);
    for (const group of config.syncGroups) judgeTracked(group, block, word, group[property]?.value ?? [], known);
  }
  for (const owner of [...config.instances, ...config.syncGroups]) {
    const interfaces = Array.isArray(owner.trackInterface)
      ? (owner.trackInterface as readonly Written<Tracked>[])
      : ((owner.trackInterface as Written<readonly Written<Tracked>[]> | undefined)?.value ?? []);
    judgeTwice("track_interface", interfaces);
  }

  function judgeTwice(block: string, tracked: readonly Written<Tracked>[]): void {
    const seen = new Set<string>();
    for (const { value, at } of tracked) {
      if (seen.has(value.name))
        context.report.add(at, {
          severity: "warning",
          rule: "written-twice",
          message: `${block}: ${value.name} occurs twice`,
          why: "the daemon drops the second",
          refused: true,
        });
      seen.add(value.name);
    }
  }

  function judgeTracked(
    owner: Defined,
    block: string,
    word: string,
    tracked: readonly Written<Tracked>[],
    known: readonly Defined[],
  ): void {
    judgeTwice(block, tracked);
    for (const { value, at } of tracked) {
      const found = known.find(({ name }) => name === value.name);
      if (found && isBefore(found.at, owner.at)) continue;
      const near = nearest(
        value.name,
        known.map(({ name }) => name),
      );
      context.report.add(at, {
        severity: "error",
        rule: "unknown-name",
        message: found
          ? `${block}: ${word} ${value.name} comes after ${owner.name}, in line ${found.at.line}`
          : `${block}: there is no ${word} ${value.name}`,
        why: "the daemon reads from top to bottom, and does not track what is defined later",
        suggestion: found
          ? `put the block ${word} ${value.name} before this one`
          : near === undefined
            ? undefined
            : `did you mean ${near}?`,
      });
    }
  }

  judgeScripts(config, context);
  judgeGroups(config, context);
  judgeTrackGroups(config, context);
  judgeCheckNames(config, isBefore, context);
}

/** Scripts that nothing tracks. */
function judgeScripts(config: Config, context: Context): void {
  const tracked = new Set(
    [
      ...config.instances.flatMap((instance) => instance.trackScript),
      ...config.syncGroups.flatMap((group) => group.trackScript?.value ?? []),
    ].map(({ value }) => value.name),
  );
  for (const script of config.scripts)
    if (!tracked.has(script.name))
      context.report.add(script.at, {
        severity: "warning",
        rule: "unknown-name",
        message: `nothing tracks vrrp_script ${script.name}`,
        why: "the daemon never runs it, and says so in its log",
        suggestion: `track_script { ${script.name} } in a vrrp_instance`,
        refused: false,
      });
}

/** Checks members of sync groups, and weights that do not count in them. */
function judgeGroups(config: Config, context: Context): void {
  const taken = new Map<string, string>();
  for (const group of config.syncGroups) {
    const members: VrrpInstance[] = [];
    for (const { value: name, at } of group.group?.value ?? []) {
      const instance = config.instances.find((candidate) => candidate.name === name);
      const other = taken.get(name);
      if (instance && other === undefined) members.push(instance);
      else
        context.report.add(at, {
          severity: "error",
          rule: "unknown-name",
          message:
            other === undefined
              ? `sync group ${group.name}: there is no vrrp_instance ${name}`
              : `vrrp_instance ${name} is also in sync group ${other}`,
          why: "the daemon leaves the instance out of this group",
          suggestion: instance
            ? undefined
            : nearest(
                name,
                config.instances.map((candidate) => candidate.name),
              ),
        });
      if (instance) taken.set(name, other ?? group.name);
    }
    if (members.length < 2)
      context.report.add(group.group?.at ?? group.at, {
        severity: members.length === 0 ? "error" : "warning",
        rule: "incomplete-block",
        message: `sync group ${group.name} has ${members.length === 0 ? "no member" : "only one member"}`,
        why:
          members.length === 0 ? "the daemon drops the group" : "a group of one changes nothing; --config-test fails",
        refused: true,
      });
    for (const member of members) judgeInterfaces(member, group, context);
    if (!group.syncGroupTrackingWeight && !group.globalTracking)
      for (const member of members) judgeWeights(member, group.name, config, context);
  }
  for (const instance of config.instances)
    if (instance.priority.value === 255 && !taken.has(instance.name))
      judgeWeights(instance, undefined, config, context);
}

/** Reports an interface that a member and its group both track. */
function judgeInterfaces(instance: VrrpInstance, group: SyncGroup, context: Context): void {
  const own = new Set(instance.trackInterface.map(({ value }) => value.name));
  if (!instance.dontTrackPrimary && instance.interface) own.add(instance.interface.value);
  for (const { value, at } of group.trackInterface?.value ?? [])
    if (own.has(value.name))
      context.report.add(at, {
        severity: "warning",
        rule: "written-twice",
        message: `sync group ${group.name} and ${instance.name} both track ${value.name}`,
        why: "an instance always tracks its own interface; --config-test fails",
        suggestion: "remove it here, or use dont_track_primary in the instance",
        refused: true,
      });
}

/** Weights in a member of a sync group, or in an owner of addresses (priority 255), do not count. */
function judgeWeights(instance: VrrpInstance, group: string | undefined, config: Config, context: Context): void {
  const tell = (at: Position, name: string): void =>
    context.report.add(at, {
      severity: "warning",
      rule: "conflict",
      message: `${instance.name}: the weight of ${name} does not count ${group === undefined ? "with priority 255" : `in sync group ${group}`}`,
      why:
        group === undefined
          ? "the owner's priority never changes"
          : "all members must move together, so the daemon ignores anything with a weight; --config-test fails",
      suggestion:
        group === undefined ? "a priority below 255" : "track it on the sync group, or sync_group_tracking_weight",
      refused: true,
    });
  const weigh = (
    tracked: readonly Written<Tracked>[],
    known: readonly { name: string; weight: { value: { weight: number } } }[],
  ): void => {
    for (const { value, at } of tracked)
      if ((value.weight ?? known.find(({ name }) => name === value.name)?.weight.value.weight ?? 0) !== 0)
        tell(at, value.name);
  };
  weigh(instance.trackInterface, []);
  weigh(instance.trackScript, config.scripts);
  weigh(instance.trackFile, config.trackFiles);
  weigh(instance.trackBfd, config.bfdInstances);
}

/** track_group of static addresses, routes and rules; the instance of lvs_sync_daemon. */
function judgeTrackGroups(config: Config, context: Context): void {
  for (const { value, at } of [...config.staticAddresses, ...config.staticRoutes, ...config.staticRules]) {
    const { trackGroup } = value;
    if (trackGroup === undefined || config.trackGroups.some(({ name }) => name === trackGroup)) continue;
    context.report.add(at, {
      severity: "error",
      rule: "unknown-name",
      message: `there is no track_group ${trackGroup}`,
      why: "the daemon does not track it",
    });
  }
  for (const group of config.trackGroups)
    for (const { value: name, at } of group.group?.value ?? [])
      if (!config.instances.some((instance) => instance.name === name))
        context.report.add(at, {
          severity: "error",
          rule: "unknown-name",
          message: `track_group ${group.name}: there is no vrrp_instance ${name}`,
          why: "the daemon logs it and leaves the instance out",
          refused: false,
        });
  const sync = config.global.lvsSyncDaemon;
  if (sync?.value.instance !== undefined && !config.instances.some(({ name }) => name === sync.value.instance))
    context.report.add(sync.at, {
      severity: "error",
      rule: "unknown-name",
      message: `lvs_sync_daemon: there is no vrrp_instance ${sync.value.instance}`,
      why: "the daemon synchronises nothing",
      refused: false,
    });
}

function judgeCheckNames(config: Config, isBefore: (a: Position, b: Position) => boolean, context: Context): void {
  for (const vs of config.virtualServers)
    for (const check of vs.realServers.flatMap((rs) => rs.checks)) {
      const [word, name, known] =
        check.method === "FILE_CHECK"
          ? (["track_file", check.trackFile, config.trackFiles] as const)
          : (["bfd_instance", check.method === "BFD_CHECK" ? check.name : undefined, config.bfdInstances] as const);
      if (!name || known.some((candidate) => candidate.name === name.value && isBefore(candidate.at, vs.at))) continue;
      context.report.add(name.at, {
        severity: "error",
        rule: "unknown-name",
        message: `${check.method}: there is no ${word} ${name.value} before this line`,
        why: "the daemon drops the check",
        suggestion: nearest(
          name.value,
          known.map((candidate) => candidate.name),
        ),
      });
    }
}
