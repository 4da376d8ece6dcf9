import { type Cluster, sourceOf } from "../clusters";
import type { Plan } from "../plan";
import { type Network, networkOf, settle, type States } from "./election";
import { failuresOf } from "./failure";
import { findingsOf, type PredictFinding } from "./findings";
import { type InstanceOutcome, nameOfCluster, type Scenario, scenarioOf } from "./scenario";
import { isCardDown, isStopped } from "./tracked";

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
