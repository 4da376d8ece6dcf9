import type { MoveSeen } from "../../../components/looks/drilled";
import { balancersOf, directorsOf, preempts, servicesOf, vrrpInterface } from "../../../model/topology/queries";
import type { BalancerNode } from "../../../model/topology/node";
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
  const cardOf = (node: BalancerNode): string => vrrpInterface(topology, node) ?? "";
  const vip = `${lab.vip}/${vrrp.prefixLength ?? 32}`;
  const announce = (node: BalancerNode): string => `arping -q -U -c 1 -I ${cardOf(node)} ${lab.vip}`;
  const cached = async () => (await clientNeighbours(session))[lab.vip] ?? "";
  const everywhere = (command: (node: BalancerNode) => string) =>
    Promise.all(balancersOf(topology).map((node) => session.ssh(node.name, command(node))));
  const master = (await holdersNow(session))[0];
  // The entry has to be there: an announcement changes one, and makes none.
  await fetchPage(session, lab.vip, servicesOf(topology)[0]?.port ?? 80);
  try {
    await everywhere(() => "systemctl stop keepalived");
    await session.ssh(from, `ip address add ${vip} dev ${cardOf(first)} && ${announce(first)}`);
    const before = await cached();
    await session.ssh(from, `ip address del ${vip} dev ${cardOf(first)}`);
    await session.ssh(to, `ip address add ${vip} dev ${cardOf(second)}`);
    const silent = await cached();
    await session.ssh(to, announce(second));
    return { from, to, before, silent, announced: await cached() };
  } finally {
    await everywhere((node) => `ip address del ${vip} dev ${cardOf(node)} 2>/dev/null; systemctl start keepalived`);
    await until(moveLimit, async () => {
      const holders = await holdersNow(session);
      return holders.length === 1 && (holders[0] === master || !preempts(topology, master ?? ""));
    });
  }
}
