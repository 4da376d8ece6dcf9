import type { MoveSeen } from "../../../components/looks/drilled";
import { balancersOf, directorsOf, preempts, servicesOf } from "../../../model/topology/queries";
import type { Session } from "../../session/session";
import { clientNeighbours } from "../observe";
import { fetchPage } from "../requests";
import { holdersNow, moveLimit } from "./failover";
import { until } from "../../wait";

/**
 * Moves the VIP from one director to another as document 003 does it by hand, with keepalived stopped on both: removed here, added
 * there, announced by gratuitous ARP. What the client's ARP cache says in between is looked at without a packet to the VIP.
 */
export async function drillMove(session: Session): Promise<MoveSeen | undefined> {
  const { topology, lab } = session;
  const [first, second] = directorsOf(topology);
  const { vrrp } = topology;
  if (first === undefined || second === undefined || vrrp === undefined) return undefined;
  const [from, to] = [first.name, second.name];
  const card = vrrp.interface;
  const vip = `${lab.vip}/${vrrp.prefixLength ?? 32}`;
  const announce = `arping -q -U -c 1 -I ${card} ${lab.vip}`;
  const cached = async () => (await clientNeighbours(session))[lab.vip] ?? "";
  const everywhere = (command: string) =>
    Promise.all(balancersOf(topology).map(({ name }) => session.ssh(name, command)));
  const master = (await holdersNow(session))[0];
  // The entry has to be there: an announcement changes one, and makes none.
  await fetchPage(session, lab.vip, servicesOf(topology)[0]?.port ?? 80);
  try {
    await everywhere("systemctl stop keepalived");
    await session.ssh(from, `ip address add ${vip} dev ${card} && ${announce}`);
    const before = await cached();
    await session.ssh(from, `ip address del ${vip} dev ${card}`);
    await session.ssh(to, `ip address add ${vip} dev ${card}`);
    const silent = await cached();
    await session.ssh(to, announce);
    return { from, to, before, silent, announced: await cached() };
  } finally {
    await everywhere(`ip address del ${vip} dev ${card} 2>/dev/null; systemctl start keepalived`);
    await until(moveLimit, async () => {
      const holders = await holdersNow(session);
      return holders.length === 1 && (holders[0] === master || !preempts(topology, master ?? ""));
    });
  }
}
