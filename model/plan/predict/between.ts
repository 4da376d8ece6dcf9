import { nameOf } from "../../keepalived/config/servers";
import type { Severity } from "../../keepalived/finding";
import type { Node, Plan } from "../plan";
import { type Failure, shown } from "./failure";
import type { PredictFinding } from "./findings";
import { calmOf, type Prediction } from "./predict";
import { type InstanceOutcome, isMoved, type Scenario } from "./scenario";
import type { ServiceOutcome } from "./services";
import type { Range } from "./times";

/** Whether clients are served worse, better, or just differently. */
export type Verdict = "worse" | "better" | "other";

/** A difference between before and after. An absent side does not have the item. */
export interface Difference<T> {
  /** Empty: without any failure. */
  readonly failures: readonly Failure[];
  readonly old?: T;
  readonly now?: T;
  /** Without any failure: the property of an instance that differs. */
  readonly aspect?: "MASTER" | "VIPs";
  readonly verdict: Verdict;
  /** worse: warning; everything else: note. */
  readonly severity: Severity;
}

/** One machine has its new configuration while the others still have the old one. */
export interface Halfway {
  readonly node: string;
  readonly instance: string;
  readonly masters: readonly string[];
  readonly severity: Severity;
}

/** What a reload of a machine's keepalived leaves undone. */
export interface Undone {
  readonly node: string;
  readonly message: string;
  readonly severity: Severity;
}

/** The changes in a prediction when one configuration replaces another. */
export interface Comparison {
  readonly old: Prediction;
  readonly now: Prediction;
  /** Machines, virtual servers. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly instances: readonly Difference<InstanceOutcome>[];
  readonly services: readonly Difference<ServiceOutcome>[];
  /** Reloads, machine by machine, that leave an instance without a MASTER or with two. */
  readonly halfway: readonly Halfway[];
  readonly undone: readonly Undone[];
  /** Findings of only one of the two predictions. */
  readonly newFindings: readonly PredictFinding[];
  readonly goneFindings: readonly PredictFinding[];
}

const SEVERITIES: Readonly<Record<Verdict, Severity>> = { worse: "warning", better: "note", other: "note" };

const same = (a: Range | undefined, b: Range | undefined): boolean => a?.least === b?.least && a?.most === b?.most;
const judged = (old: number, now: number): Verdict => (now > old ? "worse" : now < old ? "better" : "other");

function differenceOf<T>(
  failures: readonly Failure[],
  old: T | undefined,
  now: T | undefined,
  verdict: Verdict,
  aspect?: Difference<T>["aspect"],
): Difference<T> {
  return Object.freeze({
    failures,
    ...(old === undefined ? {} : { old }),
    ...(now === undefined ? {} : { now }),
    ...(aspect === undefined ? {} : { aspect }),
    verdict,
    severity: SEVERITIES[verdict],
  });
}

/** Pairs the items of two lists by key, in the order of the first list. */
function paired<T>(
  old: readonly T[],
  now: readonly T[],
  keyOf: (one: T) => string,
): readonly (readonly [old: T | undefined, now: T | undefined])[] {
  const left = new Map(now.map((one) => [keyOf(one), one]));
  const pairs = old.map((one): readonly [T, T | undefined] => {
    const match = left.get(keyOf(one));
    left.delete(keyOf(one));
    return [one, match];
  });
  return [...pairs, ...[...left.values()].map((one) => [undefined, one] as const)];
}

/** One MASTER is good, two are bad, none is worse. */
const broken = ({ during }: InstanceOutcome): number => (during.length === 1 ? 0 : during.length === 0 ? 2 : 1);

/** Compares times if one machine takes over from another. Otherwise only the end counts. */
function isSameOutcome(old: InstanceOutcome, now: InstanceOutcome): boolean {
  const holders = ["before", "during", "after"] as const;
  if (holders.some((when) => old[when].join() !== now[when].join())) return false;
  if (!isMoved(old)) return true;
  const times =
    old.during.length === 1 ? (["noticed", "nobody", "moved", "returned"] as const) : (["returned"] as const);
  return times.every((time) => same(old[time], now[time]));
}

