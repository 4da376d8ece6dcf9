/** Drills beside the failover's (observe.ts): each injects one fault, looks, and heals in `finally`. */
import { balancersOf, directorsOf, preempts, servicesOf } from "../../infra/model/members";
import type { Session } from "../session";
import { askAll, clientNeighbours, fetchPage, holdersNow, moveLimit, stayTime, until } from "./observe";
import type { MoveSeen, ProxyStopSeen, Response } from "./seen";

/** Stops the proxy, not keepalived, on the VIP's holder, and starts it again: the script that looks after it has to see both. */
export async function drillProxyStop(session: Session): Promise<ProxyStopSeen | undefined> {
  const { topology, lab } = session;
  const service = servicesOf(topology).find(({ vip }) => vip === lab.vip);
  const [stopped] = await holdersNow(session);
  if (stopped === undefined || service === undefined || topology.proxy === undefined) return undefined;
  const { software } = topology.proxy;
  let holdersAfterStop: string[] = [];
  let servedAfterStop: Response[] = [];
  try {
    await session.ssh(stopped, `systemctl stop ${software}`);
    await until(moveLimit, async () => {
      holdersAfterStop = await holdersNow(session);
      return holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
    });
    servedAfterStop = await askAll(session, service);
  } finally {
    await session.ssh(stopped, `systemctl start ${software}`);
  }
  const returns = preempts(topology, stopped);
  let holdersAfterStart: string[] = [];
  await until(returns ? moveLimit : stayTime, async () => {
    holdersAfterStart = await holdersNow(session);
    return returns && holdersAfterStart.length === 1 && holdersAfterStart[0] === stopped;
  });
  return {
    stopped,
    holdersAfterStop,
    servedAfterStop,
    holdersAfterStart,
    servedAfterStart: await askAll(session, service),
  };
}

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
