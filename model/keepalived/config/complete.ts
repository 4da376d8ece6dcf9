import type { Context, Settings, Written } from "../entry";
import type { Position } from "../finding";
import type { vocabulary } from "../keywords";
import type { Placed } from "../settings";
import type { Config, NotUnderstood } from "./config";
import { completeInstance, type Global } from "./instances";
import { completeServer } from "./servers";

/** What a configuration says, before the daemon completes it. */
export interface Said {
  /** The main file; includes are in `files`. */
  readonly file: string;
  readonly files: readonly string[];
  /** The words at the top, without global_defs. */
  readonly words: Settings<typeof vocabulary>;
  /** All blocks global_defs together. */
  readonly global: Global;
  readonly notUnderstood: readonly NotUnderstood[];
}

const valuesOf = <T>(written: readonly Written<T>[]): readonly T[] => Object.freeze(written.map(({ value }) => value));
const flat = <T>(blocks: readonly Written<readonly T[]>[]): readonly T[] =>
  Object.freeze(blocks.flatMap(({ value }) => value));

/** Drops blocks with a name that is taken already, as the daemon does. */
function withoutTwins<T extends Placed<{ readonly name: string }>>(
  word: string,
  all: readonly T[],
  context: Context,
): readonly T[] {
  const first = new Map<string, Position>();
  return all.filter(({ name, at }) => {
    const twin = first.get(name);
    if (!twin) {
      first.set(name, at);
      return true;
    }
    context.report.add(at, {
      severity: "error",
      rule: "written-twice",
      message: `there already is a ${word} ${name} in line ${twin.line}`,
      why: "the daemon skips the second block",
      suggestion: "another name",
    });
    return false;
  });
}

/** The model of what is said, completed as the daemon does it. A block with the name of an earlier one is dropped and reported. */
export function completed({ file, files, words: found, global, notUnderstood }: Said, context: Context): Config {
  const groups = valuesOf(found.virtualServerGroup);
  const {
    linkbeatUsePolling,
    netNamespace,
    netNamespaceIpvs,
    namespaceWithIpsets,
    usePidDir,
    instance,
    childWaitTime,
  } = found;
  return Object.freeze({
    file,
    files,
    global,
    top: Object.freeze({
      linkbeatUsePolling,
      netNamespace,
      netNamespaceIpvs,
      namespaceWithIpsets,
      usePidDir,
      instance,
      childWaitTime,
    }),
    staticAddresses: flat(found.staticIpaddress),
    staticRoutes: flat(found.staticRoutes),
    staticRules: flat(found.staticRules),
    trackGroups: withoutTwins("track_group", valuesOf(found.trackGroup), context),
    linkbeatInterfaces: flat(found.linkbeatInterfaces),
    interfaceUpDownDelays: flat(found.interfaceUpDownDelays),
    garpGroups: valuesOf(found.garpGroup),
    scripts: valuesOf(found.vrrpScript),
    trackProcesses: valuesOf(found.vrrpTrackProcess),
    trackFiles: valuesOf(found.trackFile),
    syncGroups: withoutTwins("vrrp_sync_group", valuesOf(found.vrrpSyncGroup), context),
    instances: Object.freeze(
      withoutTwins("vrrp_instance", valuesOf(found.vrrpInstance), context).map((written) =>
        completeInstance(written, global),
      ),
    ),
    bfdInstances: withoutTwins("bfd_instance", valuesOf(found.bfdInstance), context),
    ssl: found.SSL?.value,
    virtualServerGroups: groups,
    virtualServers: Object.freeze(
      valuesOf(found.virtualServer).map((written) => completeServer(written, groups, global)),
    ),
    notUnderstood,
  });
}