/** Without any failure: the VIPs and their MASTERs. */
function ofCalm(was: InstanceOutcome, is: InstanceOutcome): readonly Difference<InstanceOutcome>[] {
  const isLost = was.vips.some((vip) => !is.vips.includes(vip));
  const isElsewhere = was.before.length === 1 && is.before.length === 1;
  return [
    ...(was.vips.join() === is.vips.join() ? [] : [differenceOf([], was, is, isLost ? "worse" : "other", "VIPs")]),
    ...(was.before.join() === is.before.join()
      ? []
      : [differenceOf([], was, is, isElsewhere ? "worse" : judged(broken(was), broken(is)), "MASTER")]),
  ];
}

function ofFailure(
  failures: readonly Failure[],
  was: InstanceOutcome,
  is: InstanceOutcome,
): readonly Difference<InstanceOutcome>[] {
  if (isSameOutcome(was, is)) return [];
  if (broken(was) !== broken(is)) return [differenceOf(failures, was, is, judged(broken(was), broken(is)))];
  const outage = ({ during, moved }: InstanceOutcome): number => (during.length === 1 ? (moved?.most ?? 0) : 0);
  return [differenceOf(failures, was, is, judged(outage(was), outage(is)))];
}

const ofInstances = (
  failures: readonly Failure[],
  old: Scenario,
  now: Scenario,
): readonly Difference<InstanceOutcome>[] =>
  paired(old.instances, now.instances, ({ instance }) => instance).flatMap(([was, is]) => {
    const isCalm = failures.length === 0;
    if (was && is) return isCalm ? ofCalm(was, is) : ofFailure(failures, was, is);
    // An instance of only one side is reported once.
    return isCalm ? [differenceOf(failures, was, is, is ? "other" : "worse", "VIPs")] : [];
  });

const ends: Readonly<Record<ServiceOutcome["then"], number>> = {
  served: 0,
  "sorry server": 1,
  refused: 2,
  "no answer": 3,
};

function ofServices(failures: readonly Failure[], old: Scenario, now: Scenario): readonly Difference<ServiceOutcome>[] {
  return paired(old.services, now.services, ({ service }) => service).flatMap(([was, is]) => {
    if (!was || !is) return [differenceOf(failures, was, is, is ? "worse" : "better")];
    if (was.then !== is.then) return [differenceOf(failures, was, is, judged(ends[was.then], ends[is.then]))];
    if (was.share !== is.share) return [differenceOf(failures, was, is, judged(was.share, is.share))];
    if (!same(was.noticed, is.noticed))
      return [differenceOf(failures, was, is, judged(was.noticed?.most ?? Infinity, is.noticed?.most ?? Infinity))];
    return was.node === is.node ? [] : [differenceOf(failures, was, is, "other")];
  });
}

/** Failures of only one side: a new script, a removed real server. */
function ofOneSide<T>(scenario: Scenario, all: readonly T[], side: "old" | "now"): readonly Difference<T>[] {
  return all.map((one) =>
    differenceOf(scenario.failures, side === "old" ? one : undefined, side === "now" ? one : undefined, "other"),
  );
}

const failed = ({ failures }: Scenario): string => failures.map(shown).join(", ");

function namesOf({ nodes }: Plan): readonly string[] {
  const services = nodes.flatMap(({ config }) =>
    config.virtualServers.map((vs) => [nameOf(vs), ...(vs.protocol ? [vs.protocol.value] : [])].join(" ")),
  );
  return [...nodes.map(({ name }) => `the machine ${name}`), ...new Set(services)];
}

/** Machines reload one after the other, so each is ahead of the others for a while. */
function halfwayOf(old: Prediction, now: Prediction): readonly Halfway[] {
  return now.plan.nodes.flatMap((node): readonly Halfway[] => {
    if (!old.plan.nodes.some(({ name }) => name === node.name)) return [];
    const mixed = { ...old.plan, nodes: old.plan.nodes.map((one) => (one.name === node.name ? node : one)) };
    return calmOf(mixed).instances.flatMap(({ instance, before }): readonly Halfway[] => {
      const isKnown = [old, now].some(({ calm }) =>
        calm.instances.some((one) => one.instance === instance && one.before.length === before.length),
      );
      if (before.length === 1 || isKnown) return [];
      return [Object.freeze({ node: node.name, instance, masters: before, severity: "warning" })];
    });
  });
}

