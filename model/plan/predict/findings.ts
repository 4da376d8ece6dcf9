import type { Severity } from "../../keepalived/finding";
import type { Cluster, Member } from "../clusters";
import { type Network, togetherWith } from "./election";
import { type Failure, shown } from "./failure";
import type { InstanceOutcome, Scenario } from "./scenario";
import { isTracked } from "./tracked";

/** A problem in the effects of a failure. */
export interface PredictFinding {
  readonly severity: Severity;
  readonly rule:
    | "two-masters"
    | "nobody-takes-over"
    | "partner-left"
    | "vip-stays"
    | "unnoticed"
    | "flapping"
    | "never-returns";
  readonly message: string;
  /** Absent: without any failure. */
  readonly failures: readonly Failure[];
}

type Told = Omit<PredictFinding, "failures">;

const list = (names: readonly string[]): string => names.join(" and ");
const when = (failures: readonly Failure[]): string => failures.map(shown).join(" and ");

/** Why the MASTERs of a virtual router do not hear each other. */
function reasons({ deaf }: Network, { members }: Cluster, masters: readonly string[]): string {
  const found = members.flatMap((to) =>
    masters.includes(to.node.name)
      ? [...(deaf.get(to) ?? [])].flatMap(([from, reason]) => (masters.includes(from.node.name) ? [reason] : []))
      : [],
  );
  return [...new Set(found)].join(", ");
}

function calmly(network: Network, calm: Scenario): readonly Told[] {
  return network.clusters.flatMap((cluster, index): Told[] => {
    const outcome = calm.instances[index];
    if (!outcome) return [];
    if (outcome.before.length > 1)
      return [
        {
          severity: "error",
          rule: "two-masters",
          message: `${outcome.instance}: ${list(outcome.before)} are MASTER at once without any failure: ${reasons(network, cluster, outcome.before)}`,
        },
      ];
    if (outcome.before.length === 1) return [];
    return [
      {
        severity: "error",
        rule: "nobody-takes-over",
        message: `${outcome.instance}: there is no MASTER, even without any failure`,
      },
    ];
  });
}

/** Whether a failure is on a member's machine while its keepalived still runs. */
const isAbout = (failure: Failure, member: Member): boolean =>
  "node" in failure && failure.node === member.node.name && failure.kind !== "node" && failure.kind !== "daemon";

function ofInstance(
  network: Network,
  cluster: Cluster,
  outcome: InstanceOutcome,
  failures: readonly Failure[],
): readonly Told[] {
  const { instance, before, during, after } = outcome;
  const [master] = cluster.members.filter(({ node }) => before.includes(node.name));
  // Two MASTERs, or none, are reported elsewhere.
  if (!master || before.length !== 1) return [];
  const told: Told[] = [];
  if (during.length > 1)
    told.push(
      failures.every(({ kind }) => kind === "cut")
        ? {
            severity: "note",
            rule: "two-masters",
            message: `${instance}: ${list(during)} are MASTER at once (when ${when(failures)}): VRRP cannot distinguish a silent peer from a dead one; a second path for adverts can`,
          }
        : {
            severity: "warning",
            rule: "two-masters",
            message: `${instance}: ${list(during)} are MASTER at once (when ${when(failures)})`,
          },
    );
  if (during.length === 0) {
    const others = cluster.members.filter(
      ({ node }) => !failures.some((failure) => "node" in failure && failure.node === node.name),
    );
    told.push(
      others.length > 0
        ? {
            severity: "warning",
            rule: "nobody-takes-over",
            message: `${instance}: there is no MASTER when ${when(failures)}, although ${list(others.map(({ node }) => node.name))} could be MASTER`,
          }
        : {
            severity: "note",
            rule: "nobody-takes-over",
            message: `${instance}: no machine takes over from ${master.node.name}: no other machine here has this instance`,
          },
    );
  }
  if (after.join() !== before.join())
    told.push({
      severity: "note",
      rule: "never-returns",
      message: `${instance}: ${list(after) || "no machine"} keeps it after ${list(before)} recovers: ${master.instance.preempt.value ? "no machine has a higher priority" : "nopreempt"}`,
    });
  const [failure] = failures;
  const stays =
    during.join() === before.join() &&
    cluster.members.length > 1 &&
    failure !== undefined &&
    isAbout(failure, master) &&
    togetherWith(network, master).some((one) => isTracked(one, failure) || isNamed(one, failure));
  if (stays)
    told.push({
      severity: "warning",
      rule: "vip-stays",
      message: `${instance}: ${master.node.name} stays MASTER when ${when(failures)}, although it is tracked: its weight is too small, or does not count`,
    });
  return told;
}

/** Whether the configuration tracks it, even without effect. */
const isNamed = ({ instance }: Member, { kind, ...failure }: Failure): boolean =>
  "name" in failure &&
  (kind === "script"
    ? instance.trackScript
    : kind === "process"
      ? instance.trackProcess
      : kind === "file"
        ? instance.trackFile
        : []
  ).some(({ value }) => value.name === failure.name);

