import { type Cluster, type Member, vipsOf } from "../clusters";
import { type Network, settle, type States } from "./election";
import type { Failure } from "./failure";
import { type ServiceOutcome, servicesOf } from "./services";
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

export function scenarioOf(network: Network, calm: States, failures: readonly Failure[]): Scenario {
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
