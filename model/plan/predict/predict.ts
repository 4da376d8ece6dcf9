import { type Cluster, type Member, sourceOf, vipsOf } from "../clusters";
import type { Plan } from "../plan";
import { type Network, networkOf, settle, type States } from "./election";
import { type Failure, failuresOf } from "./failure";
import { findingsOf, type PredictFinding } from "./findings";
import { type ServiceOutcome, servicesOf } from "./services";
import { isCardDown, isStopped } from "./tracked";
import { AT_ONCE, moveOf, noticedAfter, plus, type Range, returnOf } from "./times";

/** Who is MASTER of one virtual router. */
export interface InstanceOutcome {
  readonly instance: string;
  readonly vips: readonly string[];
  readonly before: readonly string[];
  readonly during: readonly string[];
  /** When the failure is over. */
  readonly after: readonly string[];
  /** From the failure to the moment that keepalived knows of it. */
  readonly noticed: Range;
  /** How long nobody is MASTER, from then on; absent: until the failure is over. */
  readonly nobody?: Range;
  /** From the failure until the new MASTER answers; absent where the MASTER stays, or nobody is. */
  readonly moved?: Range;
  /** From the end of the failure until the VIP is where it then stays; absent where it does not move. */
  readonly returned?: Range;
}

/** What one failure, or two at once, do. */
export interface Scenario {
  readonly failures: readonly Failure[];
  readonly instances: readonly InstanceOutcome[];
  readonly services: readonly ServiceOutcome[];
  /** False: the VIPs go to and fro without end. */
  readonly isSettled: boolean;
}

export interface Prediction {
  readonly plan: Plan;
  /** What nobody said and is taken for granted, that of the plan first; each a sentence. */
  readonly assumed: readonly string[];
  /** While all is well. */
  readonly calm: Scenario;
  /** One for each single failure. */
  readonly scenarios: readonly Scenario[];
  /** Those of two failures at once that leave a VIP without MASTER, or with two, where neither failure alone does so. */
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

/** Two failures at once where they do more than each alone. Where every machine of an instance is gone there is nothing to learn. */
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

/** What these predictions take for granted. */
function assumedOf({ clusters, members }: Network): readonly string[] {
  const isEqual = ({ members: all }: Cluster): boolean =>
    all.some((one) => sourceOf(one) === undefined) &&
    new Set(all.map(({ instance }) => instance.priority.value)).size < all.length;
  const equal = clusters.filter(isEqual).map(nameOfCluster);
  const sessions = members.flatMap(({ instance }) => instance.trackBfd.map(({ value }) => value.name));
  return [
    ...(equal.length > 0
      ? [`${[...new Set(equal)].join(", ")}: of equal priorities the first machine has the higher address`]
      : []),
    ...(sessions.length > 0 ? [`BFD sessions stay up: ${[...new Set(sessions)].join(", ")}`] : []),
  ];
}

function calmIn(network: Network): { readonly calm: Scenario; readonly states: States } {
  const start = settle(network, undefined, []);
  const calm = Object.freeze({ ...scenarioOf(network, start.states, []), isSettled: start.isSettled });
  return { calm, states: start.states };
}

/** Who is MASTER of what while all is well. */
export const calmOf = (plan: Plan): Scenario => calmIn(networkOf(plan)).calm;

/** What each single failure of a plan does, and with `two` also two at once. */
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