/** Whether keepalived watches processes. */
const isWatching = ({ config: { trackProcesses } }: Node): boolean => trackProcesses.length > 0;
/** Whether the kernel's sync daemon follows the state of an instance. */
const isTelling = ({ config: { global } }: Node): boolean => global.lvsSyncDaemon?.value.instance !== undefined;

/**
 * Watching processes begins and ends only with keepalived itself: a reload that adds the first vrrp_track_process does not subscribe to the kernel's
 * events, and one that removes the last keeps the thread that reads them, which its end then cancels (keepalived/vrrp/vrrp.c, vrrp_complete_init;
 * core/track_process.c, end_process_monitor; up to 2.4.3). The sync daemon is stopped only where the new configuration has one
 * (vrrp/vrrp_daemon.c). Both were seen in labs with 2.3.3.
 */
const undoneIn = (before: Node, now: Node): readonly string[] => [
  ...(!isWatching(before) && isWatching(now)
    ? ["adds the first vrrp_track_process, and keepalived does not notice when a process ends or starts (restart it)"]
    : []),
  ...(isWatching(before) && !isWatching(now)
    ? [
        "removes the last vrrp_track_process, and the VRRP process crashes when keepalived stops: its VIPs stay on the card (remove them with ip address del)",
      ]
    : []),
  ...(isTelling(before) && !isTelling(now)
    ? ["removes lvs_sync_daemon, and the kernel's daemon runs on (ipvsadm --stop-daemon master, or backup)"]
    : []),
];

const undoneOf = (old: Prediction, now: Prediction): readonly Undone[] =>
  now.plan.nodes.flatMap((node) => {
    const before = old.plan.nodes.find(({ name }) => name === node.name);
    const messages = before === undefined ? [] : undoneIn(before, node);
    return messages.map((message) => Object.freeze({ node: node.name, message, severity: "warning" as const }));
  });

const without = (all: readonly PredictFinding[], others: readonly PredictFinding[]): readonly PredictFinding[] =>
  Object.freeze(all.filter(({ message }) => !others.some((other) => other.message === message)));

/** The changes from one prediction to another. Failures with the same text are the same. */
export function compare(old: Prediction, now: Prediction): Comparison {
  const scenarios = paired(
    [old.calm, ...old.scenarios, ...old.pairs],
    [now.calm, ...now.scenarios, ...now.pairs],
    failed,
  );
  const differences = scenarios.map(([was, is]) => {
    if (was && is)
      return { instances: ofInstances(was.failures, was, is), services: ofServices(was.failures, was, is) };
    const [scenario, side] = was ? ([was, "old"] as const) : ([is, "now"] as const);
    if (!scenario) return { instances: [], services: [] };
    return {
      instances: ofOneSide(scenario, scenario.instances.filter(isMoved), side),
      services: ofOneSide(scenario, scenario.services, side),
    };
  });
  const [had, has] = [namesOf(old.plan), namesOf(now.plan)];
  return Object.freeze({
    old,
    now,
    added: Object.freeze(has.filter((name) => !had.includes(name))),
    gone: Object.freeze(had.filter((name) => !has.includes(name))),
    instances: Object.freeze(differences.flatMap(({ instances }) => instances)),
    services: Object.freeze(differences.flatMap(({ services }) => services)),
    halfway: Object.freeze(halfwayOf(old, now)),
    undone: Object.freeze(undoneOf(old, now)),
    newFindings: without(now.findings, old.findings),
    goneFindings: without(old.findings, now.findings),
  });
}

/** All changes with a severity, for a threshold. A removed item is a warning; a new finding has its own severity. */
export const changesOf = ({ gone, added, instances, services, halfway, undone, newFindings }: Comparison) =>
  [
    ...gone.map(() => ({ severity: "warning" as const })),
    ...added.map(() => ({ severity: "note" as const })),
    ...instances,
    ...services,
    ...halfway,
    ...undone,
    ...newFindings,
  ] as readonly { readonly severity: Severity }[];
