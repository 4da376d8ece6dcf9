/** Who holds each VIP, as the machines' own cards say. */
import { parseAddresses } from "../../../components/looks/addresses";
import { allVips } from "../../../components/checks/masters";
import type { Cluster, Member } from "../../../model/plan/clusters";
import type { Network, State, States } from "../../../model/plan/predict/election";
import type { Session } from "../../session/session";

/** Names by VIP. */
export type Holders = Readonly<Record<string, readonly string[]>>;

/** Every VIP of a virtual router. */
export const vipsOfCluster = ({ members }: Cluster): readonly string[] => [...new Set(members.flatMap(allVips))];

/** The holders of every VIP now. Machines that are dark are not asked. */
export async function holdersNow(session: Session, { plan, clusters }: Network, dark?: string): Promise<Holders> {
  const looks = plan.nodes
    .filter(({ name }) => name !== dark)
    .map(async ({ name }) => {
      const { stdout } = await session.ssh(name, "ip -json address");
      return { name, addresses: parseAddresses(stdout.trim()).filter((one) => one.interface !== "lo") };
    });
  const seen = await Promise.all(looks);
  const vips = [...new Set(clusters.flatMap(vipsOfCluster))];
  return Object.fromEntries(
    vips.map((vip) => [
      vip,
      seen.filter(({ addresses }) => addresses.some(({ address }) => address === vip)).map(({ name }) => name),
    ]),
  );
}

/** Who must hold each VIP if these machines are the MASTERs: those whose instance has it. A machine that cannot be seen is left out. */
export function holdersOf({ members }: Cluster, masters: readonly string[], dark?: string): Holders {
  const entries = members.flatMap((member) => allVips(member).map((vip) => [vip, member] as const));
  const vips = [...new Set(entries.map(([vip]) => vip))];
  return Object.fromEntries(
    vips.map((vip) => [
      vip,
      entries
        .filter(([of, { node }]) => of === vip && masters.includes(node.name) && node.name !== dark)
        .map(([, { node }]) => node.name),
    ]),
  );
}

/** Whether every VIP is where it must be. */
export const isHeld = (holders: Holders, wanted: Holders): boolean =>
  Object.entries(wanted).every(([vip, names]) => [...(holders[vip] ?? [])].sort().join() === [...names].sort().join());

/** The states that holders tell of: who has a VIP of an instance is its MASTER. */
export const statesOf = ({ members }: Network, holders: Holders): States =>
  new Map(
    members.map((member): [Member, State] => {
      const holds = allVips(member).some((vip) => holders[vip]?.includes(member.node.name));
      return [member, holds ? "MASTER" : "BACKUP"];
    }),
  );
