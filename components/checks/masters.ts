/** Who must be MASTER of each virtual router of directors that bring their own configurations. */
import { type Cluster, clustersOf, excludedOf, type Member, vipsOf } from "../../model/plan/clusters";
import { calmOf } from "../../model/plan/predict/predict";
import { compile } from "../../model/topology/compile";
import type { Topology } from "../../model/topology/topology";
import type { NodeSeen } from "../looks/machine";

/** Every VIP of an instance. */
export const allVips = ({ instance }: Member): readonly string[] => [...vipsOf(instance), ...excludedOf(instance)];

/** A virtual router with the machines that must be its MASTER. */
export type Router = Cluster & {
  /** Names of its instances. */
  readonly name: string;
  readonly masters: readonly string[];
  /** Whether predict names them; else any one machine may have been first (nopreempt). */
  readonly isFixed: boolean;
};

type Seen = Readonly<Record<string, Pick<NodeSeen, "addresses"> | undefined>>;

/** Whether a machine says that it is MASTER of an instance. It tells of instances without a VIP, which nobody holds. */
export type Says = (member: Member) => boolean;

/** Whether a machine holds a VIP of its instance. */
const holds = (seen: Seen, member: Member): boolean => {
  const held = (seen[member.node.name]?.addresses ?? []).filter((one) => one.interface !== "lo");
  return allVips(member).some((vip) => held.some(({ address }) => address === vip));
};

/** Every virtual router. Where a machine leaves the VIPs to another (nopreempt), the one that has them may keep them. */
export function routersOf(topology: Topology, seen: Seen, says: Says = () => false): readonly Router[] {
  const plan = compile(topology);
  const { instances } = calmOf(plan);
  return clustersOf(plan).map((cluster, index): Router => {
    const { instance: name = "", before = [] } = instances[index] ?? {};
    const isFixed = cluster.members.every(({ instance }) => instance.preempt.value);
    const isMaster = (member: Member): boolean => (allVips(member).length > 0 ? holds(seen, member) : says(member));
    const holders = cluster.members.filter(isMaster).map(({ node }) => node.name);
    const masters = !isFixed && before.length === 1 && holders.length === 1 ? holders : before;
    return { ...cluster, name, masters, isFixed };
  });
}
