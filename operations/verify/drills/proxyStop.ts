import { balancersOf, preempts, servicesOf, vrrpInterface } from "../../../model/topology/queries";
import type { Session } from "../../session/session";
import { type AdvertSeen, parseAdverts } from "../../../components/looks/advert";
import type { Response } from "../../../components/looks/page";
import { askAll, holdersNow, moveLimit, stayTime } from "./failover";
import type { ProxyStopSeen } from "../../../components/looks/drilled";
import { until } from "../../wait";

/** Seconds for the script to notice, and for three adverts of the lowered priority: until then the old MASTER goes on. */
const watchTime = 10;

/** Stops the proxy, not keepalived, on the VIP's holder, and starts it again: the script that looks after it has to see both. */
export async function drillProxyStop(session: Session): Promise<ProxyStopSeen | undefined> {
  const { topology, lab } = session;
  const service = servicesOf(topology).find(({ vip }) => vip === lab.vip);
  const [stopped] = await holdersNow(session);
  if (stopped === undefined || service === undefined || topology.proxy === undefined) return undefined;
  const { software } = topology.proxy;
  const witness = balancersOf(topology).find(({ name }) => name !== stopped);
  const other = witness?.name ?? stopped;
  const card = vrrpInterface(topology, witness);
  let adverts: readonly AdvertSeen[] = [];
  let holdersAfterStop: string[] = [];
  let servedAfterStop: Response[] = [];
  try {
    const watching = session.ssh(other, `timeout ${watchTime} tcpdump -n -v -i ${card} ip proto 112 2>/dev/null`);
    await session.ssh(stopped, `systemctl stop ${software}`);
    await until(moveLimit, async () => {
      holdersAfterStop = await holdersNow(session);
      return holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
    });
    servedAfterStop = await askAll(session, service);
    adverts = parseAdverts((await watching).stdout);
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
    adverts,
  };
}
