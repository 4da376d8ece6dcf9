import { nameOf, type RealServer, type VirtualServer } from "../../keepalived/config/servers";
import { canonical, isWithin } from "../addresses";
import { excludedOf, vipsOf } from "../clusters";
import type { Node } from "../plan";
import type { Network, States } from "./election";
import type { Failure } from "./failure";
import { checkedAfter, type Range } from "./times";

/** What clients of a virtual server get if real servers do not answer. */
export interface ServiceOutcome {
  /** The machine that holds the VIP. */
  readonly node: string;
  readonly service: string;
  /** The share of new connections without an answer until the checker notices, by weight: 0 to 1. */
  readonly share: number;
  /** Absent: no check notices. */
  readonly noticed?: Range;
  /** What new connections get after that. refused: no real server is left, and there is no sorry_server. */
  readonly then: "served" | "sorry server" | "refused" | "no answer";
}

/** The machines that answer for a virtual server: the MASTER of its VIP. If no instance has the VIP: every MASTER, and machines without VRRP. */
function holdersOf({ plan, members }: Network, states: States, vs: VirtualServer): readonly Node[] {
  const { service } = vs;
  const address = service.kind === "address" ? canonical(service.address) : undefined;
  const having = members.filter(
    ({ instance }) => address !== undefined && [...vipsOf(instance), ...excludedOf(instance)].includes(address),
  );
  if (having.length > 0) return having.filter((member) => states.get(member) === "MASTER").map(({ node }) => node);
  const masters = members.filter((member) => states.get(member) === "MASTER").map(({ node }) => node);
  return plan.nodes.filter((node) => masters.includes(node) || node.config.instances.length === 0);
}

/** Whether a machine cannot reach a real server. */
const isGone = (node: Node, { address }: RealServer, failures: readonly Failure[]): boolean =>
  failures.some((failure) => {
    if (failure.kind === "server") return failure.address === address;
    if (failure.kind !== "card" || failure.node !== node.name) return false;
    const card = node.cards.find(({ name }) => name === failure.name);
    return card?.addresses.some((own) => isWithin(address, own)) ?? false;
  });

function outcomeOf(node: Node, vs: VirtualServer, failures: readonly Failure[]): ServiceOutcome | undefined {
  const gone = vs.realServers.filter((rs) => isGone(node, rs, failures));
  if (gone.length === 0) return undefined;
  const weigh = (all: readonly RealServer[]): number => all.reduce((sum, { weight }) => sum + weight.value, 0);
  const noticed = gone.map(({ checks }) => checkedAfter(checks));
  const unseen = gone.filter(({ checks }) => checks.length === 0);
  const left = vs.realServers.filter((rs) => !gone.includes(rs) || unseen.includes(rs));
  const known = noticed.flatMap((one) => one ?? []);
  const total = weigh(vs.realServers);
  const hasQuorum = weigh(left) >= vs.quorum.value - vs.hysteresis.value && left.length > 0;
  const then = (): ServiceOutcome["then"] => {
    if (vs.sorryServer && !hasQuorum) return "sorry server";
    if (weigh(left) === 0) return "refused";
    return unseen.length > 0 ? "no answer" : "served";
  };
  return Object.freeze({
    node: node.name,
    service: [nameOf(vs), ...(vs.protocol ? [vs.protocol.value] : [])].join(" "),
    share: total === 0 ? 0 : weigh(gone) / total,
    ...(known.length === gone.length
      ? {
          noticed: Object.freeze({
            least: Math.max(...known.map(({ least }) => least)),
            most: Math.max(...known.map(({ most }) => most)),
          }),
        }
      : {}),
    then: then(),
  });
}

/** Each virtual server that loses real servers in a failure, on the machine that then holds its VIP. */
export const servicesOf = (network: Network, states: States, failures: readonly Failure[]): readonly ServiceOutcome[] =>
  network.plan.nodes.flatMap((node) =>
    node.config.virtualServers.flatMap((vs) =>
      holdersOf(network, states, vs).includes(node) ? (outcomeOf(node, vs, failures) ?? []) : [],
    ),
  );
