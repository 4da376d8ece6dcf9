import { type Cluster, type Member, sourceOf, vipsOf } from "../clusters";
import type { Plan } from "../plan";
import { type Network, networkOf, settle, type States } from "./election";
import { type Failure, failuresOf } from "./failure";
import { findingsOf, type PredictFinding } from "./findings";
import { type ServiceOutcome, servicesOf } from "./services";
import { isCardDown, isStopped } from "./tracked";
import { AT_ONCE, moveOf, noticedAfter, plus, type Range, returnOf } from "./times";

/** The MASTER of one virtual router. */
export interface InstanceOutcome {
  readonly instance: string;
  readonly vips: readonly string[];
  readonly before: readonly string[];
  readonly during: readonly string[];
  /** After the failure. */
  readonly after: readonly string[];
  /** From the failure until keepalived notices it. */
  readonly noticed: Range;
  /** How long there is no MASTER after that; absent: until the failure is over. */
  readonly nobody?: Range;
  /** From the failure until the new MASTER answers; absent: the MASTER stays, or there is none. */
  readonly moved?: Range;
  /** From the end of the failure until the VIP's last move; absent: it does not move. */
  readonly returned?: Range;
}

/** The effects of one failure, or of two at once. */
export interface Scenario {
  readonly failures: readonly Failure[];
  readonly instances: readonly InstanceOutcome[];
  readonly services: readonly ServiceOutcome[];
  /** False: the VIPs never stop moving. */
  readonly isSettled: boolean;
}

export interface Prediction {
  readonly plan: Plan;
  /** Assumptions, those of the plan first; each a sentence. */
  readonly assumed: readonly string[];
  /** Without any failure. */
  readonly calm: Scenario;
  /** One per single failure. */
  readonly scenarios: readonly Scenario[];
  /** Pairs of failures that leave a VIP without MASTER or with two, although each failure alone does not. */
  readonly pairs: readonly Scenario[];
  readonly findings: readonly PredictFinding[];
}

const names = (members: readonly Member[]): readonly string[] => Object.freeze(members.map(({ node }) => node.name));

/** Whether the VIPs of an instance are elsewhere in a failure, or afterwards. */
export const isMoved = ({ before, during, after }: InstanceOutcome): boolean =>
  before.join() !== during.join() || during.join() !== after.join();

export const nameOfCluster = ({ members }: Cluster): string =>
  [...new Set(members.map(({ instance }) => instance.name))].join("/");

function outcomeOf(
  network: Network,
  cluster: Cluster,
  failures: readonly Failure[],
  [before, during, after]: readonly [States, States, States],
): InstanceOutcome {
  const { members } = cluster;
  const masters = (states: States): readonly Member[] => members.filter((one) => states.get(one) === "MASTER");
  const [was, now, then] = [masters(before), masters(during), masters(after)];
  const next = now.find((member) => !was.includes(member));
  const move = next && moveOf(network, before, during, next, failures);
  const old = was.find((member) => !now.includes(member)) ?? was[0];
  const [noticed = AT_ONCE] = failures
    .flatMap((failure) =>
      old && "node" in failure && failure.node === old.node.name ? noticedAfter(failure, old) : [],
    )
    .sort((a, b) => a.most - b.most);
  const back = then.find((member) => !now.includes(member));
  return Object.freeze({
    instance: nameOfCluster(cluster),
    vips: Object.freeze(members[0] ? vipsOf(members[0].instance) : []),
    before: names(was),
    during: names(now),
    after: names(then),
    noticed,
    ...(now.length === 0 ? {} : { nobody: move && was.some((one) => !now.includes(one)) ? move.nobody : AT_ONCE }),
    ...(move ? { moved: plus(noticed, move.all) } : {}),
    ...(back ? { returned: returnOf(network, during, after, back) } : {}),
  });
}

function scenarioOf(network: Network, calm: States, failures: readonly Failure[]): Scenario {
  const during = settle(network, calm, failures);
  const after = settle(network, during.states, []);
  return Object.freeze({
    failures: Object.freeze(failures),
    instances: Object.freeze(
      network.clusters.map((cluster) => outcomeOf(network, cluster, failures, [calm, during.states, after.states])),
    ),
    services: Object.freeze(servicesOf(network, during.states, failures)),
    isSettled: during.isSettled && after.isSettled,
  });
}

const isBroken = ({ during }: InstanceOutcome): boolean => during.length !== 1;

/** Pairs of failures that do more than each alone. Pairs that stop every machine of an instance are left out. */
function pairsOf(network: Network, calm: States, singles: readonly Scenario[]): readonly Scenario[] {
  return singles.flatMap((one, index) =>
    singles.slice(index + 1).flatMap((other): Scenario[] => {
      const failures = [...one.failures, ...other.failures];
      if (failures.some(({ kind }) => kind === "server")) return [];
      const found = scenarioOf(network, calm, failures);
      const isWorse = found.instances.some((outcome, at) => {
        const alone = [one, other].map(({ instances }) => instances[at]);
        const { members } = network.clusters[at] ?? { members: [] };
        const running = members.filter((member) => !isStopped(member, failures) && !isCardDown(member, failures));
        return running.length > 0 && isBroken(outcome) && alone.every((single) => single && !isBroken(single));
      });
      return isWorse ? [found] : [];
    }),
  );
}

/** The assumptions of these predictions. */
function assumedOf({ clusters, members }: Network): readonly string[] {
  const isEqual = ({ members: all }: Cluster): boolean =>
    all.some((one) => sourceOf(one) === undefined) &&
    new Set(all.map(({ instance }) => instance.priority.value)).size < all.length;
  const equal = clusters.filter(isEqual).map(nameOfCluster);
  const sessions = members.flatMap(({ instance }) => instance.trackBfd.map(({ value }) => value.name));
  return [
    ...(equal.length > 0
      ? [`${[...new Set(equal)].join(", ")}: with equal priorities, the first machine has the higher address`]
      : []),
    ...(sessions.length > 0 ? [`BFD sessions stay up: ${[...new Set(sessions)].join(", ")}`] : []),
  ];
}

function calmIn(network: Network): { readonly calm: Scenario; readonly states: States } {
  const start = settle(network, undefined, []);
  const calm = Object.freeze({ ...scenarioOf(network, start.states, []), isSettled: start.isSettled });
  return { calm, states: start.states };
}

/** The MASTERs without any failure. */
export const calmOf = (plan: Plan): Scenario => calmIn(networkOf(plan)).calm;

/** Predicts the effects of each single failure of a plan, and with `two` also of pairs. */
export function predict(plan: Plan, { two = false }: { readonly two?: boolean } = {}): Prediction {
  const network = networkOf(plan);
  const { calm, states } = calmIn(network);
  const scenarios = failuresOf(plan, network.clusters).map((failure) => scenarioOf(network, states, [failure]));
  return Object.freeze({
    plan,
    assumed: Object.freeze([...plan.assumed, ...assumedOf(network)]),
    calm,
    scenarios: Object.freeze(scenarios),
    pairs: Object.freeze(two ? pairsOf(network, states, scenarios) : []),
    findings: Object.freeze(findingsOf(network, calm, scenarios)),
  });
}