/** Instances of one machine, on two cards or of two families, that were MASTER together and are not any more. */
function partners(network: Network, { instances, failures }: Scenario): readonly Told[] {
  const outcomes = network.clusters.map((cluster, index) => ({ cluster, outcome: instances[index] }));
  return outcomes.flatMap((one, index) =>
    outcomes.slice(index + 1).flatMap((other): Told[] => {
      const [a, b] = [one.outcome, other.outcome];
      const [home] = a?.before ?? [];
      if (!a || !b || a.before.length !== 1 || a.before.join() !== b.before.join()) return [];
      if (a.during.length !== 1 || b.during.length !== 1 || a.during.join() === b.during.join()) return [];
      const [mine, theirs] = [one, other].map(({ cluster }) => cluster.members.find(({ node }) => node.name === home));
      if (!mine || !theirs) return [];
      const isOne =
        mine.instance.interface?.value === theirs.instance.interface?.value &&
        mine.instance.family === theirs.instance.family;
      if (isOne) return [];
      const [moved, stayed] = a.during.join() === a.before.join() ? [b, a] : [a, b];
      return [
        {
          severity: "warning",
          rule: "partner-left",
          message: `${moved.instance} moves to ${list(moved.during)} and ${stayed.instance} is on ${list(stayed.during)} when ${when(failures)}: traffic enters through one machine and leaves through the other; a vrrp_sync_group keeps them together`,
        },
      ];
    }),
  );
}

/** Failures that no part of the configuration notices. */
function unnoticed(network: Network, { failures: [failure], services }: Scenario): readonly Told[] {
  if (!failure) return [];
  const blind = services.filter(({ then }) => then === "no answer");
  if (failure.kind === "server")
    return blind.map(({ node, service, share }) => ({
      severity: "warning",
      rule: "unnoticed",
      message: `${node}: ${service}: no check notices when ${shown(failure)}: ${Math.round(share * 100)} % of new connections get no answer`,
    }));
  const isOfNode = ({ node }: Member): boolean => "node" in failure && node.name === failure.node;
  const isKnown = network.members.some(
    (member) => isOfNode(member) && (isTracked(member, failure) || isNamed(member, failure)),
  );
  if (isKnown || !("name" in failure)) return [];
  if (failure.kind !== "card")
    return [
      {
        severity: "warning",
        rule: "unnoticed",
        message: `no instance tracks it, so nothing moves when ${shown(failure)}`,
      },
    ];
  return services
    .filter(({ node }) => node === failure.node)
    .map(({ service, then }) => ({
      severity: "warning",
      rule: "unnoticed",
      message: `${failure.node} keeps the VIP of ${service} when ${shown(failure)}, because nothing tracks that: its clients get ${then === "sorry server" ? "the sorry server" : "no service"}`,
    }));
}

/** A VIP that moves at one failed run of a check and moves back at the next good one. */
function flapping(
  network: Network,
  { failures: [failure], instances, isSettled, failures }: Scenario,
): readonly Told[] {
  if (!isSettled)
    return [{ severity: "error", rule: "flapping", message: `the VIPs never stop moving when ${when(failures)}` }];
  if (failure?.kind !== "script") return [];
  return network.clusters.flatMap((cluster, index): Told[] => {
    const outcome = instances[index];
    const master = cluster.members.find(({ node }) => node.name === failure.node);
    const script = master?.node.config.scripts.find(({ name }) => name === failure.name);
    if (!outcome || !master || !script || !outcome.moved || outcome.after.join() !== outcome.before.join()) return [];
    if (!outcome.before.includes(failure.node) || outcome.during.includes(failure.node)) return [];
    if (script.fall.value > 1 || script.rise.value > 1 || master.instance.preemptDelay.value > 0) return [];
    return [
      {
        severity: "note",
        rule: "flapping",
        message: `${outcome.instance}: one failed run of ${failure.name} on ${failure.node} moves the VIP, and the next good one moves it back: fall and rise are 1, and there is no preempt_delay`,
      },
    ];
  });
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** The problems of a site's failures, by severity. The same effect of several failures is reported once. */
export function findingsOf(
  network: Network,
  calm: Scenario,
  scenarios: readonly Scenario[],
): readonly PredictFinding[] {
  const all = [
    ...calmly(network, calm).map((told) => ({ ...told, failures: calm.failures })),
    ...flapping(network, calm).map((told) => ({ ...told, failures: calm.failures })),
    ...scenarios.flatMap((scenario) =>
      [
        ...network.clusters.flatMap((cluster, index) => {
          const outcome = scenario.instances[index];
          return outcome ? ofInstance(network, cluster, outcome, scenario.failures) : [];
        }),
        ...partners(network, scenario),
        ...unnoticed(network, scenario),
        ...flapping(network, scenario),
      ].map((told) => ({ ...told, failures: scenario.failures })),
    ),
  ];
  const told = new Map(all.map(({ message }) => [message, all.find((one) => one.message === message)]));
  const once = [...told.values()].flatMap((one) => one ?? []);
  return Object.freeze(once.sort((a, b) => rank[a.severity] - rank[b.severity]).map((one) => Object.freeze(one)));
}
